"""Who has a seat, and what a change of seats costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.subscriptions.core.seats import (
    MOST_HOLDERS,
    Holder,
    SeatChange,
    SeatCount,
    count_seats,
    decide_change,
    find_holder_problems,
)


@pytest.mark.rule("DEM-43")
def test_a_user_in_three_workspaces_is_one_seat_observers_are_free_and_the_invited_are_only_shown() -> None:
    holders = [
        *(Holder(workspace, "ann") for workspace in ("north", "south", "west")),
        Holder("north", "bob", "observer"),
        Holder("north", "cas", "member", "invited"),
        Holder("south", "ann", "observer"),
    ]
    assert count_seats(holders) == SeatCount(live=1, invited=1, observers=1)


@pytest.mark.rule("DEM-43")
def test_who_is_active_anywhere_is_not_counted_as_invited_or_observing_elsewhere() -> None:
    holders = [Holder("north", "ann"), Holder("south", "ann", "observer"), Holder("west", "ann", "member", "invited")]
    assert count_seats(holders) == SeatCount(1, 0, 0)
    assert count_seats([Holder("north", "ann", "observer", "invited")]) == SeatCount(0, 0, 1)


@pytest.mark.rule("DEM-44")
def test_a_freed_seat_is_used_again_for_nothing_and_only_what_is_above_the_mark_is_charged() -> None:
    """Paid 5: one removed (4), one added (5): no charge; one more (6): one seat."""
    assert [decide_change(live, watermark=5) for live in (4, 5, 6)] == [
        SeatChange(0, 4), SeatChange(0, 5), SeatChange(1, 6)
    ]  # fmt: skip


@pytest.mark.rule("DEM-44")
@given(st.integers(0, 50), st.lists(st.integers(0, 50), max_size=30))
def test_over_a_period_the_seats_charged_are_its_highest_number_less_what_was_paid(paid: int, live: list[int]) -> None:
    mark = paid
    for seats in live:
        mark += decide_change(seats, watermark=mark).added
    assert mark == max([paid, *live])


def test_every_wrong_holder_is_told_by_its_place() -> None:
    holders = [
        Holder("", "ann"),
        Holder("north", "bob", "owner", "gone"),
        Holder("north", "bob"),
        Holder("w", "x" * 81),
    ]
    told = [(each.field, each.reason) for each in find_holder_problems(holders)]
    assert [field for field, _ in told] == [
        "holders.0.workspace", "holders.1.role", "holders.1.state", "holders.2.user", "holders.3.user"
    ]  # fmt: skip
    assert find_holder_problems([Holder("w", f"u{n}") for n in range(MOST_HOLDERS + 1)])[0].field == "holders"
