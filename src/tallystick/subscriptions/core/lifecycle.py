"""The states of subscriptions (MAX 3.4) and of their services (CRM 5.4): one mapping and one function each."""

from collections.abc import Mapping

from tallystick.subscriptions.errors import WrongSubscriptionState

SUBSCRIPTION_STATUSES: tuple[str, ...] = (
    "draft",
    "awaiting_start",
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "resting",
    "on_hold",
    "suspended",
    "canceled",
    "expired",
)
SERVICE_STATUSES: tuple[str, ...] = (
    "draft",
    "effective",
    "not_effective",
    "resting",
    "short_term_off",
    "short_term_effective",
    "ended",
)

#: In these, days of service cost something, or did until the end: whatever of them is not billed yet is due.
BILLABLE_STATUSES: tuple[str, ...] = ("active", "trialing", "past_due", "unpaid", "canceled", "expired")
BILLABLE_SERVICE_STATUSES: tuple[str, ...] = ("effective", "short_term_effective", "ended")
#: Nothing leads out of these but a reactivation.
FINAL_STATUSES: tuple[str, ...] = ("canceled", "expired")

_RUNNING = ("trialing", "active", "past_due", "unpaid", "resting", "on_hold", "suspended")

SUBSCRIPTION_TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("draft", "agree"): "awaiting_start",
    ("draft", "activate"): "active",
    ("draft", "start_trial"): "trialing",
    ("awaiting_start", "activate"): "active",
    ("awaiting_start", "start_trial"): "trialing",
    ("trialing", "convert"): "active",
    ("active", "become_past_due"): "past_due",
    ("past_due", "recover"): "active",
    ("past_due", "give_up"): "unpaid",
    ("unpaid", "recover"): "active",
    ("active", "rest"): "resting",
    ("resting", "end_rest"): "active",
    ("active", "hold"): "on_hold",
    ("on_hold", "resume"): "active",
    ("active", "suspend"): "suspended",
    ("suspended", "fund"): "active",
    ("canceled", "reactivate"): "active",
    **{(status, "cancel"): "canceled" for status in ("draft", "awaiting_start", *_RUNNING)},
    **{(status, "expire"): "expired" for status in _RUNNING},
}

SERVICE_TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("draft", "activate"): "effective",
    ("draft", "start_short_term"): "short_term_effective",
    ("effective", "deactivate"): "not_effective",
    ("not_effective", "activate"): "effective",
    ("effective", "rest"): "resting",
    ("not_effective", "rest"): "resting",
    ("resting", "end_rest"): "effective",
    ("resting", "deactivate"): "not_effective",
    ("effective", "stop_short_term"): "short_term_off",
    ("short_term_off", "end_short_term"): "effective",
    ("not_effective", "start_short_term"): "short_term_effective",
    ("short_term_effective", "end_short_term"): "not_effective",
    **{(status, "end"): "ended" for status in SERVICE_STATUSES if status != "ended"},
    ("ended", "reactivate"): "effective",
}


def apply_subscription_event(status: str, *, event: str) -> str:
    """The status of a subscription after `event`; refuses what does not follow (WrongSubscriptionState)."""
    return _apply(SUBSCRIPTION_TRANSITIONS, status, event)


def apply_service_event(status: str, *, event: str) -> str:
    """The status of a subscription's service after `event`; refuses what does not follow (WrongSubscriptionState)."""
    return _apply(SERVICE_TRANSITIONS, status, event)


def list_statuses_before(event: str) -> list[str]:
    """The statuses of a subscription in which `event` is possible, for set-based statements."""
    return [status for status, possible in SUBSCRIPTION_TRANSITIONS if possible == event]


def list_service_statuses_before(event: str) -> list[str]:
    """The statuses of a service in which `event` is possible, for set-based statements."""
    return [status for status, possible in SERVICE_TRANSITIONS if possible == event]


def _apply(transitions: Mapping[tuple[str, str], str], status: str, event: str) -> str:
    following = transitions.get((status, event))
    if following is None:
        raise WrongSubscriptionState(status=status.replace("_", " "), event=event.replace("_", " "))
    return following
