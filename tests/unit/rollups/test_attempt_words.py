"""Every state of a charge has a bucket and words; the words are those of the follow-up list."""

from __future__ import annotations

import pytest

from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES
from tallystick.payments.core.failures import FAILURES
from tallystick.rollups.core.attempt_words import BUCKETS, explain_attempt, find_bucket


@pytest.mark.rule("DEM-54")
@pytest.mark.parametrize(
    ("status", "bucket"),
    [
        ("created", "open"), ("submitting", "open"), ("action_required", "open"), ("processing", "open"),
        ("unknown", "unknown"), ("succeeded", "arrived"),
        ("failed", "failed"), ("canceled", "failed"), ("expired", "failed"), ("not_executed", "failed"),
    ],
)  # fmt: skip
def test_every_state_is_in_one_bucket(status: str, bucket: str) -> None:
    assert find_bucket(status) == bucket


def test_what_the_gateway_tells_otherwise_is_unknown_until_it_is_final() -> None:
    assert find_bucket("processing", is_quarantined=True) == "unknown"
    assert find_bucket("failed", is_quarantined=True) == "failed"


@pytest.mark.rule("DEM-52")
def test_every_state_but_success_says_why_and_what_to_do() -> None:
    for status in ATTEMPT_STATUSES:
        assert find_bucket(status) in BUCKETS
        assert all(explain_attempt(status)) is (status != "succeeded"), status


@pytest.mark.rule("DEM-52")
@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_is_told_in_the_words_of_its_code(code: str) -> None:
    assert explain_attempt("failed", failure_code=code).words == FAILURES[code].reason


def test_a_failure_without_a_code_is_told_too() -> None:
    assert explain_attempt("failed").words == FAILURES["unknown"].reason
