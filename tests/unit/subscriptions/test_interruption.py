"""How often and for how long a service may pause."""

from datetime import date

import pytest

from tallystick.subscriptions.core.interruption import PauseLimits, find_pause_problem

ON = date(2026, 3, 10)
LIMITS = PauseLimits(times_a_year=2, longest_days=30)


@pytest.mark.rule("CRM-24")
@pytest.mark.parametrize(
    ("until_on", "problem"),
    [
        (date(2026, 4, 9), None),
        (date(2026, 4, 10), "31 days are more than the 30 allowed"),
        (date(2026, 3, 10), "it would end on 2026-03-10, before it begins"),
        (None, "it must name its end, at most 30 days away"),
    ],
)
def test_a_pause_is_as_long_as_allowed_and_not_a_day_longer(until_on: date | None, problem: str | None) -> None:
    assert find_pause_problem(ON, until_on=until_on, earlier=[], limits=LIMITS) == problem


@pytest.mark.rule("CRM-24")
def test_pauses_of_the_last_year_count() -> None:
    until = date(2026, 3, 20)
    a_year_ago, the_day_after, lately = date(2025, 3, 10), date(2025, 3, 11), date(2026, 3, 1)
    assert find_pause_problem(ON, until_on=until, earlier=[a_year_ago, lately], limits=LIMITS) is None
    told = find_pause_problem(ON, until_on=until, earlier=[the_day_after, lately], limits=LIMITS)
    assert told == "there were 2 within a year, and 2 are allowed"


def test_without_limits_a_pause_may_be_open_ended() -> None:
    assert find_pause_problem(ON, until_on=None, earlier=[ON] * 9, limits=PauseLimits(None, None)) is None
