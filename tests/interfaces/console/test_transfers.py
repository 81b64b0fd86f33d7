"""A bank transfer is recorded on the page of the invoice that it was paid for, after a question with the amounts."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from django.test import Client

from tallystick.invoicing.models import Document
from tallystick.payments.models import Payment
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db

BUTTON = "Record a payment…"


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def finance() -> Client:
    client = Client()
    client.force_login(build_staff_user("finance"))
    return client


def send(client: Client, invoice: Document, *, says_yes: bool = True, **given: str) -> str:
    """Fill the form in, on the first of March; answer its question. Returns what follows."""
    form = {"received_on": "2026-03-01", "reference": "statement 17", **given}
    answer = client.post(address(invoice), form, follow=True)
    if says_yes and (question := (answer.context or {}).get("question")):
        answer = client.post(address(invoice), {**form, "asked": question}, follow=True)
    return unescape(answer.content.decode())


def address(invoice: Document) -> str:
    return f"/console/invoices/{invoice.pk}/pay/"


def see(client: Client, document: Document) -> str:
    return client.get(f"/console/invoices/{document.pk}/").content.decode()


def write(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d} EUR"


def test_the_form_begins_with_all_that_is_open_and_the_sellers_day(company: BilledCompany, finance: Client) -> None:
    assert BUTTON in see(finance, company.invoice)
    form = finance.get(address(company.invoice)).context["form"]
    assert f"{form['amount'].value()} EUR" == write(company.invoice.open_minor)
    assert form["received_on"].value() == date(2026, 3, 1)


def test_a_part_is_booked_after_a_question_that_says_what_stays_open(company: BilledCompany, finance: Client) -> None:
    before = company.invoice.open_minor
    asked = send(finance, company.invoice, amount="1.00", says_yes=False)
    assert "Book 1.00 EUR as received on Mar 1, 2026?" in asked
    assert f"{write(before - 100)} stays open." in asked
    assert not Payment.objects.exists()
    page = send(finance, company.invoice, amount="1.00")
    assert f"1.00 EUR is booked; {write(before - 100)} of {company.invoice.number} is open now." in page
    payment = Payment.objects.get()
    assert (payment.amount_minor, payment.reference, payment.received_on) == (100, "statement 17", date(2026, 3, 1))


def test_who_has_paid_all_of_it_owes_nothing_and_is_asked_for_nothing(company: BilledCompany, finance: Client) -> None:
    amount = write(company.invoice.open_minor).removesuffix(" EUR")
    assert f"{company.invoice.number} is then paid." in send(finance, company.invoice, amount=amount, says_yes=False)
    send(finance, company.invoice, amount=amount)
    assert Document.objects.get(pk=company.invoice.pk).open_minor == 0
    assert BUTTON not in see(finance, company.invoice)
    assert "Nothing was changed." in send(finance, company.invoice, amount=amount)
    assert Payment.objects.count() == 1


def test_what_is_left_over_is_named_before_and_stays_credit(company: BilledCompany, finance: Client) -> None:
    amount = write(company.invoice.open_minor + 500).removesuffix(" EUR")
    asked = send(finance, company.invoice, amount=amount, says_yes=False)
    assert "That is 5.00 EUR more than" in asked and "stays credit of the account" in asked
    send(finance, company.invoice, amount=amount)
    assert Payment.objects.get().amount_minor == company.invoice.open_minor + 500
    assert Document.objects.get(pk=company.invoice.pk).open_minor == 0


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"amount": "ten"}, "write it like"),
        ({"amount": "-1.00"}, "Must be above 0"),
        ({"amount": "1.00", "received_on": "2026-03-02"}, "Must not be after today"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_books_nothing(
    company: BilledCompany, finance: Client, given: dict[str, str], reason: str
) -> None:
    assert reason in send(finance, company.invoice, says_yes=True, **given)
    assert not Payment.objects.exists()


def test_the_same_answer_sent_twice_books_once(company: BilledCompany, finance: Client) -> None:
    form = {"amount": "1.00", "received_on": "2026-03-01"}
    question = finance.post(address(company.invoice), form).context["question"]
    for _ in range(2):
        finance.post(address(company.invoice), {**form, "asked": question})
    assert Payment.objects.count() == 1, "the second answer is to a question about another amount open"


def test_a_draft_is_not_paid_and_who_may_not_record_has_no_button(company: BilledCompany, finance: Client) -> None:
    assert BUTTON not in see(finance, company.draft)
    assert "Nothing was changed." in send(finance, company.draft, amount="1.00")
    assert not Payment.objects.exists()
    clerk = Client()
    clerk.force_login(build_staff_user("clerk"))
    assert BUTTON not in see(clerk, company.invoice)
    assert clerk.get(address(company.invoice)).status_code == 403
