"""The review list of a bill run: what to look at before posting, by size and by risk, and what fell out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from tallystick.interfaces.console.lists.keyset import Order, read_page
from tallystick.interfaces.console.reads.run_page import list_first_invoices
from tallystick.invoicing.models import BillRun, BillRunAccount, Document

_PAGE_SIZE = 50
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
        "Over nothing",
        "Invoices that come to zero.",
        lambda run: _list_documents(run).filter(gross_minor=0),
        Order("id", is_descending=False),
    ),
}
ACCOUNT_LISTS: Mapping[str, tuple[str, str]] = {
    "failed": ("Failed", "Accounts that could not be billed, and why. Mend the cause, then draft them again."),
    "dropped": ("Dropped", "Accounts that someone took out of this run. What they owe can be billed again."),
}


def draw_review(request: HttpRequest, *, run: BillRun) -> dict[str, Any]:
    """The list that `show` in the address asks for, a page of it, with the tabs of all lists."""
    show = request.GET.get("show", "")
    if show not in DOCUMENT_LISTS and show not in ACCOUNT_LISTS:
        show = "largest"
    context = {"show": show, "review_tabs": _list_tabs(run)}
    if show in ACCOUNT_LISTS:
        rows = BillRunAccount.objects.filter(run=run, status=show).select_related("account")
        page: Any = read_page(
            rows, order=Order("account_id", False, "account_id"), token=request.GET.get("at", ""), size=_PAGE_SIZE
        )
        hint = ACCOUNT_LISTS[show][1]
    else:
        _, hint, list_rows, order = DOCUMENT_LISTS[show]
        page = read_page(list_rows(run), order=order, token=request.GET.get("at", ""), size=_PAGE_SIZE)
    return {**context, "review": page, "hint": hint, "is_accounts": show in ACCOUNT_LISTS}


def _list_tabs(run: BillRun) -> list[tuple[str, str, int]]:
    tabs = [(name, words, list_rows(run).count()) for name, (words, _, list_rows, _) in DOCUMENT_LISTS.items()]
    accounts = BillRunAccount.objects.filter(run=run)
    tabs += [(name, words, accounts.filter(status=name).count()) for name, (words, _) in ACCOUNT_LISTS.items()]
    return [tab for tab in tabs if tab[2] or tab[0] == "largest"]
