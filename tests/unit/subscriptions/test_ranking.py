"""The order of billing: the worked tables of the rules, in whatever order their rows come."""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import NamedTuple

import pytest

from tallystick.subscriptions.core.ranking import rank


class Row(NamedTuple):
    """What decides a rank."""

    name: str
    subscription_service_id: int
    ranking_level: int = 1
    subscription_active_on: date | None = date(2024, 1, 1)
    subscription_created_at: datetime | None = datetime(2024, 1, 1, tzinfo=UTC)
    subscription_id: int = 1
    is_mandatory: bool = True
    requires_id: int | None = None
    tier_level: int | None = 1
    first_active_on: date | None = date(2024, 1, 1)
    created_at: datetime | None = datetime(2024, 1, 1, tzinfo=UTC)
    service_id: int = 0


def agreed(name: str, number: int, level: int, active_on: date | None, created_on: date) -> Row:
    created_at = datetime(created_on.year, created_on.month, created_on.day, tzinfo=UTC)
    return Row(name, number, level, active_on, created_at, subscription_id=number, service_id=number)


def names(rows: tuple[Row, ...]) -> str:
    return " ".join(row.name for row in rank(rows))


SUBSCRIPTIONS = (
    agreed("A", 1, 2, date(2024, 1, 5), date(2024, 1, 1)),
    agreed("B", 2, 1, date(2024, 3, 1), date(2023, 12, 1)),
    agreed("C", 3, 1, date(2024, 2, 1), date(2024, 1, 20)),
    agreed("D", 4, 1, None, date(2023, 1, 1)),
)

BASIC, SPORTS = 1, 4
SERVICES = (
    Row("Basic", 1, service_id=BASIC),
    Row("DVR", 2, service_id=2, requires_id=BASIC),
    Row("Movies", 3, service_id=3, is_mandatory=False),
    Row("Sports", 4, service_id=SPORTS, is_mandatory=False, tier_level=2),
    Row("HD", 5, service_id=5, is_mandatory=False, requires_id=SPORTS),
)


@pytest.mark.rule("CRM-9", "CRM-11", "CRM-12")
@pytest.mark.parametrize("rows", list(permutations(SUBSCRIPTIONS)), ids=lambda rows: "".join(row.name for row in rows))
def test_subscriptions_come_by_level_first_activation_and_creation(rows: tuple[Row, ...]) -> None:
    assert names(rows) == "C B D A"


@pytest.mark.rule("CRM-10", "CRM-12")
def test_services_come_in_four_groups_by_tier_whatever_order_they_are_given_in() -> None:
    assert {names(rows) for rows in permutations(SERVICES)} == {"Basic DVR Movies Sports HD"}


@pytest.mark.rule("CRM-12")
def test_the_same_service_may_be_mandatory_in_one_subscription_and_optional_in_another() -> None:
    here = Row("here", 2, subscription_id=1, service_id=7)
    beside = Row("beside", 1, subscription_id=1, service_id=8, is_mandatory=False)
    there = Row("there", 3, subscription_id=2, service_id=7, is_mandatory=False)
    first = Row("first", 4, subscription_id=2, service_id=8)
    assert names((there, beside, first, here)) == "here beside first there"


@pytest.mark.rule("CRM-10")
def test_in_a_group_first_activation_and_then_creation_decide() -> None:
    late = Row("late", 1, service_id=1, first_active_on=date(2024, 5, 1))
    younger = Row("younger", 2, service_id=2, created_at=datetime(2024, 1, 2, tzinfo=UTC))
    older = Row("older", 3, service_id=3)
    assert names((late, younger, older)) == "older younger late"


@pytest.mark.rule("CRM-11")
def test_missing_tiers_and_dates_sort_last_and_the_id_decides_in_the_end() -> None:
    rows = (
        Row("no tier", 1, service_id=1, tier_level=None),
        Row("never active", 2, service_id=2, first_active_on=None),
        Row("not created", 3, service_id=3, created_at=None),
        Row("sixth", 6, service_id=6),
        Row("fifth", 5, service_id=5),
    )
    assert [row.name for row in rank(rows)] == ["fifth", "sixth", "not created", "never active", "no tier"]


@pytest.mark.rule("CRM-11")
def test_a_service_moves_directly_behind_its_prerequisite_and_nothing_else_moves() -> None:
    rows = (
        Row("HD", 1, service_id=1, requires_id=3, tier_level=1),
        Row("Radio", 2, service_id=2, requires_id=9, tier_level=2),
        Row("Sports", 3, service_id=3, requires_id=9, tier_level=3),
        Row("Replay", 4, service_id=4, requires_id=9, tier_level=4),
    )
    assert {names(order) for order in permutations(rows)} == {"Radio Sports HD Replay"}


@pytest.mark.rule("CRM-11")
def test_a_chain_of_prerequisites_comes_in_its_own_order() -> None:
    rows = (
        Row("third", 1, service_id=1, requires_id=2, tier_level=1),
        Row("second", 2, service_id=2, requires_id=3, tier_level=2),
        Row("first", 3, service_id=3, requires_id=9, tier_level=3),
        Row("last", 4, service_id=4, requires_id=9, tier_level=4),
    )
    assert {names(order) for order in permutations(rows)} == {"first second third last"}


@pytest.mark.rule("CRM-11")
def test_a_prerequisite_in_a_later_group_moves_nothing() -> None:
    needing = Row("needing", 1, service_id=1, requires_id=2)
    optional = Row("optional", 2, service_id=2, is_mandatory=False)
    assert names((optional, needing)) == "needing optional"


def test_services_that_require_each_other_are_ranked_all_the_same() -> None:
    one = Row("one", 1, service_id=1, requires_id=2)
    other = Row("other", 2, service_id=2, requires_id=1)
    free = Row("free", 3, service_id=3, requires_id=9)
    assert names((other, free, one)) == "free one other"
