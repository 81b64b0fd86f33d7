"""Tiers of plans: which plan is up or down of which. Plans of one family can be swapped for each other."""

from collections.abc import Iterable
from enum import StrEnum

from tallystick.catalog.core.price_list import PlanFacts


class Move(StrEnum):
    """What a swap of one plan for another is."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    SIDEGRADE = "sidegrade"


def compare_plans(old: PlanFacts, *, new: PlanFacts) -> Move | None:
    """Whether a plan is above or below another of its family, or beside it where one has no tier. None: no relation."""
    if old.plan_id == new.plan_id or not old.family or old.family != new.family:
        return None
    if old.tier_level is None or new.tier_level is None:
        return Move.SIDEGRADE
    return Move.UPGRADE if new.tier_level > old.tier_level else Move.DOWNGRADE


def list_moves(old: PlanFacts, *, plans: Iterable[PlanFacts]) -> list[tuple[Move, PlanFacts]]:
    """The plans that a plan can be swapped for, from the lowest tier to the highest; those without a tier last."""
    moves = [(move, plan) for plan in plans if (move := compare_plans(old, new=plan)) is not None]
    return sorted(moves, key=lambda each: (each[1].tier_level is None, each[1].tier_level or 0, each[1].code))
