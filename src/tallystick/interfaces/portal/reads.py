"""What the portal shows, in words: amounts, dates and states as the customer's language writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tallystick.access.queries import OwnAccount
from tallystick.collection.queries.charge_limits import Owed, Unattended, list_unattended
from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.core.words import Words
from tallystick.documents.queries import get_document_view
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.documents.rendering.sheet_payment import compose_payment
from tallystick.interfaces.portal.words.languages import get_phrases
from tallystick.interfaces.portal.words.paying import PAYING
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.invoicing.queries.customer_documents import (
    CustomerDocument,
    list_customer_documents,
    list_documents_to_pay,
)
from tallystick.invoicing.queries.open_credit import list_open_documents
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


class ShownAccount(NamedTuple):
    """One of somebody's accounts, with what is open on it; empty: nothing is."""

    account: OwnAccount
    open: str


def list_shown_accounts(own: Sequence[OwnAccount]) -> list[ShownAccount]:
    """Somebody's accounts, the one that owes longest first, then by name."""
    open_minor: dict[int, int] = defaultdict(int)
    due_on: dict[int, date] = {}
    for row in list_open_documents([each.id for each in own]):
        open_minor[row.account_id] += row.document.open_minor
        due_on[row.account_id] = min(due_on.get(row.account_id, row.document.due_on), row.document.due_on)
    ordered = sorted(own, key=lambda each: due_on.get(each.id, date.max))
    return [
        ShownAccount(each, _money(open_minor[each.id], each, get_phrases(each.language)) if open_minor[each.id] else "")
        for each in ordered
    ]


def read_due(account: OwnAccount, *, say: Phrases) -> Due:
    """What an account has to pay, oldest first, each with the bank details or the method that it is collected by."""
    documents = list_documents_to_pay(account.id)
    credit_minor = find_balance(account.id).customer_credit_minor
    total_minor = sum(each.open_minor for each in documents)
    owed = [Owed(each.id, each.open_minor, each.due_on) for each in documents]
    ahead = list_unattended(account.id, owed=owed, zone=ZoneInfo(account.time_zone), at=clock.now())
    return Due(
        _money(total_minor, account, say) if total_minor else "",
        [_show_due(each, ahead[each.id], account, say) for each in documents],
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


def _show_due(document: CustomerDocument, ahead: Unattended, account: OwnAccount, say: Phrases) -> ShownDue:
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
        _tell_payment(document, ahead, words, say),
    )


def _tell_payment(document: CustomerDocument, ahead: Unattended, words: Words, say: Phrases) -> dict[str, Any]:
    """How it is paid as things stand now, which may have overtaken what its paper said when it was posted."""
    if ahead.is_under_way:
        return {}
    view = get_document_view(document.id)
    if view.payment.collection_method == "automatic":
        terms = replace(view.payment, method_label=ahead.label)
        view = replace(view, payment=terms, due_on=ahead.day or view.due_on)
    told = compose_payment(view, words=words)
    if ahead.is_again and ahead.day is not None:
        day = write_date(ahead.day, locale=say.locale)
        return {**told, "sentence": PAYING[say.language].tried_again.format(method=ahead.label, date=day)}
    return told


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
