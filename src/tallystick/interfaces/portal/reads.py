"""What the portal shows, in words: amounts, dates and states as the customer's language writes them."""

from __future__ import annotations

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tallystick.access.queries import OwnAccount
from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.queries import get_document_view
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.documents.rendering.sheet_payment import compose_payment
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.invoicing.queries.customer_documents import (
    CustomerDocument,
    list_customer_documents,
    list_documents_to_pay,
)
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing import clock

_A_PAGE = 20


class ShownDue(NamedTuple):
    """One invoice to pay: when, and how it asks to be paid."""

    document: CustomerDocument
    title: str
    amount: str
    when: str
    is_overdue: bool
    payment: dict[str, Any]


class Due(NamedTuple):
    """All that is to be paid; an empty `total` is nothing. `credit` is money of theirs that waits, or empty."""

    total: str
    invoices: list[ShownDue]
    credit: str


class ShownDocument(NamedTuple):
    """A document in the list."""

    document: CustomerDocument
    title: str
    dated: str
    amount: str
    state: str
    is_open: bool


class DocumentPage(NamedTuple):
    """Some of the documents; `older_than` leads on, None at the end."""

    rows: list[ShownDocument]
    older_than: int | None


def read_due(account: OwnAccount, *, say: Phrases) -> Due:
    """What an account has to pay, oldest first, each with the bank details or the method that it is collected by."""
    documents = list_documents_to_pay(account.id)
    credit_minor = find_balance(account.id).customer_credit_minor
    total_minor = sum(each.open_minor for each in documents)
    return Due(
        _money(total_minor, account, say) if total_minor else "",
        [_show_due(each, account, say) for each in documents],
        say.credit.format(amount=_money(credit_minor, account, say)) if credit_minor > 0 else "",
    )


def list_shown_documents(account: OwnAccount, *, say: Phrases, before_id: int | None = None) -> DocumentPage:
    """A page of documents, newest first."""
    rows = list_customer_documents(account.id, before_id=before_id, limit=_A_PAGE + 1)
    kinds = get_words(say.language).kinds
    shown = [
        ShownDocument(
            each,
            kinds[each.kind].title,
            write_date(each.invoice_on, locale=say.locale),
            write_money(each.gross_minor, currency=each.currency, locale=say.locale),
            _tell_state(each, say),
            each.open_minor > 0,
        )
        for each in rows[:_A_PAGE]
    ]
    return DocumentPage(shown, rows[_A_PAGE - 1].id if len(rows) > _A_PAGE else None)


def _show_due(document: CustomerDocument, account: OwnAccount, say: Phrases) -> ShownDue:
    words = get_words(say.language)
    today = clock.now().astimezone(ZoneInfo(account.time_zone)).date()
    is_overdue = document.due_on < today
    when = say.overdue_since if is_overdue else say.due_by
    return ShownDue(
        document,
        f"{words.kinds[document.kind].title} {document.number}",
        write_money(document.open_minor, currency=document.currency, locale=say.locale),
        when.format(date=write_date(document.due_on, locale=say.locale)),
        is_overdue,
        compose_payment(get_document_view(document.id), words=words),
    )


def _tell_state(document: CustomerDocument, say: Phrases) -> str:
    if document.status != "posted":
        return say.withdrawn
    if document.kind == "credit_note":
        return say.credited
    if document.open_minor > 0:
        amount = write_money(document.open_minor, currency=document.currency, locale=say.locale)
        return say.open_part.format(amount=amount)
    return say.settled


def _money(minor: int, account: OwnAccount, say: Phrases) -> str:
    return write_money(minor, currency=account.currency, locale=say.locale)
