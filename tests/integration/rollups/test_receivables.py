"""What customers owe by age, and how a month's invoices come in, on a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tallystick.errors import Forbidden
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.rollups.queries import compute_gap_totals, compute_receivables, list_collection
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import begin_month, bill, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """A-1 pays at once, A-2 within 14 days, A-3 within 60; each is asked for 100.00 a month."""
    seller = begin_month()
    service, plan = build_service(seller, unit_price="100.00"), build_plan(seller)
    for name, days in (("A-1", 0), ("A-2", 14), ("A-3", 60)):
        account = build_account(seller, external_id=name, party={"country": "US"}, net_terms_days=days)
        build_subscription(account, plan, service)
    return seller


def test_receivables_by_age_and_drafts_apart(seller: Seller) -> None:
    first, *_ = bill(seller)
    transfer(first, 25_00, on=MARCH)
    clock.advance(timedelta(days=31))
    bill(seller, on=date(2026, 4, 1), post=False)
    (found,) = compute_receivables(seller, as_of=date(2026, 4, 1), actor=ACTOR)
    assert (found.currency, found.receivable_minor, found.open_documents) == ("USD", 275_00, 3)
    # A-1 was due on 1 March (31 days ago), A-2 on 15 March (17 days ago), A-3 is due on 30 April
    assert found.ageing == (100_00, 100_00, 75_00, 0, 0)
    assert (found.overdue_minor, found.overdue_documents) == (175_00, 2)
    assert (found.drafts, found.drafted_minor) == (3, 300_00)


def test_nobody_owes_anything_in_the_beginning(seller: Seller) -> None:
    assert compute_receivables(seller, as_of=MARCH, actor=ACTOR) == []
    assert list_collection(seller, month=MARCH, as_of=MARCH, actor=ACTOR) == []


def test_a_months_invoices_come_in_day_by_day_and_agree_with_the_gap(seller: Seller) -> None:
    first, second, third = bill(seller)
    for invoice, amount, on in (
        (first, 100_00, date(2026, 3, 3)),
        (second, 40_00, date(2026, 3, 3)),
        (second, 60_00, date(2026, 3, 31)),
        (third, 70_00, date(2026, 4, 2)),
    ):
        transfer(invoice, amount, on=on)
    as_of = date(2026, 4, 5)
    (month,) = list_collection(seller, month=MARCH, as_of=as_of, actor=ACTOR)
    assert len(month.days) == 31
    assert month.days[0] == (MARCH, 300_00, 0, 300_00, 0)
    assert month.days[2] == (date(2026, 3, 3), 0, 140_00, 300_00, 140_00)
    assert month.days[30] == (date(2026, 3, 31), 0, 60_00, 300_00, 200_00)
    assert month.collected_later_minor == 70_00
    (gap,) = compute_gap_totals(seller, month=MARCH, as_of=as_of, actor=ACTOR)
    assert gap.expected_minor == month.days[-1].expected_so_far_minor
    assert gap.transfer_minor == month.days[-1].collected_so_far_minor + month.collected_later_minor


def test_nobody_reads_receivables_without_permission(seller: Seller) -> None:
    nobody = Actor(kind="staff", id="1", label="Nobody")
    with pytest.raises(Forbidden, match="rollups"):
        compute_receivables(seller, as_of=MARCH, actor=nobody)
    with pytest.raises(Forbidden, match="rollups"):
        list_collection(seller, month=MARCH, as_of=MARCH, actor=nobody)
