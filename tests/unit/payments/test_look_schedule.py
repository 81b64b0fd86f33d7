"""When attempts are looked at again, with worked times after noon on 2 March."""

from datetime import UTC, datetime, timedelta

import pytest

from tallystick.payments.core.attempt_lifecycle import LIVE
from tallystick.payments.core.look_schedule import compute_next_look, is_given_up, is_key_alive, is_too_late_to_send

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def delays(status: str, count: int) -> list[timedelta | None]:
    looks = [compute_next_look(status, at=NOON, sends=1, looks=looks) for looks in range(count)]
    return [look - NOON if look else None for look in looks]


def test_what_was_not_sent_is_sent_again_after_5_10_20_and_40_minutes() -> None:
    times = [compute_next_look("created", at=NOON, sends=sends, looks=0) for sends in (1, 2, 3, 4)]
    assert times == [NOON + minutes * MINUTE for minutes in (5, 10, 20, 40)]


def test_an_unknown_outcome_is_looked_at_soon_then_more_and_more_rarely_then_daily() -> None:
    minutes = [5, 10, 30, 60, 120, 240, 480, 1440, 1440]
    assert delays("unknown", 9) == [each * MINUTE for each in minutes]


def test_a_bank_is_asked_daily_and_a_refusal_is_looked_up_an_hour_later() -> None:
    assert delays("processing", 2) == [24 * HOUR, 24 * HOUR]
    assert delays("failed", 4) == [HOUR, HOUR, HOUR, None]


@pytest.mark.parametrize("status", sorted(LIVE))
def test_no_attempt_is_left_without_a_next_look_while_it_is_live(status: str) -> None:
    assert compute_next_look(status, at=NOON, sends=5, looks=1000) is not None


@pytest.mark.parametrize(
    ("minutes", "is_alive"),
    [(0, True), (49, True), (50, False), (60, False)],
)
def test_a_key_of_an_hour_is_used_for_50_minutes(minutes: int, is_alive: bool) -> None:
    assert is_key_alive(NOON, at=NOON + minutes * MINUTE, key_life_seconds=3600) is is_alive


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    ("misses", "hours", "is_gone"),
    [(1, 48, False), (2, 48, False), (3, 5, False), (3, 6, True), (9, 7, True)],
)
def test_it_takes_three_misses_and_six_quiet_hours_to_believe_that_nothing_happened(
    misses: int, hours: int, is_gone: bool
) -> None:
    assert is_given_up(misses=misses, last_sent_at=NOON, at=NOON + hours * HOUR) is is_gone


def test_a_charge_that_nobody_expects_any_more_is_not_sent() -> None:
    assert not is_too_late_to_send(NOON, at=NOON + 23 * HOUR)
    assert is_too_late_to_send(NOON, at=NOON + 24 * HOUR)
