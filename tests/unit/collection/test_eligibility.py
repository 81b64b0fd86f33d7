"""Which invoices a payment run charges, and which staff may charge again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tallystick.collection.core.eligibility import Chargeable, RetryRules, find_refusal, find_skip_reason

AT = datetime(2026, 3, 1, 11, 0, tzinfo=UTC)
RULES = RetryRules(wait_hours=12, max_consecutive_failures=7)
GOOD = Chargeable(
    open_minor=121_00,
    method_id=5,
    method_state="valid",
    is_gateway_active=True,
    consecutive_failures=0,
    is_being_paid=False,
    last_failed_at=None,
    last_failure_code="",
    last_method_id=None,
)


@pytest.mark.rule("ZUO-35")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"open_minor": 0}, "already_settled"),
        ({"is_being_paid": True}, "being_paid"),
        ({"method_id": None, "method_state": ""}, "no_method"),
        ({"is_gateway_active": False}, "gateway_inactive"),
        ({"method_state": "pending"}, "method_unusable"),
        ({"method_state": "invalid"}, "method_unusable"),
    ],
)
def test_all_conditions_must_hold(changed: dict[str, Any], reason: str) -> None:
    assert find_skip_reason(GOOD._replace(**changed), rules=RULES, at=AT) == reason


@pytest.mark.rule("ZUO-42")
@pytest.mark.parametrize(("hours_ago", "reason"), [(0, "too_soon"), (11, "too_soon"), (12, ""), (13, "")])
def test_a_run_waits_after_a_failure_and_takes_the_invoice_when_the_wait_is_over(hours_ago: int, reason: str) -> None:
    failed = GOOD._replace(
        last_failed_at=AT - timedelta(hours=hours_ago), last_failure_code="insufficient_funds", last_method_id=5
    )
    assert find_skip_reason(failed, rules=RULES, at=AT) == reason


@pytest.mark.rule("ZUO-43")
def test_staff_need_not_wait() -> None:
    failed = GOOD._replace(last_failed_at=AT, last_failure_code="insufficient_funds", last_method_id=5)
    assert find_refusal(failed, rules=RULES) == ""


@pytest.mark.rule("ZUO-42", "ZUO-43")
@pytest.mark.parametrize(("failures", "reason"), [(6, ""), (7, "failure_limit"), (8, "failure_limit")])
def test_the_failure_limit_of_a_method_holds_for_runs_and_for_staff(failures: int, reason: str) -> None:
    tired = GOOD._replace(consecutive_failures=failures)
    assert find_skip_reason(tired, rules=RULES, at=AT) == reason
    assert find_refusal(tired, rules=RULES) == reason


@pytest.mark.rule("ZUO-42", "ZUO-43")
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("insufficient_funds", ""),
        ("bad_request", ""),  # our own fault: nothing the customer did
        ("authentication_required", "refused_for_good"),
        ("expired_card", "refused_for_good"),
        ("stolen_card", "refused_for_good"),
    ],
)
def test_a_hard_decline_holds_for_that_method_and_not_for_the_one_that_replaced_it(code: str, reason: str) -> None:
    declined = GOOD._replace(last_failed_at=AT - timedelta(days=3), last_failure_code=code, last_method_id=5)
    assert find_skip_reason(declined, rules=RULES, at=AT) == reason
    assert find_refusal(declined, rules=RULES) == reason
    assert find_skip_reason(declined._replace(method_id=6), rules=RULES, at=AT) == ""


@pytest.mark.rule("C-17", "C-23")
@pytest.mark.parametrize(
    ("changed", "of_run", "of_staff"),
    [
        ({"tries": 1, "next_attempt_at": AT + timedelta(minutes=1)}, "too_soon", ""),
        ({"tries": 1, "next_attempt_at": AT}, "", ""),
        ({"tries": 4}, "no_more_tries", ""),
        ({"card_failures_today": 2}, "card_rests", ""),
        ({"tries": 6, "next_attempt_at": AT}, "tries_used", "tries_used"),
        ({"card_failures_of_amount": 12}, "card_used_up", "card_used_up"),
    ],
)
def test_staff_override_waits_and_nobody_the_limits_of_the_networks(
    changed: dict[str, Any], of_run: str, of_staff: str
) -> None:
    case = GOOD._replace(**changed)
    assert find_skip_reason(case, rules=RULES, at=AT) == of_run
    assert find_refusal(case, rules=RULES) == of_staff


@pytest.mark.rule("ZUO-42")
def test_a_methods_own_limit_goes_before_the_sellers() -> None:
    tired = GOOD._replace(consecutive_failures=7)
    assert find_refusal(tired._replace(failure_limit=8), rules=RULES) == ""
    assert find_refusal(tired._replace(consecutive_failures=2, failure_limit=2), rules=RULES) == "failure_limit"
