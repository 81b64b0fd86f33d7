"""The billing rollup on a database: what each account should pay, what it is worth a month, and who is behind it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tallystick.catalog.models import Plan, Service
from tallystick.plumbing import clock
from tallystick.rollups.queries import BillingRow, list_billing_rollup
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import begin_month, bill, transfer

pytestmark = pytest.mark.django_db

US = {"country": "US"}


def read(seller: Seller, *, month: date = MARCH, as_of: date = MARCH) -> dict[str, BillingRow]:
    rows = list_billing_rollup(seller, month=month, as_of=as_of, actor=ACTOR)
    return {row.account.external_id: row for row in rows}


@pytest.fixture
def seller() -> Seller:
    return begin_month()


@pytest.fixture
def yearly(seller: Seller) -> Plan:
    return build_plan(seller, code="yearly", interval_months=12)


@pytest.fixture
def seat(seller: Seller) -> Service:
    """150.00 a month: 1,800.00 a year."""
    return build_service(seller, unit_price="150.00")


@pytest.mark.rule("DEM-35", "DEM-40")
def test_a_managed_account_is_confirmed_revenue_only_once_its_invoice_is_paid(
    seller: Seller, yearly: Plan, seat: Service
) -> None:
    account = build_account(seller, party=US)
    build_subscription(account, yearly, seat)
    (invoice,) = bill(seller)
    assert invoice.gross_minor == 1_800_00
    assert read(seller)["A-1"].revenue == ("managed", 150_00, 0)
    clock.advance(timedelta(days=9))
    transfer(invoice, 1_800_00, on=date(2026, 3, 10))
    assert read(seller, as_of=date(2026, 3, 10))["A-1"].revenue == ("paying", 150_00, 150_00)
