"""What can be filled in about money that came in: a bank transfer, for an invoice or of an account."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.accounts.queries import get_account_by_id
from tallystick.credit.queries import get_funds
from tallystick.errors import Refusal
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_day, write_money
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.shares import read_shares
from tallystick.invoicing.models import Document
from tallystick.invoicing.queries.documents import get_document
from tallystick.journeys.record_transfer import RecordedTransfer, record_account_transfer, record_transfer
from tallystick.money.amount import format_minor, parse_minor
from tallystick.plumbing.permissions import PAYMENTS_RECORD


class AmountForm(PlainForm):
    """An amount in a currency."""

    amount = forms.CharField(label="Amount")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"].label = f"Amount in {currency}"

    def clean_amount(self) -> int:
        """In minor units."""
        try:
            return parse_minor(self.cleaned_data["amount"], self.currency)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class TransferForm(AmountForm):
    """Money that arrived at the bank, in the currency of the invoice."""

    received_on = forms.DateField(label="Received on", help_text="The day on which it was at the bank.")
    reference = forms.CharField(
        label="Reference", required=False, help_text="What tells it at the bank, such as statement 17."
    )


class AccountTransferForm(TransferForm):
    """The same of an account: it may be for several invoices."""

    shares = forms.CharField(
        label="For certain invoices",
        required=False,
        help_text="Number and amount, separated by commas: INV-000001=10.00, INV-000002=5.00. Empty: the oldest due.",
    )


@needs(PAYMENTS_RECORD)
def pay_invoice(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """Record a bank transfer for an invoice, after a question that says what it settles."""
    document = get_document(document_id=document_id)
    name = document.number or f"Draft {document.pk}"
    form = TransferForm(request.POST or None, currency=document.currency, initial=_read_open(document))
    address = reverse("admin:invoice", args=[document_id])

    def act(filled: TransferForm) -> RecordedTransfer:
        given = filled.cleaned_data
        return record_transfer(
            document_id,
            amount_minor=given["amount"],
            received_on=given["received_on"],
            reference=given["reference"],
            at=now(),
            actor=get_actor(request),
        )

    filling = Filling(
        title=f"Record a payment for {name}",
        intro=f"Money from {document.account.name} that arrived at the bank. It settles this invoice first.",
        button="Record the payment",
        crumbs=[crumb("Invoices", name="invoices"), Crumb(name, address)],
        act=act,
        done=lambda transfer: _tell_done(transfer, document),
        go=lambda _: address,
        aliases={"amount_minor": "amount"},
        ask=lambda filled: _ask(filled, document),
    )
    return fill(request, form=form, filling=filling)


@needs(PAYMENTS_RECORD)
def pay_account(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Record a bank transfer that names no invoice, after a question that says what becomes of it."""
    account = get_account_by_id(account_id)
    today: date = now().astimezone(ZoneInfo(account.seller.time_zone)).date()
    form = AccountTransferForm(request.POST or None, currency=account.currency, initial={"received_on": today})
    address = reverse("admin:account", args=[account_id])

    def act(filled: TransferForm) -> RecordedTransfer:
        given = filled.cleaned_data
        written = [each for each in given["shares"].split(",") if each.strip()]
        return record_account_transfer(
            account_id,
            amount_minor=given["amount"],
            received_on=given["received_on"],
            reference=given["reference"],
            shares=read_shares(written, currency=account.currency, seller_code=account.seller.code),
            at=now(),
            actor=get_actor(request),
        )

    def ask(filled: TransferForm) -> str:
        amount, on = filled.cleaned_data["amount"], write_day(filled.cleaned_data["received_on"])
        if amount <= 0:
            return ""
        booked = f"Book {write_money(amount, currency=account.currency)} as received on {on}?"
        what = "the invoices that are named, then the oldest due" if filled.cleaned_data["shares"] else "the oldest due"
        return f"{booked} It settles {what} of {account.name}, and what is left stays credit of the account."

    def tell(transfer: RecordedTransfer) -> str:
        balance = write_money(get_funds(account).balance_minor, currency=account.currency)
        arrived = write_money(transfer.amount_minor, currency=account.currency)
        return f"{arrived} is booked; the balance is {balance} now."

    filling = Filling(
        title=f"Record a payment of {account.name}",
        intro="Money that arrived at the bank. It settles the oldest due first, unless it is for certain invoices.",
        button="Record the payment",
        crumbs=[crumb("Accounts", name="accounts"), Crumb(account.name, address)],
        act=act,
        done=tell,
        go=lambda _: address,
        aliases={"amount_minor": "amount"},
        ask=ask,
    )
    return fill(request, form=form, filling=filling)


def is_payable(document: Document) -> bool:
    """Whether a transfer can be booked for it: it is owed, and some of it is open."""
    return document.status == "posted" and document.open_minor > 0


def _read_open(document: Document) -> dict[str, object]:
    today: date = now().astimezone(ZoneInfo(document.seller.time_zone)).date()
    return {"amount": format_minor(document.open_minor, document.currency), "received_on": today}


def _ask(form: TransferForm, document: Document) -> str:
    """What is going to happen; what the journey refuses anyway is not asked about."""
    amount, currency = form.cleaned_data["amount"], document.currency
    if amount <= 0 or not is_payable(document):
        return ""
    open_now, on = write_money(document.open_minor, currency=currency), write_day(form.cleaned_data["received_on"])
    question = f"Book {write_money(amount, currency=currency)} as received on {on}?"
    left = document.open_minor - amount
    if left > 0:
        return f"{question} Of {open_now} open on {document.number}, {write_money(left, currency=currency)} stays open."
    if left == 0:
        return f"{question} {document.number} is then paid."
    return (
        f"{question} That is {write_money(-left, currency=currency)} more than the {open_now} open on "
        f"{document.number}: the rest settles what else is due, and what is left stays credit of the account."
    )


def _tell_done(transfer: RecordedTransfer, document: Document) -> str:
    present = get_document(document_id=document.pk)
    arrived = write_money(transfer.amount_minor, currency=document.currency)
    left = write_money(present.open_minor, currency=present.currency)
    return f"{arrived} is booked; {left} of {present.number} is open now."
