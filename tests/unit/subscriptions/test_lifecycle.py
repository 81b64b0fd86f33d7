"""The states of subscriptions and their services: every pair of status and event."""

from itertools import product

import pytest

from tallystick.subscriptions.core.lifecycle import (
    BILLABLE_SERVICE_STATUSES,
    BILLABLE_STATUSES,
    FINAL_STATUSES,
    SERVICE_STATUSES,
    SERVICE_TRANSITIONS,
    SUBSCRIPTION_STATUSES,
    SUBSCRIPTION_TRANSITIONS,
    apply_service_event,
    apply_subscription_event,
    list_service_statuses_before,
    list_statuses_before,
)
from tallystick.subscriptions.errors import WrongSubscriptionState
from tallystick.subscriptions.models import Subscription, SubscriptionService

EVENTS = sorted({event for _, event in SUBSCRIPTION_TRANSITIONS})
SERVICE_EVENTS = sorted({event for _, event in SERVICE_TRANSITIONS})

EXPECTED = {
    "draft": {"agree": "awaiting_start", "activate": "active", "start_trial": "trialing", "cancel": "canceled"},
    "awaiting_start": {"activate": "active", "start_trial": "trialing", "cancel": "canceled"},
    "trialing": {"convert": "active", "cancel": "canceled", "expire": "expired"},
    "active": {
        "become_past_due": "past_due",
        "rest": "resting",
        "hold": "on_hold",
        "suspend": "suspended",
        "cancel": "canceled",
        "expire": "expired",
    },
    "past_due": {"recover": "active", "give_up": "unpaid", "cancel": "canceled", "expire": "expired"},
    "unpaid": {"recover": "active", "cancel": "canceled", "expire": "expired"},
    "resting": {"end_rest": "active", "cancel": "canceled", "expire": "expired"},
    "on_hold": {"resume": "active", "cancel": "canceled", "expire": "expired"},
    "suspended": {"fund": "active", "cancel": "canceled", "expire": "expired"},
    "canceled": {"reactivate": "active"},
    "expired": {},
}
EXPECTED_OF_SERVICES = {
    "draft": {"activate": "effective", "start_short_term": "short_term_effective", "end": "ended"},
    "effective": {
        "deactivate": "not_effective",
        "rest": "resting",
        "stop_short_term": "short_term_off",
        "end": "ended",
    },
    "not_effective": {
        "activate": "effective",
        "rest": "resting",
        "start_short_term": "short_term_effective",
        "end": "ended",
    },
    "resting": {"end_rest": "effective", "deactivate": "not_effective", "end": "ended"},
    "short_term_off": {"end_short_term": "effective", "end": "ended"},
    "short_term_effective": {"end_short_term": "not_effective", "end": "ended"},
    "ended": {"reactivate": "effective"},
}


@pytest.mark.parametrize(("status", "event"), list(product(SUBSCRIPTION_STATUSES, EVENTS)))
def test_every_pair_of_a_subscription(status: str, event: str) -> None:
    following = EXPECTED[status].get(event)
    if following is None:
        with pytest.raises(WrongSubscriptionState):
            apply_subscription_event(status, event=event)
    else:
        assert apply_subscription_event(status, event=event) == following


@pytest.mark.parametrize(("status", "event"), list(product(SERVICE_STATUSES, SERVICE_EVENTS)))
def test_every_pair_of_a_service(status: str, event: str) -> None:
    following = EXPECTED_OF_SERVICES[status].get(event)
    if following is None:
        with pytest.raises(WrongSubscriptionState):
            apply_service_event(status, event=event)
    else:
        assert apply_service_event(status, event=event) == following


def test_a_refusal_says_what_is_not_possible() -> None:
    with pytest.raises(WrongSubscriptionState, match="This subscription is past due: end rest is not possible"):
        apply_subscription_event("past_due", event="end_rest")


def test_set_based_statements_take_the_statuses_from_the_same_mapping() -> None:
    assert list_statuses_before("expire") == [
        status for status in SUBSCRIPTION_STATUSES if "expire" in EXPECTED[status]
    ]
    assert set(list_service_statuses_before("end")) == set(SERVICE_STATUSES) - {"ended"}


def test_final_statuses_are_left_by_a_reactivation_at_most() -> None:
    for status in FINAL_STATUSES:
        assert set(EXPECTED[status]) <= {"reactivate"}


def test_the_database_guards_the_same_statuses() -> None:
    for model, statuses in ((Subscription, SUBSCRIPTION_STATUSES), (SubscriptionService, SERVICE_STATUSES)):
        conditions = [str(each.condition) for each in model._meta.constraints if "status" in each.name]  # type: ignore[attr-defined]
        assert len(conditions) == 1
        assert all(f"'{status}'" in conditions[0] for status in statuses)
        assert conditions[0].count("'") == 2 * (len(statuses) + 1)


def test_due_are_statuses_in_which_days_of_service_cost_something() -> None:
    assert set(SUBSCRIPTION_STATUSES) - set(BILLABLE_STATUSES) == {
        "draft",
        "awaiting_start",
        "resting",
        "on_hold",
        "suspended",
    }
    assert set(BILLABLE_SERVICE_STATUSES) == {"effective", "short_term_effective", "ended"}
