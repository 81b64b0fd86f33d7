"""Laws of ranking: everybody once, whatever the order given; groups first; prerequisites before their dependents."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.subscriptions.core.ranking import rank


class Row(NamedTuple):
    """What decides a rank."""

    subscription_service_id: int
    ranking_level: int
    subscription_active_on: date | None
    subscription_created_at: datetime | None
    subscription_id: int
    is_mandatory: bool
    requires_id: int | None
    tier_level: int | None
    first_active_on: date | None
    created_at: datetime | None
    service_id: int


DAYS = st.none() | st.sampled_from([date(2024, 1, 1), date(2024, 2, 1)])
INSTANTS = st.none() | st.sampled_from([datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)])


@st.composite
def accounts(draw: st.DrawFn) -> list[Row]:
    """Up to three subscriptions of up to five services, which require earlier services of theirs or nothing."""
    rows: list[Row] = []
    for subscription_id in range(1, draw(st.integers(1, 3)) + 1):
        level, active_on, created_at = draw(st.integers(1, 2)), draw(DAYS), draw(INSTANTS)
        for service_id in range(1, draw(st.integers(1, 5)) + 1):
            rows.append(
                Row(
                    len(rows) + 1,
                    level,
                    active_on,
                    created_at,
                    subscription_id,
                    draw(st.booleans()),
                    draw(st.none() | st.integers(1, service_id - 1)) if service_id > 1 else None,
                    draw(st.none() | st.integers(1, 2)),
                    draw(DAYS),
                    draw(INSTANTS),
                    service_id,
                )
            )
    return rows


def group_of(row: Row) -> tuple[bool, bool]:
    return (not row.is_mandatory, row.requires_id is not None)


@pytest.mark.rule("CRM-9", "CRM-10", "CRM-11")
@given(accounts(), st.randoms(use_true_random=False))
def test_the_order_is_the_same_for_any_order_given_and_loses_nobody(rows: list[Row], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled) == rank(rows)
    assert sorted(rank(rows)) == sorted(rows)


@pytest.mark.rule("CRM-9", "CRM-10")
@given(accounts())
def test_subscriptions_stay_together_by_level_and_their_groups_in_order(rows: list[Row]) -> None:
    ranked = rank(rows)
    levels = [row.ranking_level for row in ranked]
    assert levels == sorted(levels)
    seen = [row.subscription_id for row in ranked]
    assert [one for one, following in zip(seen, [*seen[1:], 0], strict=True) if one != following] == list(
        dict.fromkeys(seen)
    )
    for subscription_id in set(seen):
        groups = [group_of(row) for row in ranked if row.subscription_id == subscription_id]
        assert groups == sorted(groups)


@pytest.mark.rule("CRM-11")
@given(accounts())
def test_a_prerequisite_in_the_same_group_comes_before_its_dependent(rows: list[Row]) -> None:
    ranked = rank(rows)
    place = {(row.subscription_id, row.service_id): index for index, row in enumerate(ranked)}
    by_key = {(row.subscription_id, row.service_id): row for row in rows}
    for index, row in enumerate(ranked):
        required = by_key.get((row.subscription_id, row.requires_id or 0))
        if required is not None and group_of(required) == group_of(row):
            assert place[required.subscription_id, required.service_id] < index


@pytest.mark.rule("CRM-11")
@given(accounts())
def test_without_prerequisites_nothing_but_the_keys_decides(rows: list[Row]) -> None:
    free = [row._replace(requires_id=None) for row in rows]
    tiers: dict[tuple[int, bool], list[int]] = {}
    for row in rank(free):
        tiers.setdefault((row.subscription_id, row.is_mandatory), []).append(row.tier_level or 99)
    assert all(levels == sorted(levels) for levels in tiers.values())
