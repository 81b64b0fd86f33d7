"""What must hold for every billing cycle: it never drifts, it tiles the calendar, and its parts make up the whole."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tallystick.periods.anchor import Cycle, boundary, first_cycle, full_period, index_of, next_boundary
from tallystick.periods.business_days import add_business_days, is_business_day
from tallystick.periods.period import Period
from tallystick.periods.proration import ProrationMethod, share

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
CYCLES = st.builds(first_cycle, DAYS, st.integers(1, 31), st.sampled_from([1, 2, 3, 6, 12, 24]))
NUMBERS = st.integers(-24, 24)


@given(cycle=CYCLES, n=NUMBERS)
def test_a_boundary_is_on_the_anchor_day_or_the_last_day_of_its_month(cycle: Cycle, n: int) -> None:
    on = boundary(cycle, n)
    assert on.day == min(cycle.anchor_day, monthrange(on.year, on.month)[1])
    months = (on.year - cycle.origin_on.year) * 12 + on.month - cycle.origin_on.month
    assert months == n * cycle.interval_months


@given(starts_on=DAYS, anchor_day=st.integers(1, 31), interval=st.integers(1, 24))
def test_a_cycle_starts_within_a_month_of_the_subscription(starts_on: date, anchor_day: int, interval: int) -> None:
    cycle = first_cycle(starts_on, anchor_day, interval)
    assert timedelta(0) <= cycle.origin_on - starts_on < timedelta(days=31)
    assert boundary(cycle, 0) == cycle.origin_on


@given(cycle=CYCLES, n=NUMBERS)
def test_the_index_finds_every_boundary_again(cycle: Cycle, n: int) -> None:
    on = boundary(cycle, n)
    assert index_of(cycle, on) == n
    assert index_of(cycle, on - timedelta(days=1)) == n - 1


@given(cycle=CYCLES, on=DAYS)
def test_every_day_lies_in_exactly_one_period_and_they_follow_without_hole_or_overlap(cycle: Cycle, on: date) -> None:
    full = full_period(cycle, on)
    assert full.contains(on)
    assert next_boundary(cycle, on) == full.end_on
    assert full_period(cycle, full.end_on).start_on == full.end_on
    assert full_period(cycle, full.start_on - timedelta(days=1)).end_on == full.start_on


@given(cycle=CYCLES, on=DAYS, cuts=st.lists(st.integers(0, 800), max_size=6))
def test_the_parts_of_a_period_add_up_to_one(cycle: Cycle, on: date, cuts: list[int]) -> None:
    full = full_period(cycle, on)
    days = sorted({0, full.days, *(cut % full.days for cut in cuts)})
    edges = [full.start_on + timedelta(days=n) for n in days]
    parts = [Period(start_on, end_on) for start_on, end_on in pairwise(edges)]
    for method in (ProrationMethod.ACTUAL, ProrationMethod.STRICT_30_360):
        assert sum(share(part, full, method, cycle.interval_months) for part in parts) == 1


@given(cycle=CYCLES, on=DAYS, first=st.integers(0, 800), last=st.integers(0, 800))
def test_a_share_is_between_nothing_and_the_whole(cycle: Cycle, on: date, first: int, last: int) -> None:
    full = full_period(cycle, on)
    start, end = sorted((first % (full.days + 1), last % (full.days + 1)))
    part = Period(full.start_on + timedelta(days=start), full.start_on + timedelta(days=end))
    for method in ProrationMethod:
        assert 0 <= share(part, full, method, cycle.interval_months) <= 1


@given(on=DAYS, n=st.integers(1, 40))
def test_business_days_are_counted_there_and_back(on: date, n: int) -> None:
    later = add_business_days(on, n)
    assert is_business_day(later)
    between = [on + timedelta(days=k) for k in range(1, (later - on).days + 1)]
    assert sum(map(is_business_day, between)) == n
