"""Correcting from the invoice's page: nothing is posted before it was shown in numbers."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tallystick.invoicing.models import Document
from tallystick.ledger.queries.balances import find_balance
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(build_staff_user("finance"))
    return client


def read(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def send(client: Client, address: str, **form: Any) -> str:
    return read(client.post(f"/console/{address}", form, follow=True))


@pytest.mark.rule("ZUO-24")
def test_a_credit_note_is_shown_in_numbers_before_it_is_posted(client: Client, company: BilledCompany) -> None:
    page = f"invoices/{company.invoice.pk}/credit/"
    assert "1. Seat" in read(client.get(f"/console/{page}"))
    asked = {"amount": "20.00", "basis": "gross", "reason": "agreed by phone", "reason_code": "goodwill"}
    shown = send(client, page, **asked)
    assert "What will be posted With tax 20.00 EUR Net 16.53 EUR Tax 3.47 EUR" in shown
    assert "Post the credit note over 20.00 EUR" in shown
    assert Document.objects.filter(kind="credit_note").count() == 0
    # an amount that was changed after it was shown is shown again, and nothing is posted
    again = send(client, page, **{**asked, "amount": "25.00"}, shown="2000", step="post")
    assert "Post the credit note over 25.00 EUR" in again
    done = send(client, page, **asked, shown="2000", step="post")
    assert "Credit note ACME-CN-000001 is posted." in done
    assert "Corrects ACME-INV-000001 Goodwill" in done
    assert "What its credit settled Document On Amount ACME-INV-000001" in done
    assert find_balance(company.account.pk).receivable_minor == 101_00
    invoice = read(client.get(f"/console/invoices/{company.invoice.pk}/"))
    assert "ACME-CN-000001" in invoice and "Credited" in invoice


def test_what_is_refused_is_said_beside_the_form_and_nothing_is_changed(client: Client, company: BilledCompany) -> None:
    page = f"invoices/{company.invoice.pk}/credit/"
    told = send(client, page, line_1="100.01", reason="too much")
    assert "Line 1 has 100.00 EUR left to credit, not 100.01 EUR." in told
    assert "'ten' is no amount in EUR." in send(client, page, line_1="ten", reason="words")
    assert "This field is required." in send(client, page, line_1="1.00", reason="")
    assert not Document.objects.filter(kind="credit_note").exists()


@pytest.mark.rule("ZUO-25")
def test_a_debit_note_is_left_as_a_draft_then_posted_or_rejected(client: Client, company: BilledCompany) -> None:
    page = f"invoices/{company.invoice.pk}/debit/"
    asked = {"line_1": "10.00", "reason": "one more seat", "shown": "1210"}
    assert "Debit note draft" in send(client, page, **asked, step="draft")
    note = Document.objects.get(kind="debit_note")
    assert "Post this debit note over" in read(client.get(f"/console/invoices/{note.pk}/"))
    assert "ACME-DN-000001 over 12.10 EUR is posted." in send(client, f"invoices/{note.pk}/post/")
    send(client, page, **asked, step="draft")
    second = Document.objects.get(kind="debit_note", status="draft")
    assert "1 canceled" in send(client, f"invoices/{second.pk}/reject/", reason="asked twice")


@pytest.mark.rule("ZUO-26")
def test_an_invoice_is_reversed_after_what_will_be_credited_was_shown(client: Client, company: BilledCompany) -> None:
    page = f"invoices/{company.invoice.pk}/reverse/"
    assert "Reverse ACME-INV-000001, 121.00 EUR" in read(client.get(f"/console/{page}"))
    done = send(client, page, reason="wrong price", shown="12100")
    assert "ACME-INV-000001 is reversed." in done
    assert "neither it nor what reversed it can be changed any more" in done
    assert "Credit…" not in done and "Void…" not in done
    assert "was reversed: neither it nor" in send(client, page, reason="again", shown="12100")


@pytest.mark.rule("CRM-34", "CRM-35")
def test_a_document_is_voided_and_a_bill_canceled(client: Client, company: BilledCompany) -> None:
    invoice = company.invoice
    assert "1 of this bill is voided" in read(client.get(f"/console/invoices/{invoice.pk}/"))
    void = f"invoices/{invoice.pk}/void/"
    assert "is voided." not in send(client, void, reason="never ordered", shown="1")
    done = send(client, f"invoices/{invoice.pk}/cancel-bill/", reason="wrong month")
    assert "The bill is canceled: ACME-INV-000001." in done
    assert Document.objects.get(pk=invoice.pk).status == "voided"
    assert "can be changed any more" in send(client, void, reason="never ordered", shown="12100")


def test_the_list_tells_kinds_apart_and_counts_credit_notes_as_less(client: Client, company: BilledCompany) -> None:
    send(client, f"invoices/{company.invoice.pk}/credit/", line_1="10.00", reason="less", shown="1210", step="post")
    listed = read(client.get("/console/invoices/"))
    assert "ACME-CN-000001 Credit note" in listed
    notes = read(client.get("/console/invoices/?kind=credit_note"))
    assert "ACME-CN-000001" in notes and "ACME-INV-000001" not in notes
    totals = read(client.get("/console/invoices/?state=open&part=totals"))
    assert "108.90 EUR" in totals
    assert "−12.10 EUR" in read(client.get("/console/invoices/?kind=credit_note&part=totals"))


def test_a_seller_keeps_its_own_reasons(company: BilledCompany) -> None:
    client = Client()
    client.force_login(build_staff_user("admin"))
    page = f"sellers/{company.seller.pk}/reason-codes/"
    assert "In a good mood may be given" in send(client, page, code="mood", name="In a good mood")
    assert "In a good mood is retired" in send(client, page, code="mood", name="In a good mood", retire="1")
    assert "takes lower-case letters" in send(client, page, code="Good Mood", name="In a good mood")


@pytest.mark.parametrize("act", ["credit", "debit", "reverse", "void"])
def test_clerks_are_offered_none_of_it(act: str, company: BilledCompany) -> None:
    client = Client()
    client.force_login(build_staff_user("clerk"))
    assert "Credit…" not in read(client.get(f"/console/invoices/{company.invoice.pk}/"))
    assert client.get(f"/console/invoices/{company.invoice.pk}/{act}/").status_code == 403
