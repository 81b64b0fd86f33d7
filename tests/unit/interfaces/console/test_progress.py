"""Progress: the rate is measured between polls, so a page that is found again measures anew."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tallystick.interfaces.console.reads import progress


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The wall clock, as seconds that a test sets."""
    seconds = [1_000]
    monkeypatch.setattr(progress, "time", lambda: seconds[0])
    return seconds


def test_the_first_poll_knows_no_rate(wall: list[int]) -> None:
    first = progress.measure(100, total=1_000, given=QueryDict())
    assert (first.percent, first.rate_per_second, first.remaining) == (10, 0, "")
    assert first.query == "since=1000&base=100"


def test_later_polls_tell_rate_and_remaining_time(wall: list[int]) -> None:
    first = progress.measure(100, total=1_000, given=QueryDict())
    wall[0] += 5
    later = progress.measure(350, total=1_000, given=QueryDict(first.query))
    assert later.rate_per_second == 50
    assert later.remaining == "13 s"
    assert later.query == first.query


def test_what_stands_still_promises_no_end(wall: list[int]) -> None:
    first = progress.measure(100, total=1_000, given=QueryDict())
    wall[0] += 60
    assert progress.measure(100, total=1_000, given=QueryDict(first.query)).remaining == ""


def test_work_without_parts_is_done() -> None:
    assert progress.measure(0, total=0, given=QueryDict("since=x&base=-1")).percent == 100
