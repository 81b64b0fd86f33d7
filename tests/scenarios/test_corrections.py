"""Stories of corrections: a wrong price that is billed again, a refund in parts, two clerks at one invoice."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connections

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.errors import Refusal
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.corrections import APRIL, bill, build_company, credit, pay, tell_balance, tell_documents
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs


@pytest.mark.django_db
@pytest.mark.rule("ZUO-26", "CRM-36")
def test_billed_at_the_old_price_paid_reversed_and_billed_again_at_the_new_one() -> None:
    seller = build_company("100.00")
    (march,) = bill(seller)
    account = march.account
    pay(account, 121_00)
    clock.set_clock(AT + timedelta(days=5))
    SubscriptionService.objects.update(unit_price_override=Decimal("90.00"))
    reverse_invoice(march, reason="price of 2025", reason_code="price_error", at=clock.now(), actor=ACTOR)
    assert tell_balance(account) == (0, 121_00)
    bill(seller)
    assert tell_documents(account) == [
        ("INV-000001", "posted", 121_00, 0),
        ("CN-000001", "posted", 121_00, 0),
        ("INV-000002", "posted", 108_90, 0),
    ]
    assert tell_balance(account) == (0, 12_10)
    (april,) = bill(seller, on=APRIL)
    assert april.open_minor == 108_90 - 12_10
    assert bill(seller, on=APRIL) == [], "nothing is billed twice"
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
@pytest.mark.rule("ZUO-20", "ZUO-25")
def test_a_credit_note_reaches_the_customer_like_an_invoice_and_names_it() -> None:
    (invoice,) = bill(build_company("100.00"))
    note = credit(invoice, gross_minor=20_00)
    queue_deliveries(Selection(document_ids=(note.pk,)), at=AT, actor=ACTOR)
    run_jobs()
    message = mail.outbox[-1]
    assert message.subject.replace("\u00a0", " ") == "Credit note ACME-CN-000001: 20.00 EUR credited"
    assert "It corrects invoice ACME-INV-000001 of 1 March 2026." in message.body
    assert [name for name, _, _ in message.attachments] == ["ACME-CN-000001.pdf"]


@pytest.mark.rule("ZUO-24")
def test_two_who_credit_the_same_invoice_at_the_same_moment_never_give_back_more_than_it_was(
    fresh_database: FreshDatabase,
) -> None:
    (invoice,) = bill(build_company("100.00"))
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def work() -> None:
        try:
            barrier.wait()
            ask = CorrectionAsk(lines={1: 60_00})
            note = issue_correction(invoice, kind="credit_note", ask=ask, reason="both", at=AT, actor=ACTOR)
            outcomes.append(str(note.gross_minor))
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["7260", "credit_too_large"]
    assert Document.objects.get(pk=invoice.pk).open_minor == 121_00 - 72_60
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
@pytest.mark.rule("CRM-34")
def test_what_a_customer_owes_is_the_same_however_a_mistake_is_taken_back() -> None:
    """By one note or several, by a reversal, after a payment or before it: 121.00 too much are 121.00 given back."""
    seller = build_company("100.00", accounts=4)
    invoices = bill(seller)
    for invoice in invoices[:2]:
        pay(invoice.account, 121_00)
    credit(invoices[0])
    reverse_invoice(invoices[1], reason="wrong", at=AT, actor=ACTOR)
    for amount in (33_33, 33_33, 33_34):
        credit(invoices[2], lines={1: amount})
    reverse_invoice(invoices[3], reason="wrong", at=AT, actor=ACTOR)
    assert [tell_balance(invoice.account) for invoice in invoices] == [(0, 121_00), (0, 121_00), (0, 0), (0, 0)]
    assert {invoice.invoice_on for invoice in Document.objects.all()} == {MARCH} == {date(2026, 3, 1)}
    assert list(check_books(actor=ACTOR)) == []
