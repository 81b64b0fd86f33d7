"""However a seller sets it and however failures come, no card is charged again more often than its network allows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tallystick.collection.core.eligibility import CARD_RESTS, Chargeable, RetryRules, find_refusal, find_skip_reason
from tallystick.collection.core.network_limits import MOST_A_DAY, NETWORK_LIMITS
from tallystick.collection.core.retry_schedule import FailureClass, PastFailure, classify_failure
from tallystick.collection.core.retry_schedule import compute_next_attempt_at as compute_next
from tallystick.collection.core.retry_terms import RANGES, RetryTerms, find_terms_problems
from tallystick.payments.core.failures import FAILURES, Advice

FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: As often as settings allow.
EAGER = RetryTerms(
    funds_days=(1, 2), funds_tries=6, decline_days=(1, 2, 3, 4, 5), decline_tries=6, error_hours=1, debit_tries=2
)


def list_tries(code: str, terms: RetryTerms, *, wait_hours: int = 1) -> list[datetime]:
    """When an invoice is charged whose charge fails with this code each time."""
    failures = [PastFailure(FIRST, code)]
    while len(failures) < 100:
        facts = {"document_id": 17, "method_kind": "card", "terms": terms}
        zone = ZoneInfo("Europe/Amsterdam")
        following = compute_next(failures, **facts, wait_hours=wait_hours, zone=zone)  # type: ignore[arg-type]
        if following is None:
            break
        failures.append(PastFailure(following, code))
    return [each.at for each in failures]


def count_most(tries: list[datetime], *, days: int) -> int:
    """The most tries in any so many days."""
    return max(sum(start <= each < start + timedelta(days=days) for each in tries) for start in tries)


def test_the_published_numbers_are_these() -> None:
    assert [tuple(each) for each in NETWORK_LIMITS] == [
        ("Visa", 15, 30, True),
        ("Mastercard", 10, 1, False),
        ("Mastercard", 35, 30, True),
    ]


def test_no_setting_reaches_them() -> None:
    for limit in NETWORK_LIMITS:
        name = "tries_a_card_a_day" if limit.days == 1 else "tries_a_card_and_amount"
        assert RANGES[name][1] < limit.tries
    assert not list(find_terms_problems(EAGER))


@pytest.mark.rule("C-17")
@pytest.mark.parametrize("terms", [RetryTerms(), EAGER])
@pytest.mark.parametrize(
    "code", [code for code, words in FAILURES.items() if words.advice is not Advice.FIX_SETUP], ids=str
)
def test_an_invoice_that_always_fails_is_tried_within_every_limit(code: str, terms: RetryTerms) -> None:
    tries = list_tries(code, terms)
    assert len(tries) <= terms.tries_an_invoice
    assert all(count_most(tries, days=limit.days) <= limit.tries for limit in NETWORK_LIMITS)
    if classify_failure(code, method_kind="card") is FailureClass.NEVER:
        assert tries == [FIRST]


@pytest.mark.rule("C-17", "ZUO-43")
def test_many_invoices_of_one_card_rest_for_runs_after_two_a_day_and_for_staff_before_the_networks_ten() -> None:
    rules = RetryRules(12, 100)
    for today in range(15):
        case = Chargeable(100, 1, "valid", True, 0, False, None, "", None, card_failures_today=today)
        assert (find_skip_reason(case, rules=rules, at=FIRST) == CARD_RESTS) is (today >= 2)
        assert (find_refusal(case, rules=rules) == CARD_RESTS) is (today >= MOST_A_DAY)
