"""May this invoice be charged now? In a run (ZUO-35, ZUO-42) and when staff try again (ZUO-43). Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tallystick.payments.core.failures import FAILURES, Advice

NO_METHOD = "no_method"
METHOD_UNUSABLE = "method_unusable"
GATEWAY_INACTIVE = "gateway_inactive"
BEING_PAID = "being_paid"
TOO_SOON = "too_soon"
FAILURE_LIMIT = "failure_limit"
REFUSED_FOR_GOOD = "refused_for_good"
ALREADY_SETTLED = "already_settled"
CREDITS_ONLY = "credits_only"

#: Failures after which the same method is not charged again without a person: by the customer, or by us.
HARD: frozenset[Advice] = frozenset({Advice.CUSTOMER_ACTION, Advice.NEW_METHOD, Advice.STOP})


class RetryRules(NamedTuple):
    """The seller's rules: hours between two tries of one invoice, failures in a row after which a method rests."""

    wait_hours: int
    max_consecutive_failures: int


class Chargeable(NamedTuple):
    """What decides whether an invoice may be charged. The last try is the last one of this invoice that failed.

    `method_id` is the account's default method, None without one.
    """

    open_minor: int
    method_id: int | None
    method_state: str
    is_gateway_active: bool
    consecutive_failures: int
    is_being_paid: bool
    last_failed_at: datetime | None
    last_failure_code: str
    last_method_id: int | None


def find_skip_reason(case: Chargeable, *, rules: RetryRules, at: datetime) -> str:
    """Why a payment run leaves an invoice out, "" when it may be charged. The first reason that holds."""
    return find_refusal(case, rules=rules) or (TOO_SOON if _is_too_soon(case, rules, at) else "")


def find_refusal(case: Chargeable, *, rules: RetryRules) -> str:
    """The same for staff who try again: they need not wait, all else holds (ZUO-43)."""
    if case.open_minor <= 0:
        return ALREADY_SETTLED
    if case.is_being_paid:
        return BEING_PAID
    if case.method_id is None:
        return NO_METHOD
    if not case.is_gateway_active:
        return GATEWAY_INACTIVE
    if case.method_state != "valid":
        return METHOD_UNUSABLE
    if case.consecutive_failures >= rules.max_consecutive_failures:
        return FAILURE_LIMIT
    return REFUSED_FOR_GOOD if _was_refused_for_good(case) else ""


def _was_refused_for_good(case: Chargeable) -> bool:
    """Whether this very method was refused so that another unattended try is pointless; a replaced one starts anew."""
    if not case.last_failure_code or case.last_method_id != case.method_id:
        return False
    return FAILURES[case.last_failure_code].advice in HARD


def _is_too_soon(case: Chargeable, rules: RetryRules, at: datetime) -> bool:
    return case.last_failed_at is not None and at < case.last_failed_at + timedelta(hours=rules.wait_hours)
