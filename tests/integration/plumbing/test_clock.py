"""The business clock: real by default, else where it was set; advanced, it stands still again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from tallystick.plumbing import clock
from tallystick.plumbing.models import BusinessClock

pytestmark = pytest.mark.django_db

NEW_YEARS_EVE = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)


def test_time_is_real_until_it_is_set() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_a_set_clock_stands_still() -> None:
    clock.set_clock(NEW_YEARS_EVE)
    assert clock.now() == NEW_YEARS_EVE
    assert clock.now() == NEW_YEARS_EVE


def test_the_date_depends_on_where_one_is() -> None:
    clock.set_clock(NEW_YEARS_EVE)
    assert clock.today("America/New_York") == date(2026, 12, 31)
    assert clock.today("Asia/Tokyo") == date(2027, 1, 1)


def test_advancing_moves_the_clock_and_leaves_it_standing() -> None:
    clock.set_clock(NEW_YEARS_EVE)
    assert clock.advance(timedelta(days=31, hours=4)) == datetime(2027, 2, 1, tzinfo=UTC)
    assert clock.now() == datetime(2027, 2, 1, tzinfo=UTC)


def test_the_clock_is_not_advanced_backward() -> None:
    clock.set_clock(NEW_YEARS_EVE)
    with pytest.raises(clock.ClockRunsForward):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == NEW_YEARS_EVE


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(clock.ClockNeedsZone) as refused:
        clock.set_clock(NEW_YEARS_EVE.replace(tzinfo=None))
    assert refused.value.field == "at"


def test_back_to_real_time() -> None:
    clock.set_clock(NEW_YEARS_EVE)
    clock.use_real_clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_there_is_one_clock() -> None:
    with pytest.raises(IntegrityError):
        BusinessClock.objects.create(id=2)
