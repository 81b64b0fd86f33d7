"""Everything that the page of a bill run shows, besides its progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from tallystick.interfaces.console.formats import write_count, write_money
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.queries.runs import RunProgress, RunTotal, count_run_accounts, get_run_progress


class Stage(NamedTuple):
    """A step of the flow: how many, of what, and where they can be looked at."""

    words: str
    number: int
    note: str
    href: str
    tone: str


class Change(NamedTuple):
    """A run's gross in one currency beside that of the run before it."""

    total: RunTotal
    before: RunTotal | None
    difference_minor: int


AT_WORK = ("pending", "running", "posting", "canceling")


def is_at_work(run: BillRun) -> bool:
    """Whether jobs work on a run, or will once there is a worker; not one that waits for the day of its schedule."""
    return run.status in AT_WORK and not is_waiting(run)


def is_waiting(run: BillRun) -> bool:
    """Whether a run waits for the day of its schedule, or is paused with it."""
    return run.status in ("pending", "paused") and run.queued_at is None and run.starts_at is not None


def get_previous_run(run: BillRun) -> BillRun | None:
    """The run before this one of the same schedule, else for the same accounts, that was not canceled."""
    alike = {"schedule_id": run.schedule_id} if run.schedule_id else {"filters": run.filters}
    earlier = BillRun.objects.filter(seller_id=run.seller_id, kind=run.kind, pk__lt=run.pk, **alike)
    return earlier.filter(status__in=("completed", "posted")).order_by("-pk").first()


def compare_totals(progress: RunProgress, *, previous: BillRun | None) -> list[Change]:
    """Each currency beside the run before, so that a figure that is off strikes the eye."""
    before = {total.currency: total for total in get_run_progress(previous.pk).totals} if previous else {}
    return [
        Change(total, before.get(total.currency), total.gross_minor - _gross(before.get(total.currency)))
        for total in progress.totals
    ]


def list_stages(run: BillRun, *, progress: RunProgress) -> list[Stage]:
    """The run as a flow with counts: accounts due, invoices drafted, posted; what fell out on the way."""
    counts = {row.status: row.accounts for row in count_run_accounts(run.pk)} if not is_at_work(run) else {}
    stages = [
        _count("account due", "accounts due", progress.accounts_total),
        _count(
            "invoice drafted",
            "invoices drafted",
            progress.documents,
            note=_note_drafted(counts),
            href="?show=largest#review",
        ),
        _count(
            "invoice posted",
            "invoices posted",
            progress.posted_documents,
            href=f"../../invoices/?run={run.pk}",
            tone="good",
        ),
    ]
    drawn = counts.get("drawn", 0)
    if drawn:
        told, href = write_totals(progress.drawn), "?show=drawn#review"
        stages.append(_count("account drawn", "accounts drawn", drawn, note=told, href=href, tone="good"))
    fallen = (
        ("failed", "bad", "?show=failed#review"),
        ("not_renewed", "wait", "?show=not_renewed#review"),
        ("dropped", "", "?show=dropped#review"),
        ("awaiting_funds", "wait", ""),
    )
    for status, tone, href in fallen:
        number = progress.failed_accounts if status == "failed" else counts.get(status, 0)
        if number:
            words = status.replace("_", " ")
            stages.append(_count(f"account {words}", f"accounts {words}", number, href=href, tone=tone))
    return stages


def _count(one: str, many: str, number: int, *, note: str = "", href: str = "", tone: str = "") -> Stage:
    return Stage(one if number == 1 else many, number, note, href, tone)


def write_totals(totals: Sequence[RunTotal]) -> str:
    """The gross of every currency in one phrase, for the question before posting."""
    return " and ".join(write_money(total.gross_minor, currency=total.currency) for total in totals) or "nothing"


def write_question(progress: RunProgress) -> str:
    """ "Post 5,174 invoices, 316,985.75 USD?" """
    drafts = progress.documents - progress.posted_documents
    return f"Post {write_count(drafts, noun='invoice')}, {write_totals(progress.totals)}?"


def list_first_invoices(run_id: int) -> QuerySet[Document]:
    """Documents of a run for accounts that had no posted one before."""
    earlier = Document.objects.filter(account=OuterRef("account"), status="posted").exclude(run_id=run_id)
    return Document.objects.filter(~Exists(earlier), run_id=run_id)


def _note_drafted(counts: dict[str, int]) -> str:
    nothing = counts.get("nothing_due", 0)
    return f"{write_count(nothing, noun='account')} had nothing to bill after all" if nothing else ""


def _gross(total: RunTotal | None) -> int:
    return total.gross_minor if total else 0
