"""What corrections do to the figures: what is asked for, what is owed, what came in, and who counts as paying."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tallystick.invoicing.operations.void_document import void_document
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tallystick.rollups.core.gap_reasons import CREDIT_LEFT
from tallystick.rollups.queries import (
    BillingRow,
    GapRow,
    compute_gap_totals,
    compute_receivables,
    list_billing_rollup,
    list_collection,
    list_gap,
)
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import begin_month, bill, transfer

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)
AS_OF = date(2026, 3, 20)


@pytest.fixture
def seller() -> Seller:
    """One managed account that is asked for 150.00 a month, without tax."""
    seller = begin_month()
    account = build_account(seller, party={"country": "US"})
    build_subscription(account, build_plan(seller), build_service(seller, unit_price="150.00"))
    return seller


def correct(invoice: Document, net_minor: int, *, kind: str = "credit_note") -> Document:
    ask = CorrectionAsk(net_minor=net_minor)
    return issue_correction(invoice, kind=kind, ask=ask, reason="agreed", at=clock.now(), actor=ACTOR)


def read_billing(seller: Seller, **options: Any) -> BillingRow:
    (row,) = list_billing_rollup(seller, month=MARCH, as_of=AS_OF, actor=ACTOR, **options)
    return row


def read_gap(seller: Seller) -> list[GapRow]:
    return list(list_gap(seller, month=MARCH, as_of=AS_OF, actor=ACTOR))


def test_notes_change_what_an_account_should_pay_and_what_it_owes(seller: Seller) -> None:
    (invoice,) = bill(seller)
    correct(invoice, 50_00)
    correct(invoice, 20_00, kind="debit_note")
    assert read_billing(seller).asked.should_pay_minor == 120_00
    assert read_billing(seller).owed.receivable_minor == 120_00
    (owed,) = compute_receivables(seller, as_of=AS_OF, actor=ACTOR)
    assert (owed.receivable_minor, owed.open_documents) == (120_00, 2)
    transfer(invoice, 120_00, on=MARCH)
    (gap,) = compute_gap_totals(seller, month=MARCH, as_of=AS_OF, actor=ACTOR)
    assert (gap.expected_minor, gap.transfer_minor, gap.difference_minor) == (120_00, 120_00, 0)
    assert read_gap(seller) == []


def test_a_credit_note_of_a_paid_invoice_is_a_gap_of_credit_that_waits(seller: Seller) -> None:
    (invoice,) = bill(seller)
    transfer(invoice, 150_00, on=MARCH)
    correct(invoice, 50_00)
    (gap,) = read_gap(seller)
    assert (gap.expected_minor, gap.transfer_minor, gap.difference_minor) == (100_00, 150_00, -50_00)
    assert [(each.reason, each.amount_minor) for each in gap.reasons] == [(CREDIT_LEFT, -50_00)]


@pytest.mark.parametrize("act", [reverse_invoice, void_document])
def test_what_is_taken_back_is_asked_for_no_more_and_its_money_waits(seller: Seller, act: Any) -> None:
    (invoice,) = bill(seller)
    transfer(invoice, 150_00, on=MARCH)
    assert read_billing(seller).revenue.mrr_confirmed_minor == 150_00
    act(invoice, reason="wrong", at=clock.now(), actor=ACTOR)
    row = read_billing(seller)
    assert (row.asked.should_pay_minor, row.owed.receivable_minor) == (0, 0)
    assert row.revenue.mrr_confirmed_minor == 0, "nothing that counts was paid"
    assert compute_receivables(seller, as_of=AS_OF, actor=ACTOR) == []
    (month,) = list_collection(seller, month=MARCH, as_of=AS_OF, actor=ACTOR)
    assert (month.days[-1].expected_so_far_minor, month.days[-1].collected_so_far_minor) == (0, 0)
    assert sum(each.difference_minor for each in read_gap(seller)) == 0


def test_an_invoice_that_keeps_some_money_because_of_a_note_is_no_paid_one_after_it_was_reversed(
    seller: Seller,
) -> None:
    (invoice,) = bill(seller)
    transfer(invoice, 150_00, on=MARCH)
    correct(invoice, 50_00)  # 50.00 of credit are free, the invoice stays settled by 150.00
    reverse_invoice(invoice, reason="wrong", at=clock.now(), actor=ACTOR)
    assert read_billing(seller).revenue.mrr_confirmed_minor == 0
    assert list(check_books(actor=ACTOR)) == []


def test_a_voided_credit_note_changes_nothing_in_the_end(seller: Seller) -> None:
    (invoice,) = bill(seller)
    note = correct(invoice, 50_00)
    void_document(note, reason="not agreed", at=clock.now(), actor=ACTOR)
    row = read_billing(seller)
    assert (row.asked.should_pay_minor, row.owed.receivable_minor) == (150_00, 150_00)
    (gap,) = compute_gap_totals(seller, month=MARCH, as_of=AS_OF, actor=ACTOR)
    assert (gap.expected_minor, gap.difference_minor) == (150_00, 150_00)


def test_a_correction_of_next_month_counts_there(seller: Seller) -> None:
    (invoice,) = bill(seller)
    clock.advance(timedelta(days=31))
    correct(invoice, 50_00)
    (march,) = list_billing_rollup(seller, month=MARCH, as_of=APRIL, actor=ACTOR)
    (april,) = list_billing_rollup(seller, month=APRIL, as_of=APRIL, actor=ACTOR)
    assert (march.asked.should_pay_minor, april.asked.should_pay_minor) == (150_00, -50_00)
    assert march.owed.receivable_minor == 100_00
