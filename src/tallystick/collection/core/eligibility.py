"""May this invoice be charged now? In a run (ZUO-35, ZUO-42) and when staff try again (ZUO-43). Pure."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tallystick.collection.core.network_limits import MOST_A_DAY
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
NO_MORE_TRIES = "no_more_tries"
TRIES_USED = "tries_used"
CARD_RESTS = "card_rests"
CARD_USED_UP = "card_used_up"

#: Failures after which the same method is not charged again without a person: by the customer, or by us.
HARD: frozenset[Advice] = frozenset({Advice.CUSTOMER_ACTION, Advice.NEW_METHOD, Advice.STOP})


class RetryRules(NamedTuple):
    """The seller's rules: hours between two tries of one invoice, failures in a row after which a method rests, and
    the limits that stay under the card networks' own."""

    wait_hours: int
    max_consecutive_failures: int
    tries_an_invoice: int = 6
    tries_a_card_a_day: int = 2
    tries_a_card_and_amount: int = 12


class Chargeable(NamedTuple):
    """What decides whether an invoice may be charged. The last try is the last one of this invoice that failed.

    `method_id` is the account's default method, None without one; `failure_limit` is its own, else the seller's holds.
    `tries` failed by this method, and `next_attempt_at` is when a run may try again, None for never. The failures of
    the card, by its fingerprint: of the last 24 hours, and of this amount in 30 days, over all invoices.
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
    next_attempt_at: datetime | None = None
    tries: int = 0
    failure_limit: int | None = None
    card_failures_today: int = 0
    card_failures_of_amount: int = 0


def find_skip_reason(case: Chargeable, *, rules: RetryRules, at: datetime) -> str:
    """Why a payment run leaves an invoice out, "" when it may be charged. The first reason that holds."""
    return find_refusal(case, rules=rules) or _find_wait(case, rules, at)


def find_refusal(case: Chargeable, *, rules: RetryRules) -> str:
    """The same for staff who try again: they need not wait, all else holds (ZUO-43, C-23)."""
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
    if _was_refused_for_good(case):
        return REFUSED_FOR_GOOD
    return _find_limit(case, rules)


def _find_limit(case: Chargeable, rules: RetryRules) -> str:
    most = rules.max_consecutive_failures if case.failure_limit is None else case.failure_limit
    if case.consecutive_failures >= most:
        return FAILURE_LIMIT
    if case.tries >= rules.tries_an_invoice:
        return TRIES_USED
    if case.card_failures_today >= MOST_A_DAY:
        return CARD_RESTS
    return CARD_USED_UP if case.card_failures_of_amount >= rules.tries_a_card_and_amount else ""


def _was_refused_for_good(case: Chargeable) -> bool:
    """Whether this very method was refused so that another unattended try is pointless; a replaced one starts anew."""
    if not case.last_failure_code or case.last_method_id != case.method_id:
        return False
    return FAILURES[case.last_failure_code].advice in HARD


def _find_wait(case: Chargeable, rules: RetryRules, at: datetime) -> str:
    """What a run has to wait for. A replaced method starts anew (ZUO-42); our own trouble keeps nobody waiting."""
    if case.next_attempt_at is not None:
        return TOO_SOON if at < case.next_attempt_at else _find_card_wait(case, rules)
    if case.tries:
        return NO_MORE_TRIES
    failed_at = case.last_failed_at if case.last_method_id == case.method_id else None
    if failed_at is not None and at < failed_at + timedelta(hours=rules.wait_hours):
        return TOO_SOON
    return _find_card_wait(case, rules)


def _find_card_wait(case: Chargeable, rules: RetryRules) -> str:
    return CARD_RESTS if case.card_failures_today >= rules.tries_a_card_a_day else ""
