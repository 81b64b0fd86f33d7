"""When a bill run is likely to be posted: from the number of accounts and the last runs' rate."""

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.collection.core.timing import PastRun, RunAhead, estimate_posting

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def ran(accounts: int, *, seconds: int, review_hours: int) -> PastRun:
    completed_at = MIDNIGHT + timedelta(seconds=seconds)
    return PastRun(accounts, MIDNIGHT, completed_at, completed_at + review_hours * HOUR)


PAST = tuple(ran(60_000, seconds=1_200, review_hours=hours) for hours in (5, 6, 7))  # 50 a second
AT_ONCE = ran(36_000, seconds=360, review_hours=0)


@pytest.mark.rule("ZUO-49")
@pytest.mark.parametrize(
    ("run", "past", "at", "expected"),
    [
        # 90,000 accounts at 50 a second: 1,800 s, and the longest review of the last runs, 7 h
        (RunAhead(MIDNIGHT, None, 90_000, False), PAST, MIDNIGHT, MIDNIGHT + 7.5 * HOUR),
        # it posts itself
        (RunAhead(MIDNIGHT, None, 90_000, True), PAST, MIDNIGHT, MIDNIGHT + 0.5 * HOUR),
        # drafted already: only the review is left
        (RunAhead(MIDNIGHT, MIDNIGHT + HOUR, 90_000, False), PAST, MIDNIGHT + 2 * HOUR, MIDNIGHT + 8 * HOUR),
        # no run before: 36,000 accounts at 100 a second are 360 s, and the usual review of eight hours
        (RunAhead(MIDNIGHT, None, 36_000, False), (), MIDNIGHT, MIDNIGHT + 8.1 * HOUR),
        # one posted at once, as a try is, is no habit: eight hours until three were reviewed
        (RunAhead(MIDNIGHT, None, 36_000, False), (AT_ONCE,) * 2, MIDNIGHT, MIDNIGHT + 8.1 * HOUR),
        (RunAhead(MIDNIGHT, None, 36_000, False), (AT_ONCE,) * 3, MIDNIGHT, MIDNIGHT + 1.1 * HOUR),
        # a longer one counts from the first
        (RunAhead(MIDNIGHT, MIDNIGHT, 9, False), (ran(9, seconds=1, review_hours=30),), MIDNIGHT, MIDNIGHT + 30 * HOUR),
        # a clock that stood still measured nothing
        (RunAhead(MIDNIGHT, None, 36_000, True), (ran(9, seconds=0, review_hours=0),), MIDNIGHT, MIDNIGHT + 0.1 * HOUR),
        # what should have happened and has not is expected at once
        (RunAhead(MIDNIGHT, MIDNIGHT, 10, False), PAST, MIDNIGHT + 9 * HOUR, MIDNIGHT + 9 * HOUR),
    ],
)
def test_a_posting_is_expected_after_drafting_and_review(
    run: RunAhead, past: tuple[PastRun, ...], at: datetime, expected: datetime
) -> None:
    assert estimate_posting(run, past=past, at=at) == expected
