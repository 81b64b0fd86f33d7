"""Discounts that services share, percentages, trials and frequencies in the monthly recurring revenue."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.accounts.core.new_discount import NewAccountDiscount
from tallystick.accounts.models import Account
from tallystick.accounts.operations.add_account_discount import add_account_discount
from tallystick.catalog.core.items import NewPlan, NewPlanService
from tallystick.plumbing import clock
from tallystick.rollups.queries import BillingFilters, compute_billing_totals, list_billing_rollup
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewDiscount
from tallystick.subscriptions.operations.add_subscription_discount import add_subscription_discount
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_seller
from tests.support.priced_company import agree, fill_catalog

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    begun = build_seller()
    fill_catalog(begun)
    return begun


def mrr(seller: Seller, *, on: date = MARCH) -> dict[str, int]:
    rows = list_billing_rollup(seller, month=on, as_of=on, filters=BillingFilters(), actor=ACTOR)
    return {row.account.external_id: row.revenue.mrr_forecast_minor for row in rows}


def give_partner(account: Account) -> None:
    discount = NewAccountDiscount(Decimal(10), "Partner")
    add_account_discount(account.pk, discount=discount, at=AT, actor=ACTOR)


@pytest.mark.rule("DEM-37", "DEM-42")
def test_accounts_that_differ_by_a_shared_discount_alone_are_worth_different_sums(seller: Seller) -> None:
    build_account(seller)
    other = build_account(seller, external_id="A-2")
    own = agree(seller, {"line": "10", "mail": "1"})
    agree(seller, {"line": "10", "mail": "1"}, account="A-2")
    assert mrr(seller) == {"A-1": 4500, "A-2": 4500}
    give_partner(other)
    assert mrr(seller) == {"A-1": 4500, "A-2": 4050}
    bundle = NewDiscount("amount", Decimal("5.00"), "Bundle")
    add_subscription_discount(own.pk, discount=bundle, at=AT, actor=ACTOR)
    assert mrr(seller) == {"A-1": 4000, "A-2": 4050}
    totals = compute_billing_totals(seller, month=MARCH, as_of=MARCH, filters=BillingFilters(), actor=ACTOR)
    assert "8050" in str(totals)


@pytest.mark.rule("DEM-37")
def test_tiers_minimum_and_percentage_are_worth_what_they_are_billed(seller: Seller) -> None:
    build_account(seller)
    agree(seller, {"base": "1", "seat": "12", "care": "1"})
    assert mrr(seller) == {"A-1": 2500 + 11100 + 1360}


def test_a_trial_is_worth_nothing_until_it_converts(seller: Seller) -> None:
    fill_catalog(seller, NewPlan("tried", "Tried", trial_days=45), NewPlanService("tried", "line"))
    build_account(seller)
    agree(seller, {"line": "10"}, plan="tried")
    assert mrr(seller) == {"A-1": 0}
    assert mrr(seller, on=date(2026, 4, 20)) == {"A-1": 4000}
