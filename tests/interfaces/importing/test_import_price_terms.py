"""Price models, frequencies, trials and families from a file."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.tiers import Tier, load_tiers
from tallystick.catalog.models import Plan, Price
from tallystick.interfaces.importing.report import ImportReport
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription
from tests.support.builders import build_account, build_seller
from tests.support.imports import counts, told

pytestmark = pytest.mark.django_db

Import = Callable[..., ImportReport]

CATALOG = """\
[
 {"type": "service", "code": "seat", "name": "Seat", "price_model": "graduated"},
 {"type": "service", "code": "mail", "name": "Mail", "price_model": "package"},
 {"type": "service", "code": "care", "name": "Care", "price_model": "percentage"},
 {"type": "plan", "code": "week", "name": "Week", "interval_days": "7", "cycle_method": "period", "family": "all",
  "tier_level": "1", "trial_days": "14", "trial_ending": "expires", "change_day": "old", "cancellation_day": "billed",
  "proration_unit": "second", "proration_method": "own_period", "is_self_serve": "yes"},
 {"type": "plan_service", "plan": "week", "service": "seat"},
 {"type": "price", "service": "seat", "interval_days": "7", "tiers": "10=9.00 more=8.00+5.00",
  "valid_from": "2026-01-01", "minimum_price": "20", "trial_unit_price": "1.5"},
 {"type": "price", "service": "mail", "unit_price": "5", "package_size": "1000", "valid_from": "2026-01-01"},
 {"type": "price", "service": "care", "unit_price": "12.5", "percent_of": "seat mail", "valid_from": "2026-01-01"}
]
"""


@pytest.fixture
def acme() -> Seller:
    return build_seller()


def test_every_column_of_a_price_reaches_the_catalog(acme: Seller, import_text: Import) -> None:
    report = import_text("catalog", CATALOG)
    assert (counts(report), told(report)) == ((8, 0, 0, 0), [])
    seat, mail, care = (Price.objects.get(service__code=code) for code in ("seat", "mail", "care"))
    assert (seat.interval_months, seat.interval_days) == (0, 7)
    assert load_tiers(seat.tiers) == (Tier(Decimal(10), Decimal(9)), Tier(None, Decimal(8), Decimal(5)))
    assert (seat.unit_price, seat.minimum_price, seat.trial_unit_price) == (Decimal(0), Decimal(20), Decimal("1.5"))
    assert (mail.interval_months, mail.package_size) == (1, Decimal(1000))
    assert (care.unit_price, care.percent_of) == (Decimal("12.5"), ["seat", "mail"])


def test_every_column_of_a_plan_reaches_the_catalog(acme: Seller, import_text: Import) -> None:
    import_text("catalog", CATALOG)
    plan = Plan.objects.get()
    assert (plan.interval_months, plan.interval_days, plan.cycle_method) == (0, 7, "period")
    assert (plan.family, plan.tier_level) == ("all", 1)
    assert (plan.trial_days, plan.trial_periods, plan.trial_ending) == (14, 0, "expires")
    assert (plan.change_day, plan.cancellation_day, plan.proration_unit) == ("old", "billed", "second")
    assert plan.proration_method == "own_period" and plan.is_self_serve


def test_again_it_changes_nothing(acme: Seller, import_text: Import) -> None:
    import_text("catalog", CATALOG)
    assert counts(import_text("catalog", CATALOG)) == (0, 0, 8, 0)


def test_what_can_not_be_tiers_is_told_with_how_to_write_them(acme: Seller, import_text: Import) -> None:
    (error,) = told(import_text("catalog", CATALOG.replace("10=9.00", "ten=9.00")))
    assert "tiers: must be like 10=9.00 100=8.00+5.00 more=7.00, but has 'ten=9.00'" in error


def test_a_subscription_may_name_days_and_follows_the_plans_method_and_trial(acme: Seller, import_text: Import) -> None:
    import_text("catalog", CATALOG)
    build_account(acme)
    row = '[{"subscription": "S-1", "account": "A-1", "plan": "week", "service": "seat", "starts_on": "2026-03-04"'
    report = import_text("subscriptions", row + ', "interval_days": "14", "unit_price": "3"}]')
    assert (counts(report), told(report)) == ((1, 0, 0, 0), [])
    subscription = Subscription.objects.get()
    assert (subscription.interval_months, subscription.interval_days) == (0, 14)
    assert subscription.cycle_origin_on.weekday() == 0
    assert (subscription.trial_until_on, subscription.trial_converts) == (date(2026, 3, 18), False)
    (error,) = told(
        import_text("subscriptions", row + ', "interval_days": "14", "unit_price": "3", "anchor_day": "5"}]')
    )
    assert "anchor_day: can't be chosen" in error
