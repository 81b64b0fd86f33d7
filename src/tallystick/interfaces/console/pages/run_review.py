"""The review list of a bill run: what to look at before posting, by size and by risk, and what fell out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse

from tallystick.errors import NotFound
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.lists.keyset import Order, read_page
from tallystick.interfaces.console.reads.run_page import list_first_invoices
from tallystick.invoicing.models import AccountReview, BillRun, BillRunAccount, Document
from tallystick.invoicing.queries.draws import list_draws_of_accounts
from tallystick.invoicing.queries.lists import get_run
from tallystick.invoicing.queries.reviews import find_previous_run, list_differences, list_risky_accounts
from tallystick.plumbing.permissions import RECORDS_READ

_PAGE_SIZE = 50
_FIRST = 2**62
_LIVE = ("draft", "posted")


def _list_documents(run: BillRun) -> QuerySet[Document]:
    return Document.objects.filter(run=run, status__in=_LIVE).select_related("account")


DOCUMENT_LISTS: Mapping[str, tuple[str, str, Callable[[BillRun], QuerySet[Document]], Order]] = {
    "largest": ("Largest", "", _list_documents, Order("gross_minor", is_descending=True)),
    "first": (
        "First invoices",
        "Accounts that were never invoiced before.",
        lambda run: list_first_invoices(run.pk).filter(status__in=_LIVE).select_related("account"),
        Order("gross_minor", is_descending=True),
    ),
    "changed": (
        "Changed by hand",
        "Drafts in which a line was changed.",
        lambda run: _list_documents(run).filter(events__event="change").distinct(),
        Order("id", is_descending=False),
    ),
    "nothing": (
        "Zero amount",
        "Invoices on which nothing is to be paid: discounts, free periods or credits take all of it away.",
        lambda run: _list_documents(run).filter(gross_minor=0),
        Order("id", is_descending=False),
    ),
}
REVIEW_LISTS: Mapping[str, tuple[str, str, Callable[[BillRun], QuerySet[AccountReview]], Order]] = {
    "risks": (
        "To look at",
        "Accounts that stand out, most urgent first, each with why.",
        lambda run: list_risky_accounts(run.pk).order_by(),
        Order("weight", is_descending=True),
    ),
    "differences": (
        "Differences",
        "Accounts whose bill is new, missing, up, down or taxed otherwise than in the run before, most changed first.",
        lambda run: _list_by_size(run, percent=0),
        Order("size", is_descending=True),
    ),
}
ACCOUNT_LISTS: Mapping[str, tuple[str, str]] = {
    "drawn": (
        "Drawn",
        "Accounts that were drawn on instead of invoiced; the statement of the month asks for it.",
    ),
    "failed": ("Failed", "Accounts that could not be billed, and why. Mend the cause, then draft them again."),
    "not_renewed": (
        "Not renewed",
        "Accounts of which nothing was renewed, and why. Their services wait in the deactivation queue.",
    ),
    "dropped": ("Dropped", "Accounts that someone took out of this run. What they owe can be billed again."),
}


def _list_by_size(run: BillRun, *, percent: int) -> QuerySet[AccountReview]:
    """Differences of so many percent at least; what is new, missing or taxed otherwise has none and comes first."""
    rows = list_differences(run.pk, at_least_percent=percent).order_by()
    return rows.annotate(size=Coalesce("change_basis_points", _FIRST, output_field=BigIntegerField()))


def _read_percent(request: HttpRequest) -> int:
    text = request.GET.get("percent", "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _choose_list(run: BillRun) -> str:
    """What the page opens on: under review what has to be looked at, else where most money is."""
    if run.status == "completed" and list_risky_accounts(run.pk).exists():
        return "risks"
    is_all_drawn = not _list_documents(run).exists() and run.run_accounts.filter(status="drawn").exists()
    return "drawn" if is_all_drawn else "largest"


def draw_review(request: HttpRequest, *, run: BillRun) -> dict[str, Any]:
    """The list that `show` in the address asks for, a page of it, with the tabs of all lists."""
    show = request.GET.get("show", "")
    if show not in DOCUMENT_LISTS and show not in ACCOUNT_LISTS and show not in REVIEW_LISTS:
        show = _choose_list(run)
    every = (*REVIEW_LISTS.items(), *DOCUMENT_LISTS.items(), *ACCOUNT_LISTS.items())
    context: dict[str, Any] = {"show": show, "review_tabs": [(name, each[0]) for name, each in every]}
    if show in REVIEW_LISTS:
        _, hint, list_reviews, order = REVIEW_LISTS[show]
        percent = _read_percent(request) if show == "differences" else 0
        rows = _list_by_size(run, percent=percent) if percent else list_reviews(run)
        page: Any = read_page(rows, order=order, token=request.GET.get("at", ""), size=_PAGE_SIZE)
        context["percent"] = percent
        previous = find_previous_run(run)
        context["previous_run"] = previous
        if not run.is_reviewed:
            hint = "What stands out is still being looked for; a run that posts itself is not looked at."
        return {**context, "review": page, "hint": hint, "is_reviews": True}
    if show in ACCOUNT_LISTS:
        accounts = BillRunAccount.objects.filter(run=run, status=show).select_related("account")
        page = read_page(
            accounts, order=Order("account_id", False, "account_id"), token=request.GET.get("at", ""), size=_PAGE_SIZE
        )
        hint = ACCOUNT_LISTS[show][1]
        if show == "drawn":
            draws = list_draws_of_accounts(run.pk, account_ids=[row.account_id for row in page.rows])
            context["draws"] = [(row, draws.get(row.account_id, [])) for row in page.rows]
    else:
        _, hint, list_rows, order = DOCUMENT_LISTS[show]
        page = read_page(list_rows(run), order=order, token=request.GET.get("at", ""), size=_PAGE_SIZE)
    return {**context, "review": page, "hint": hint, "is_accounts": show in ACCOUNT_LISTS}


@needs(RECORDS_READ)
def count_list(request: HttpRequest, *, run_id: int, show: str) -> HttpResponse:
    """How long one of the lists is; fetched after the page, since it looks at every document of the run."""
    run = get_run(run_id)
    if show in DOCUMENT_LISTS:
        many = DOCUMENT_LISTS[show][2](run).count()
    elif show in REVIEW_LISTS:
        many = REVIEW_LISTS[show][2](run).count()
    elif show in ACCOUNT_LISTS:
        many = BillRunAccount.objects.filter(run=run, status=show).count()
    else:
        raise NotFound(f"There is no list {show!r} of a bill run.")
    return HttpResponse(f"{many:,}")
