"""Actions as values: what each kind needs, what is wrong with one alone, and how it is kept until its day."""

import json
from datetime import date
from decimal import Decimal

import pytest

from tallystick.subscriptions.core import action_kinds as kinds
from tallystick.subscriptions.core.actions import (
    Action,
    AmendedTerms,
    Placement,
    action_as_json,
    action_from_json,
    find_action_problems,
)
from tallystick.subscriptions.core.billing_scheme import becomes_normal, effective_model
from tallystick.subscriptions.core.new_subscription import NewService

ON = date(2026, 3, 11)
ONE = (Placement(7, "D1", Decimal(1)),)


def tell(action: Action) -> list[str]:
    return [each.field for each in find_action_problems(action)]


def test_an_action_with_everything_comes_back_from_json_as_it_was() -> None:
    action = Action(
        kinds.AMEND_SERVICES,
        ON,
        (NewService("movies", ON, quantity=Decimal("2.5"), unit_price_override=Decimal("9.99"), description="Films"),),
        (7, 8),
        until_on=date(2026, 4, 1),
        terms=AmendedTerms("prepaid", "gold", 12, 31),
        components=("movies", "sports"),
        placements=(Placement(7, "D1", Decimal("1.5")), Placement(0, "attic", Decimal(2))),
    )
    assert action_from_json(json.loads(json.dumps(action_as_json(action)))) == action


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_an_action_without_anything_comes_back_too(kind: str) -> None:
    action = Action(kind, ON)
    assert action_from_json(json.loads(json.dumps(action_as_json(action)))) == action


@pytest.mark.rule("CRM-27")
@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (Action(kinds.BECOME_EFFECTIVE, ON), []),
        (Action(kinds.BECOME_EFFECTIVE, ON, service_ids=(7,)), ["service_ids"]),
        (Action(kinds.ACTIVATE, ON), []),
        (Action(kinds.ACTIVATE, ON, service_ids=(7, 8)), []),
        (Action(kinds.END_RESTING, ON), []),
        (Action(kinds.END_SHORT_TERM, ON), []),
        (Action(kinds.END_SERVICE, ON), ["service_ids"]),
        (Action(kinds.ACTIVATE_SHORT_TERM, ON, service_ids=(7,)), ["until_on"]),
        (Action(kinds.ACTIVATE_SHORT_TERM, ON, service_ids=(7,), until_on=ON), ["until_on"]),
        (Action(kinds.ACTIVATE, ON, until_on=date(2026, 4, 1)), ["until_on"]),
        (Action(kinds.AMEND_TERMS, ON), ["terms"]),
        (Action(kinds.AMEND_TERMS, ON, terms=AmendedTerms()), ["terms"]),
        (Action(kinds.AMEND_TERMS, ON, terms=AmendedTerms(anchor_day=32)), ["terms.anchor_day"]),
        (
            Action(kinds.AMEND_TERMS, ON, terms=AmendedTerms("barter", None, 0, 1)),
            ["terms.scheme", "terms.interval_months"],
        ),
        (Action(kinds.AMEND_BUNDLE, ON, service_ids=(7,)), []),
        (Action(kinds.AMEND_BUNDLE, ON, service_ids=(7,), components=("a", "a")), ["components"]),
        (Action(kinds.CHANGE_DISTRIBUTION, ON), ["placements"]),
        (Action(kinds.CHANGE_DISTRIBUTION, ON, placements=ONE), []),
        (Action(kinds.CHANGE_DISTRIBUTION, ON, placements=ONE * 2), ["placements"]),
        (
            Action(kinds.CHANGE_DISTRIBUTION, ON, placements=(Placement(7, " ", Decimal(0)),)),
            ["placements.0.item", "placements.0.quantity"],
        ),
        (Action(kinds.END_SERVICE, ON, service_ids=(7,), placements=ONE), ["placements"]),
    ],
)
def test_each_kind_says_what_it_needs(action: Action, fields: list[str]) -> None:
    assert tell(action) == fields


@pytest.mark.rule("CRM-52")
def test_only_a_scheme_that_becomes_normal_from_another_bills_at_once() -> None:
    assert becomes_normal("prepaid", after="normal")
    assert not becomes_normal("normal", after="normal")
    assert not becomes_normal("normal", after="prepaid")


@pytest.mark.rule("CRM-52")
def test_prepaid_is_paid_before_whatever_the_plan_says() -> None:
    assert effective_model("prepaid", billing_model="postbill_pay_after") == "prebill_pay_before"
    assert effective_model("normal", billing_model="postbill_pay_after") == "postbill_pay_after"
