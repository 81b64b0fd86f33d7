"""The gap on a database: what was asked for, what arrived for it, and every reason for the rest."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, Service
from tallystick.rollups.queries import (
    GapFilters,
    GapRow,
    compute_billing_totals,
    compute_gap_totals,
    list_gap,
)
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import (
    DECLINED_CARD,
    GOOD_CARD,
    begin_month,
    bill,
    charge,
    save_method,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return begin_month()


@pytest.fixture
def plan(seller: Seller) -> Plan:
    return build_plan(seller)


@pytest.fixture
def seat(seller: Seller) -> Service:
    return build_service(seller, unit_price="75.00", price_model="per_unit")


class Customers:
    """Adds accounts with one subscription each."""

    def __init__(self, seller: Seller, plan: Plan, seat: Service) -> None:
        self.seller, self.plan, self.seat = seller, plan, seat

    def add(self, name: str, *, number: str = "", seats: str = "1", **terms: object) -> Account:
        """A self-serve account with that card or IBAN, or a managed one."""
        mode = {"billing_mode": "self_serve" if number else "managed"}
        account = build_account(self.seller, external_id=name, party={"country": "US"}, **{**mode, **terms})
        build_subscription(account, self.plan, self.seat, quantity=seats)
        if number:
            save_method(account, number)
        return account


@pytest.fixture
def customers(seller: Seller, plan: Plan, seat: Service) -> Customers:
    return Customers(seller, plan, seat)


def read(seller: Seller, *, as_of: date = MARCH, **asked: str) -> dict[str, GapRow]:
    rows = list_gap(seller, month=MARCH, as_of=as_of, filters=GapFilters(**asked), actor=ACTOR)
    return {row.account.external_id: row for row in rows}


def reasons_of(row: GapRow) -> list[tuple[str, int]]:
    return [(each.reason, each.amount_minor) for each in row.reasons]


def assert_explained(seller: Seller, *, as_of: date = MARCH) -> None:
    """Every difference is the sum of its reasons, and what is expected is what the billing rollup says."""
    for row in read(seller, as_of=as_of).values():
        assert row.difference_minor == sum(each.amount_minor for each in row.reasons)
        assert row.expected_minor == sum(row.amounts_minor[1:])
    for total in compute_gap_totals(seller, month=MARCH, as_of=as_of, actor=ACTOR):
        assert total.difference_minor == sum(each.amount_minor for each in total.reasons)
        (billing,) = compute_billing_totals(seller, month=MARCH, as_of=as_of, actor=ACTOR)
        assert total.expected_minor == billing.should_pay_minor


@pytest.mark.rule("DEM-58")
def test_an_unpaid_managed_invoice_and_a_failed_card_are_two_gaps_with_two_reasons(
    seller: Seller, customers: Customers
) -> None:
    customers.add("A-1", seats="12")
    customers.add("A-2", number=DECLINED_CARD)
    customers.add("A-3", number=GOOD_CARD)
    _, failing, good = bill(seller)
    charge(failing)
    charge(good)
    rows = read(seller)
    assert {name: reasons_of(row) for name, row in rows.items()} == {
        "A-1": [("unpaid_not_due", 900_00)],
        "A-2": [("charge_failed", 75_00)],
    }
    assert rows["A-1"].reasons[0].why == "It is due on 31 March 2026."
    assert rows["A-2"].reasons[0].why == "The bank declined the card without saying why."
    assert rows["A-2"].reasons[0].invoices == ((failing.pk, "ACME-INV-000002"),)
    (total,) = compute_gap_totals(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert total[:8] == ("USD", 3, 2, 1_050_00, 75_00, 0, 0, 975_00)
    assert total.reasons == (("charge_failed", 1, 75_00), ("unpaid_not_due", 1, 900_00))
    assert_explained(seller)
