"""Every price model, frequency and level of discount on a drafted invoice, from the catalog's rows to its lines."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.accounts.core.new_discount import NewAccountDiscount
from tallystick.accounts.models import Account
from tallystick.accounts.operations.add_account_discount import add_account_discount
from tallystick.catalog.core.items import NewPlan, NewPlanService, NewPrice
from tallystick.catalog.core.tiers import parse_tiers
from tallystick.catalog.models import Price
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.end_price import end_price
from tallystick.invoicing.models import BillingClaim
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewDiscount
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.add_subscription_discount import add_subscription_discount
from tests.support.builders import ACTOR, AT, build_account, build_seller
from tests.support.priced_company import SINCE, agree, bill, fill_catalog, tell

RAISED = parse_tiers("10=8.00 more=6.00")

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return build_seller()


@pytest.fixture
def account(seller: Seller) -> Account:
    fill_catalog(seller)
    return build_account(seller)


def test_each_price_model_tells_its_split_on_the_lines(seller: Seller, account: Account) -> None:
    agree(seller, {"base": "1", "seat": "12", "line": "12", "mail": "2500", "care": "1"})
    lines = bill(seller)
    assert tell(lines) == [
        ("Base", 2000),
        ("Base (min. 25.00)", 500),
        ("Seat (1–10)", 9000),
        ("Seat (11+)", 1600),
        ("Seat (11+, 1×)", 500),
        ("Line (11+)", 3600),
        ("Mail (× 1000)", 1500),
        ("Care", 1360),
    ]
    assert [(line.quantity, line.unit_price) for line in lines[2:4]] == [
        (Decimal(10), Decimal(9)),
        (Decimal(2), Decimal(8)),
    ]
    assert (lines[-1].percent, lines[-1].percent_of_minor) == (Decimal(10), 13600)


def test_a_period_of_several_tiers_is_claimed_once_and_not_billed_again(seller: Seller, account: Account) -> None:
    agree(seller, {"seat": "12"})
    assert len(bill(seller)) == 3
    assert BillingClaim.objects.count() == 1
    assert bill(seller) == []


def test_a_price_agreed_with_one_subscription_takes_the_place_of_the_tiers(seller: Seller, account: Account) -> None:
    subscription = agree(seller, {"seat": "12", "mail": "2500"})
    subscription.services.update(unit_price_override=Decimal("7.00"))
    assert tell(bill(seller)) == [("Seat", 8400), ("Mail (× 1000)", 2100)]


def test_a_price_that_changes_leaves_every_line_as_it_was(seller: Seller, account: Account) -> None:
    agree(seller, {"line": "10"})
    (before,) = bill(seller)
    old = Price.objects.get(service__code="line")
    end_price(old.pk, valid_until=date(2026, 4, 1), actor=ACTOR)
    raised = NewPrice("line", "EUR", Decimal(0), date(2026, 4, 1), tiers=RAISED)
    create_price(seller, price=raised, actor=ACTOR)
    (after,) = bill(seller, date(2026, 4, 1))
    before.refresh_from_db()
    assert (before.unit_price, before.net_minor) == (Decimal(4), 4000)
    assert (after.unit_price, after.net_minor) == (Decimal(8), 8000)


def test_discounts_apply_from_the_service_to_the_subscription_to_the_account(seller: Seller, account: Account) -> None:
    subscription = agree(seller, {"line": "5", "mail": "1"})
    bundle = NewDiscount("amount", Decimal("6.00"), "Bundle")
    add_subscription_discount(subscription.pk, discount=bundle, at=AT, actor=ACTOR, reason="agreed")
    partner = NewAccountDiscount(Decimal(10), "Partner")
    add_account_discount(account.pk, discount=partner, at=AT, actor=ACTOR, reason="partner")
    assert tell(bill(seller)) == [
        ("Line (1–10)", 2000),
        ("Bundle", -480),
        ("Partner", -152),
        ("Mail (× 1000)", 500),
        ("Bundle", -120),
        ("Partner", -38),
    ]


@pytest.mark.rule("CRM-3")
def test_a_weekly_plan_is_billed_week_by_week(seller: Seller) -> None:
    fill_catalog(
        seller,
        NewPlan("weekly", "Weekly", interval_months=0, interval_days=7),
        NewPlanService("weekly", "mail"),
        NewPrice("mail", "EUR", Decimal("2.00"), SINCE, "weekly", 0, interval_days=1, package_size=Decimal(1)),
    )
    build_account(seller)
    agree(seller, {"mail": "1"}, plan="weekly")
    lines = bill(seller, date(2026, 3, 15))
    assert [(line.period_start_on.day, line.period_end_on.day, line.net_minor) for line in lines] == [  # type: ignore[union-attr]
        (1, 8, 1400),
        (8, 15, 1400),
        (15, 22, 1400),
    ]


@pytest.mark.rule("CRM-4")
def test_a_plan_of_the_method_period_is_billed_on_the_sellers_day() -> None:
    seller = build_seller(period_day=15)
    fill_catalog(
        seller,
        NewPlan("together", "Together", cycle_method="period"),
        NewPlanService("together", "line"),
    )
    build_account(seller, anchor_day=7)
    agree(seller, {"line": "1"}, plan="together")
    (line,) = bill(seller)
    assert (line.period_end_on, line.part_days, line.full_days) == (date(2026, 3, 15), 14, 28)


def test_a_plans_trial_is_free_until_it_converts(seller: Seller) -> None:
    fill_catalog(seller, NewPlan("tried", "Tried", trial_days=14), NewPlanService("tried", "line"))
    build_account(seller)
    agree(seller, {"line": "1"}, plan="tried")
    assert Subscription.objects.get().trial_until_on == date(2026, 3, 15)
    assert tell(bill(seller, date(2026, 3, 15))) == [("Line (trial)", 0), ("Line (1–10)", 219)]


def test_a_trial_that_expires_is_the_end(seller: Seller) -> None:
    fill_catalog(
        seller,
        NewPlan("tried", "Tried", trial_periods=1, trial_ending="expires"),
        NewPlanService("tried", "line"),
        NewPrice("line", "EUR", Decimal(0), SINCE, "tried", tiers=RAISED, trial_unit_price=Decimal(1)),
    )
    build_account(seller)
    agree(seller, {"line": "3"}, plan="tried")
    assert tell(bill(seller, date(2026, 12, 1))) == [("Line (trial)", 300)]
