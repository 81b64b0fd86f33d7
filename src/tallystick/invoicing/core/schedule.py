"""When a schedule runs, and which dates its runs carry (ZUO-1, ZUO-3, ZUO-5). Pure; days are the seller's days."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from tallystick.errors import Problem

ONCE, DAILY, WEEKLY, MONTHLY = "once", "daily", "weekly", "monthly"
FREQUENCIES: tuple[str, ...] = (ONCE, DAILY, WEEKLY, MONTHLY)
SCHEDULE_STATUSES: tuple[str, ...] = ("active", "paused", "finished", "canceled")
LAST_DAY = 31
"""As a day of the month: its last day, however long it is."""
YEARS_AHEAD = 10
MONTHS_A_YEAR = 12
_DAY = timedelta(days=1)


class Recurrence(NamedTuple):
    """On which days a schedule runs: from `starts_on` up to but without `ends_until`.

    Weekly ones name a `weekday` (1 Monday to 7 Sunday), monthly ones a `month_day` (31: the last day; 30 in February:
    its last day). Once: on `starts_on`.
    """

    frequency: str
    starts_on: date
    ends_until: date | None = None
    weekday: int | None = None
    month_day: int | None = None


class DateRule(NamedTuple):
    """How a date follows the day of the run: some days later, or a day of the month some months later (31: the last).

    With `month_day` None the days count, else the months.
    """

    days: int = 0
    months: int = 0
    month_day: int | None = None


RUN_DAY = DateRule()
"""The day of the run itself."""


def find_next_run_day(recurrence: Recurrence, *, after: date | None = None) -> date | None:
    """The first day of running after a day, or the first at all; None when there is none any more."""
    day = recurrence.starts_on if after is None else max(recurrence.starts_on, after + _DAY)
    found: date | None = day
    if recurrence.frequency == ONCE:
        found = day if day == recurrence.starts_on else None
    elif recurrence.frequency == WEEKLY:
        found = day + timedelta(days=((recurrence.weekday or 1) - day.isoweekday()) % 7)
    elif recurrence.frequency == MONTHLY:
        month_day = recurrence.month_day or 1
        found = _day_of_month(day, 0, month_day)
        if found < day:
            found = _day_of_month(day, 1, month_day)
    if found is not None and recurrence.ends_until is not None and found >= recurrence.ends_until:
        return None
    return found


def list_run_days(recurrence: Recurrence, *, after: date | None = None, limit: int) -> Iterator[date]:
    """The next days of running, at most `limit`."""
    for _ in range(limit):
        after = find_next_run_day(recurrence, after=after)
        if after is None:
            return
        yield after


def compute_rule_date(rule: DateRule, *, run_on: date) -> date:
    """The date that a rule gives a run of that day (ZUO-3): run 25 April, "0 months later, last day": 30 April."""
    if rule.month_day is None:
        return run_on + timedelta(days=rule.days)
    return _day_of_month(run_on, rule.months, rule.month_day)


def list_run_day_anchors(run_on: date) -> tuple[int, ...]:
    """The anchor days that "same as run day" takes (ZUO-5): on the last day of a month all that it does not have too.

    28 February takes 28 to 31, 30 April 30 and 31, 15 April 15 alone.
    """
    if run_on.day == calendar.monthrange(run_on.year, run_on.month)[1]:
        return tuple(range(run_on.day, LAST_DAY + 1))
    return (run_on.day,)


def is_within_horizon(day: date, *, of: date) -> bool:
    """Whether a date is at most ten years after another (ZUO-3)."""
    return day <= _day_of_month(of, YEARS_AHEAD * MONTHS_A_YEAR, of.day)


def find_recurrence_problems(recurrence: Recurrence) -> Iterator[Problem]:
    """What is wrong with when a schedule is to run."""
    if recurrence.frequency not in FREQUENCIES:
        yield Problem("frequency", f"must be one of {', '.join(FREQUENCIES)}")
    if recurrence.frequency == WEEKLY and recurrence.weekday is None:
        yield Problem("weekday", "a weekly schedule names one, from 1 (Monday) to 7 (Sunday)")
    if recurrence.frequency == MONTHLY and recurrence.month_day is None:
        yield Problem("month_day", "a monthly schedule names one, from 1 to 31 (31: the last day of the month)")
    if recurrence.weekday is not None and not 1 <= recurrence.weekday <= 7:
        yield Problem("weekday", "must be from 1 (Monday) to 7 (Sunday)")
    yield from _find_month_day_problems("month_day", recurrence.month_day)
    if recurrence.frequency != WEEKLY and recurrence.weekday is not None:
        yield Problem("weekday", "only a weekly schedule names one")
    if recurrence.frequency != MONTHLY and recurrence.month_day is not None:
        yield Problem("month_day", "only a monthly schedule names one")
    if recurrence.ends_until is not None and recurrence.ends_until <= recurrence.starts_on:
        yield Problem("ends_until", f"must be after the start on {recurrence.starts_on}")


def find_date_rule_problems(rule: DateRule, *, name: str) -> Iterator[Problem]:
    """What is wrong with an offset; it reaches at most ten years ahead. `name` is "target" or "invoice"."""
    longest = YEARS_AHEAD * MONTHS_A_YEAR
    if not 0 <= rule.days <= YEARS_AHEAD * 365:
        yield Problem(f"{name}_days", "must be from 0 to 3650 days: ten years")
    if not 0 <= rule.months <= longest:
        yield Problem(f"{name}_months", f"must be from 0 to {longest} months: ten years")
    if rule.month_day is None and rule.months:
        yield Problem(f"{name}_month_day", "is needed with a number of months")
    if rule.month_day is not None and rule.days:
        yield Problem(f"{name}_days", "can't be joined with a day of the month")
    yield from _find_month_day_problems(f"{name}_month_day", rule.month_day)


def _find_month_day_problems(name: str, month_day: int | None) -> Iterator[Problem]:
    if month_day is not None and not 1 <= month_day <= LAST_DAY:
        yield Problem(name, "must be from 1 to 31 (31: the last day of the month)")


def _day_of_month(on: date, months: int, month_day: int) -> date:
    year, month = divmod(on.year * MONTHS_A_YEAR + on.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(month_day, calendar.monthrange(year, month + 1)[1]))
