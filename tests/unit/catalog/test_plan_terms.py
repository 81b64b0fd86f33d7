"""What a plan offers: a trial, and other plans of its family to move to."""

from datetime import date

import pytest

from tallystick.catalog.core.plan_tiers import Move, compare_plans, list_moves
from tallystick.catalog.core.price_list import PlanFacts
from tallystick.catalog.core.trials import compute_trial_end

START = date(2026, 1, 31)


def plan(plan_id: int, code: str = "", *, months: int = 1, **terms: object) -> PlanFacts:
    return PlanFacts(plan_id, code, code, "prebill_pay_after", months, 1, "")._replace(**terms)  # type: ignore[arg-type]


FREE, TEAM, LARGE = (plan(n, code, family="seats", tier_level=n) for n, code in enumerate(("free", "team", "large"), 1))
ODD = plan(4, "odd", family="seats")
FOREIGN = plan(5, "foreign", family="lines", tier_level=1)
ALONE = plan(6, "alone")


@pytest.mark.rule("DEM-47")
def test_thirty_days_granted_on_31_january_end_on_2_march() -> None:
    assert compute_trial_end(plan(1, trial_days=30), starts_on=START) == date(2026, 3, 2)


def test_a_trial_of_periods_counts_from_its_own_start() -> None:
    assert compute_trial_end(plan(1, trial_periods=1), starts_on=START) == date(2026, 2, 28)
    assert compute_trial_end(plan(1, trial_periods=2), starts_on=START) == date(2026, 3, 31)
    assert compute_trial_end(plan(1, months=0, interval_days=7, trial_periods=3), starts_on=START) == date(2026, 2, 21)


def test_a_plan_without_a_trial_has_no_end_of_one() -> None:
    assert compute_trial_end(plan(1), starts_on=START) is None


def test_a_higher_tier_of_the_family_is_an_upgrade_a_lower_one_a_downgrade() -> None:
    assert compare_plans(TEAM, new=LARGE) is Move.UPGRADE
    assert compare_plans(TEAM, new=FREE) is Move.DOWNGRADE
    assert compare_plans(TEAM, new=ODD) is compare_plans(ODD, new=TEAM) is Move.SIDEGRADE


@pytest.mark.parametrize("other", [TEAM, FOREIGN, ALONE])
def test_plans_of_no_common_family_are_not_swapped(other: PlanFacts) -> None:
    assert compare_plans(TEAM, new=other) is None
    assert compare_plans(ALONE, new=ALONE._replace(plan_id=7)) is None


def test_the_ways_out_of_a_plan_are_told_from_the_lowest_tier_up() -> None:
    found = list_moves(TEAM, plans=[ODD, LARGE, FOREIGN, TEAM, FREE])
    assert [(move.value, each.code) for move, each in found] == [
        ("downgrade", "free"),
        ("upgrade", "large"),
        ("sidegrade", "odd"),
    ]
