"""The conventions of proration: a seller's choice, and a plan's own in its place (C-14)."""

from typing import Any

import pytest

from tallystick.catalog.core.items import NewPlan
from tallystick.catalog.models import Plan
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.periods.convention import Convention
from tallystick.sellers.core.new_seller import BillingTerms
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import Seller
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tests.support.builders import ACTOR, AT, build_seller

pytestmark = pytest.mark.django_db

RULE: dict[str, Any] = {"change_day": "old", "bills_cancellation_day": True, "proration_unit": "second"}


def convention_of(seller: Seller, plan: NewPlan) -> Convention:
    create_plan(seller, plan=plan, actor=ACTOR)
    context, _ = load_billing_context(seller)
    return context.convention_of(Plan.objects.get(code=plan.code).pk)


def test_without_a_choice_of_anybody_changes_belong_to_the_new_by_whole_days_of_the_aligned_period() -> None:
    assert convention_of(build_seller(), NewPlan("a", "A")) == Convention("actual", "new", False, "day")


def test_a_plan_that_chooses_nothing_follows_the_seller() -> None:
    seller = build_seller(proration_method="actual_30", **RULE)
    assert convention_of(seller, NewPlan("a", "A")) == Convention("actual_30", "old", True, "second")


def test_a_plans_own_choices_go_first_one_by_one() -> None:
    seller = build_seller(**RULE)
    own = NewPlan("a", "A", proration_method="own_period", change_day="new", cancellation_day="free")
    assert convention_of(seller, own) == Convention("own_period", "new", False, "second")


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (BillingTerms(change_day="both"), "change_day"),
        (BillingTerms(proration_unit="hour"), "proration_unit"),
        (BillingTerms(period_day=32), "period_day"),
        (BillingTerms(proration_method="by feeling"), "proration_method"),
    ],
)
def test_a_sellers_choice_that_there_is_not_is_refused(terms: BillingTerms, field: str) -> None:
    with pytest.raises(SellerInvalid) as refusal:
        set_billing_rule(build_seller(), terms=terms, at=AT, actor=ACTOR)
    assert [problem.field for problem in refusal.value.problems] == [field]
