"""When schedules run and which dates their runs carry: the worked rows of ZUO-3 and ZUO-5."""

from datetime import date

import pytest

from tallystick.invoicing.core.schedule import (
    DAILY,
    LAST_DAY,
    MONTHLY,
    ONCE,
    WEEKLY,
    DateRule,
    Recurrence,
    compute_rule_date,
    find_date_rule_problems,
    find_next_run_day,
    find_recurrence_problems,
    is_within_horizon,
    list_run_day_anchors,
    list_run_days,
)

END_OF_MONTH = DateRule(month_day=LAST_DAY)
FIRST_OF_NEXT = DateRule(months=1, month_day=1)


def days(recurrence: Recurrence, *, limit: int = 4, after: date | None = None) -> list[str]:
    return [day.isoformat() for day in list_run_days(recurrence, after=after, limit=limit)]


@pytest.mark.rule("ZUO-3")
def test_run_on_the_25th_with_the_month_end_as_target() -> None:
    monthly = Recurrence(MONTHLY, date(2026, 4, 1), month_day=25)
    found = [compute_rule_date(END_OF_MONTH, run_on=day) for day in list_run_days(monthly, limit=3)]
    assert found == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]


@pytest.mark.rule("ZUO-3")
def test_run_always_at_the_month_end_with_day_one_of_the_next_month() -> None:
    monthly = Recurrence(MONTHLY, date(2026, 6, 1), month_day=LAST_DAY)
    found = [(day, compute_rule_date(FIRST_OF_NEXT, run_on=day)) for day in list_run_days(monthly, limit=2)]
    assert found == [(date(2026, 6, 30), date(2026, 7, 1)), (date(2026, 7, 31), date(2026, 8, 1))]


@pytest.mark.rule("ZUO-3")
@pytest.mark.parametrize(
    ("rule", "run_on", "expected"),
    [
        (DateRule(), date(2026, 3, 1), date(2026, 3, 1)),
        (DateRule(days=14), date(2026, 2, 20), date(2026, 3, 6)),
        (END_OF_MONTH, date(2028, 2, 10), date(2028, 2, 29)),
        (DateRule(months=1, month_day=30), date(2027, 1, 31), date(2027, 2, 28)),
        (DateRule(months=12, month_day=15), date(2026, 11, 30), date(2027, 11, 15)),
    ],
)
def test_dates_follow_the_run_by_days_or_by_months(rule: DateRule, run_on: date, expected: date) -> None:
    assert compute_rule_date(rule, run_on=run_on) == expected


@pytest.mark.rule("ZUO-3")
def test_ten_years_ahead_is_the_limit() -> None:
    assert is_within_horizon(date(2036, 3, 1), of=date(2026, 3, 1))
    assert not is_within_horizon(date(2036, 3, 2), of=date(2026, 3, 1))
    assert [p.field for p in find_date_rule_problems(DateRule(days=3651), name="target")] == ["target_days"]
    assert [p.field for p in find_date_rule_problems(DateRule(months=121, month_day=1), name="invoice")] == [
        "invoice_months"
    ]


@pytest.mark.rule("ZUO-1")
@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (Recurrence(ONCE, date(2026, 3, 9)), ["2026-03-09"]),
        (Recurrence(DAILY, date(2026, 2, 27)), ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]),
        (
            Recurrence(WEEKLY, date(2026, 3, 1), weekday=1),
            ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"],
        ),
        (
            Recurrence(MONTHLY, date(2026, 1, 31), month_day=30),
            ["2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30"],
        ),
        (
            Recurrence(MONTHLY, date(2028, 1, 15), month_day=LAST_DAY),
            ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"],
        ),
        (Recurrence(DAILY, date(2026, 3, 1), ends_until=date(2026, 3, 3)), ["2026-03-01", "2026-03-02"]),
    ],
)
def test_a_schedule_runs_daily_weekly_monthly_or_once(recurrence: Recurrence, expected: list[str]) -> None:
    assert days(recurrence) == expected


def test_the_day_of_the_month_is_remembered_over_a_short_month() -> None:
    last = Recurrence(MONTHLY, date(2026, 1, 31), month_day=LAST_DAY)
    assert find_next_run_day(last, after=date(2026, 2, 28)) == date(2026, 3, 31)


@pytest.mark.rule("ZUO-5")
@pytest.mark.parametrize(
    ("run_on", "anchors"),
    [
        (date(2026, 2, 28), (28, 29, 30, 31)),
        (date(2028, 2, 28), (28,)),
        (date(2028, 2, 29), (29, 30, 31)),
        (date(2026, 4, 30), (30, 31)),
        (date(2026, 4, 29), (29,)),
        (date(2026, 5, 31), (31,)),
        (date(2026, 5, 15), (15,)),
    ],
)
def test_same_as_run_day_takes_the_days_that_the_month_does_not_have(run_on: date, anchors: tuple[int, ...]) -> None:
    assert list_run_day_anchors(run_on) == anchors


@pytest.mark.parametrize(
    ("recurrence", "field"),
    [
        (Recurrence("hourly", date(2026, 1, 1)), "frequency"),
        (Recurrence(WEEKLY, date(2026, 1, 1)), "weekday"),
        (Recurrence(WEEKLY, date(2026, 1, 1), weekday=8), "weekday"),
        (Recurrence(MONTHLY, date(2026, 1, 1)), "month_day"),
        (Recurrence(MONTHLY, date(2026, 1, 1), month_day=32), "month_day"),
        (Recurrence(DAILY, date(2026, 1, 1), ends_until=date(2026, 1, 1)), "ends_until"),
    ],
)
def test_what_is_wrong_with_a_recurrence_is_named(recurrence: Recurrence, field: str) -> None:
    assert [problem.field for problem in find_recurrence_problems(recurrence)] == [field]
