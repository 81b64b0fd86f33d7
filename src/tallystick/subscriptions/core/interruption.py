"""Pauses of a service that somebody asks for: resting, or off for a short term; their limits (CRM-24). Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

DEACTIVATED, RESTING, SHORT_TERM = "deactivated", "resting", "short_term"
INTERRUPTION_KINDS = (DEACTIVATED, RESTING, SHORT_TERM)
#: Which events of the service begin and end what somebody may ask for.
BEGINS: Mapping[str, str] = {RESTING: "rest", SHORT_TERM: "stop_short_term"}
ENDS: Mapping[str, str] = {RESTING: "end_rest", SHORT_TERM: "end_short_term"}

_A_YEAR = timedelta(days=365)


class PauseLimits(NamedTuple):
    """How often in a year, and for how many days at once; None is no limit."""

    times_a_year: int | None
    longest_days: int | None


def find_pause_problem(on: date, *, until_on: date | None, earlier: Sequence[date], limits: PauseLimits) -> str | None:
    """Why a pause from `on` up to but without `until_on` is not possible; `earlier` are the first days of others."""
    if until_on is not None and until_on <= on:
        return f"it would end on {until_on}, before it begins"
    if limits.longest_days is not None:
        if until_on is None:
            return f"it must name its end, at most {limits.longest_days} days away"
        if (until_on - on).days > limits.longest_days:
            return f"{(until_on - on).days} days are more than the {limits.longest_days} allowed"
    recent = sum(on - _A_YEAR < day <= on for day in earlier)
    if limits.times_a_year is not None and recent >= limits.times_a_year:
        return f"there were {recent} within a year, and {limits.times_a_year} are allowed"
    return None
