"""What the outcome of a charge does to the saved method that was charged (ZUO-42, payments.md 3.1)."""

from datetime import UTC, datetime

import pytest

from tallystick.payments.core.method_rules import MethodStanding, count_failure, count_success

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FRESH = MethodStanding("valid", 0, None)


@pytest.mark.rule("ZUO-42")
def test_failures_in_a_row_are_counted_and_a_success_ends_the_row() -> None:
    twice = count_failure(count_failure(FRESH, code="insufficient_funds", at=AT), code="card_declined", at=AT)
    assert twice == MethodStanding("valid", 2, AT)
    assert count_success(twice) == MethodStanding("valid", 0, AT)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("insufficient_funds", "valid"),  # the same method, another day
        ("authentication_required", "valid"),  # the customer pays themselves
        ("expired_card", "invalid"),  # never again
        ("stolen_card", "stopped"),  # not before a person has looked
        ("debtor_deceased", "stopped"),
    ],
)
def test_the_advice_of_a_failure_decides_whether_the_method_may_be_charged_again(code: str, state: str) -> None:
    assert count_failure(FRESH, code=code, at=AT).state == state


def test_our_own_mistake_is_not_the_customers_failure() -> None:
    assert count_failure(FRESH, code="key_reuse", at=AT) == FRESH


def test_a_method_that_is_gone_for_good_is_not_merely_stopped_by_a_later_failure() -> None:
    gone = MethodStanding("invalid", 1, AT)
    assert count_failure(gone, code="stolen_card", at=AT).state == "invalid"
    assert count_success(gone).state == "invalid"
