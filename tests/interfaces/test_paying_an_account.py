"""Money that names no invoice is recorded for its account: what is due is settled, the rest is credit to spend."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from tallystick.interfaces.cli.commands import build_application
from tallystick.invoicing.errors import TransferInvalid
from tallystick.invoicing.models import Document
from tallystick.invoicing.queries.documents import get_document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.record_transfer import Share, record_account_transfer
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.models import Payment
from tests.support.api import make_caller
from tests.support.builders import ACTOR, AT
from tests.support.corrections import bill, build_company
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db


@pytest.mark.rule("MAX-30")
def test_money_of_an_account_settles_what_is_due_and_the_rest_is_its_credit() -> None:
    (invoice,) = bill(build_company("100.00"))

    answer = make_caller().post(
        f"/accounts/{invoice.account_id}/payments", {"amount_minor": 13000, "reference": "statement 17"}
    )

    assert (answer.status_code, answer.json()["kind"], answer.json()["reference"]) == (201, "transfer", "statement 17")
    balance = find_balance(invoice.account_id)
    assert (balance.receivable_minor, balance.customer_credit_minor) == (0, 900)  # 130.00 - 121.00
    assert list(check_books(actor=ACTOR)) == []


def test_an_account_pays_ahead_at_the_command_line() -> None:
    build_company("100.00")

    told = CliRunner().invoke(build_application("account"), ["account", "pay", "A-1", "--amount", "25.00", "--yes"])

    assert told.output.strip() == "25.00 EUR arrived from A-1; its balance is 25.00 EUR now."


def test_an_amount_that_can_not_be_is_refused_and_nothing_is_booked() -> None:
    (invoice,) = bill(build_company("100.00"))

    with pytest.raises(TransferInvalid, match="must be above 0"):
        record_account_transfer(invoice.account_id, amount_minor=0, reference="", at=AT, actor=ACTOR)
    assert not Payment.objects.exists()


@pytest.fixture
def invoices() -> list[Document]:
    """March and April of one account, 121.00 each."""
    seller = build_company("100.00")
    return [*bill(seller), *bill(seller, on=date(2026, 4, 1))]


def tell_open(invoices: list[Document]) -> list[int]:
    return [get_document(document_id=invoice.pk).open_minor for invoice in invoices]


@pytest.mark.rule("MAX-30")
def test_a_payment_that_names_no_invoice_pays_the_oldest_first_and_the_surplus_is_credit(
    invoices: list[Document],
) -> None:
    account_id = invoices[0].account_id
    record_account_transfer(account_id, amount_minor=150_00, reference="", at=AT, actor=ACTOR)
    assert tell_open(invoices) == [0, 92_00]
    record_account_transfer(account_id, amount_minor=100_00, reference="", at=AT, actor=ACTOR)
    assert (tell_open(invoices), find_balance(account_id).customer_credit_minor) == ([0, 0], 8_00)


@pytest.mark.rule("MAX-30")
def test_a_payment_over_several_invoices_names_how_much_each_gets_and_the_rest_pays_the_oldest(
    invoices: list[Document],
) -> None:
    march, april = invoices
    shares = [{"invoice_id": april.pk, "amount_minor": 60_00}, {"invoice_id": march.pk, "amount_minor": 30_00}]
    sent = {"amount_minor": 100_00, "shares": shares}
    answer = make_caller().post(f"/accounts/{march.account_id}/payments", sent)
    assert (answer.status_code, tell_open(invoices)) == (201, [81_00, 61_00])  # 30 + the 10 that are left; 60
    words = ["account", "pay", "A-1", "--amount", "61.00", "--for", f"{april.number}=61.00", "--yes"]
    told = CliRunner().invoke(build_application("account"), words)
    assert (told.exit_code, tell_open(invoices)) == (0, [81_00, 0])
    client = Client()
    client.force_login(build_staff_user("finance"))
    form = {"amount": "81.00", "received_on": "2026-03-01", "shares": f"{march.number}=81.00", "asked": "1"}
    address = reverse("admin:account_pay", args=[march.account_id])
    question = client.post(address, {**form, "asked": ""}).content.decode()
    assert "the invoices that are named, then the oldest due" in question
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("MAX-30")
@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        ((60_00, 41_00), "more than what arrived"),
        ((0, 10_00), "must be above 0"),
        ((-5_00, 10_00), "must be above 0"),
        ((10_00, 122_00), "more than is open"),
    ],
)
def test_amounts_that_can_not_be_are_refused_and_nothing_is_booked(
    invoices: list[Document], amounts: tuple[int, int], why: str
) -> None:
    shares = [Share(invoice.pk, amount) for invoice, amount in zip(invoices, amounts, strict=True)]
    with pytest.raises(TransferInvalid, match=why) as refused:
        record_account_transfer(
            invoices[0].account_id, amount_minor=100_00, reference="", at=AT, actor=ACTOR, shares=shares
        )
    assert (refused.value.field, Payment.objects.exists()) == ("shares", False)


@pytest.mark.rule("MAX-30")
def test_another_accounts_invoice_and_one_named_twice_are_refused() -> None:
    mine, other = bill(build_company("100.00", accounts=2))
    for shares, why in (([Share(other.pk, 1)], "another account's"), ([Share(mine.pk, 1)] * 2, "each once")):
        with pytest.raises(TransferInvalid, match=why):
            record_account_transfer(mine.account_id, amount_minor=2, reference="", at=AT, actor=ACTOR, shares=shares)
