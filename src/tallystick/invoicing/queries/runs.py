"""Reads of bill runs: progress, totals, review, failed accounts."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, QuerySet

from tallystick.errors import NotFound
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk, Document


class RunTotal(NamedTuple):
    """What a run's documents come to in one currency, in minor units."""

    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int


class RunProgress(NamedTuple):
    """Where a run stands: `totals` of its documents, `drawn` without one. `chunks_done` counts the chunks of the phase
    under way: drafting, posting or canceling."""

    number: str
    status: str
    chunks_total: int
    chunks_done: int
    accounts_total: int
    accounts_done: int
    documents: int
    posted_documents: int
    failed_accounts: int
    totals: tuple[RunTotal, ...]
    drawn: tuple[RunTotal, ...]
    started_at: datetime | None
    completed_at: datetime | None
    posted_at: datetime | None


class RunAccountCount(NamedTuple):
    """How many accounts of a run are in one state."""

    status: str
    accounts: int


WAITING: dict[str, str] = {"running": "pending", "posting": "posting", "canceling": "canceling"}


def get_bill_run(number: str, *, seller_code: str = "") -> BillRun:
    """A run by its number, of one seller where several have it; raises NotFound."""
    runs = BillRun.objects.select_related("seller").filter(number=number)
    run = (runs.filter(seller__code=seller_code) if seller_code else runs).order_by("seller__code").first()
    if run is None:
        raise NotFound(f"There is no bill run {number}; `bill-run list` names them.", field="bill_run")
    return run


def list_bill_runs(seller_code: str = "") -> QuerySet[BillRun]:
    """Runs, newest first."""
    runs = BillRun.objects.select_related("seller").order_by("-created_at", "-pk")
    return runs.filter(seller__code=seller_code) if seller_code else runs


def get_run_progress(run_id: int) -> RunProgress:
    """Progress and totals, as a sum over the run's chunks: as quick for a million accounts as for ten."""
    run = BillRun.objects.get(pk=run_id)
    chunks = list(BillRunChunk.objects.filter(run_id=run_id))
    waiting = WAITING.get(run.status)
    done = [chunk for chunk in chunks if chunk.status != waiting]
    return RunProgress(
        number=run.number,
        status=run.status,
        chunks_total=len(chunks),
        chunks_done=len(done),
        accounts_total=sum(chunk.accounts for chunk in chunks),
        accounts_done=sum(chunk.accounts for chunk in done),
        documents=sum(chunk.documents for chunk in chunks),
        posted_documents=sum(chunk.posted_documents for chunk in chunks),
        failed_accounts=sum(chunk.failed_accounts for chunk in chunks),
        totals=_add_up(chunk.totals for chunk in chunks),
        drawn=_add_up(chunk.drawn_totals for chunk in chunks),
        started_at=run.started_at,
        completed_at=run.completed_at,
        posted_at=run.posted_at,
    )


def is_about_to_post(run_id: int) -> bool:
    """Whether a run is drafted and will post itself, which it has not begun yet."""
    to_post = BillRun.objects.filter(pk=run_id, status="completed", auto_posts=True)
    return to_post.exclude(events__event__in=["post", "not_auto_posted"]).exists()


def _add_up(by_currency: Iterable[dict[str, list[int]]]) -> tuple[RunTotal, ...]:
    totals: dict[str, list[int]] = {}
    for amounts_of in by_currency:
        for currency, amounts in amounts_of.items():
            totals[currency] = [a + b for a, b in zip(totals.get(currency, [0, 0, 0]), amounts, strict=True)]
    return tuple(RunTotal(currency, *amounts) for currency, amounts in sorted(totals.items()))


def count_run_accounts(run_id: int) -> list[RunAccountCount]:
    """How many of the run's accounts are in which state."""
    rows = BillRunAccount.objects.filter(run_id=run_id).values("status").annotate(accounts=Count("account_id"))
    return [RunAccountCount(row["status"], row["accounts"]) for row in rows.order_by("status")]


def list_troubled_accounts(run_id: int) -> QuerySet[BillRunAccount]:
    """Accounts of the run that failed, also in part, were dropped, wait for funds or were not renewed in full."""
    return (
        BillRunAccount.objects.filter(run_id=run_id)
        .exclude(reason="")
        .select_related("account")
        .order_by("status", "account_id")
    )


def list_run_documents(run_id: int) -> QuerySet[Document]:
    """Drafts and posted documents of the run, largest first: what a spot-check starts with."""
    return (
        Document.objects.filter(run_id=run_id, status__in=["draft", "posted"])
        .select_related("account", "account__seller")
        .order_by("-gross_minor", "pk")
    )
