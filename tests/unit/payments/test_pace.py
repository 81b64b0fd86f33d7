"""Calls to a gateway are evenly spaced, whoever makes them."""

from tallystick.payments.operations.pace import Pace


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def call_times(clock: Clock, pace: Pace, *, calls: int) -> list[float]:
    times = []
    for _ in range(calls):
        pace.wait_for_turn()
        times.append(clock.now)
    return times


def test_four_calls_a_second_go_out_a_quarter_second_apart() -> None:
    clock = Clock()
    pace = Pace(4, read_clock=clock.read, sleep=clock.sleep)
    assert call_times(clock, pace, calls=4) == [100.0, 100.25, 100.5, 100.75]


def test_turns_that_nobody_took_are_not_made_up_for() -> None:
    clock = Clock()
    pace = Pace(4, read_clock=clock.read, sleep=clock.sleep)
    call_times(clock, pace, calls=2)
    clock.now = 110.0
    assert call_times(clock, pace, calls=3) == [110.0, 110.25, 110.5]


def test_calls_that_are_slower_than_the_pace_wait_for_nothing() -> None:
    clock = Clock()
    slept: list[float] = []
    pace = Pace(4, read_clock=clock.read, sleep=slept.append)
    for _ in range(3):
        pace.wait_for_turn()
        clock.now += 0.5
    assert slept == []
