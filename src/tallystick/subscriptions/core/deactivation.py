"""Whom a deactivation or activation run takes (CRM-22, CRM-23). Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from tallystick.errors import InvalidInput
from tallystick.periods.anchor import Cycle, next_boundary

DEACTIVATE, ACTIVATE = "deactivate", "activate"
KINDS = (DEACTIVATE, ACTIVATE)
ONCE, DAILY, WEEKLY, MONTHLY = "once", "daily", "weekly", "monthly"
REPETITIONS = (ONCE, DAILY, WEEKLY, MONTHLY)


class CandidateFacts(NamedTuple):
    """A service in the queue, or off because of it, with what runs choose by. A limit of None is none."""

    candidate_id: int
    subscription_service_id: int
    account_id: int
    status: str
    reason: str
    segment: str
    plan: str
    interval_months: int
    limit_minor: int | None
    off_on: date | None
    billing_model: str


class DeactivationFilters(NamedTuple):
    """Empty or None asks nothing. Several values of one filter widen it, several filters narrow each other.

    Amounts in minor units. `most_overdue_minor` and `longest_off_days` are of activation runs; None: as the billing
    rule says.
    """

    segments: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    interval_months: tuple[int, ...] = ()
    excluded_segments: tuple[str, ...] = ()
    excluded_plans: tuple[str, ...] = ()
    least_outstanding_minor: int | None = None
    most_limit_minor: int | None = None
    most_overdue_minor: int | None = None
    longest_off_days: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The filters that are set, as a run keeps them."""
        asked = self._asdict().items()
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asked if value not in ((), None)
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "DeactivationFilters":
        """Read back what `as_json` wrote."""
        asked: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(**asked)

    def in_words(self) -> str:
        """One line for people."""
        told = [
            f"{name.replace('_', ' ').removesuffix(' minor')} {_tell(value)}" for name, value in self.as_json().items()
        ]
        return "; ".join(told) or "everything in the queue"


def require_valid_filters(filters: DeactivationFilters) -> None:
    """Refuse amounts and days below zero."""
    for name in ("least_outstanding_minor", "most_limit_minor", "most_overdue_minor", "longest_off_days"):
        value = getattr(filters, name)
        if value is not None and value < 0:
            raise InvalidInput("must not be negative", field=name)


def is_chosen(candidate: CandidateFacts, *, filters: DeactivationFilters, outstanding_minor: int) -> bool:
    """Whether a run with these filters takes the service; `outstanding_minor` is what its account owes."""
    if filters.segments and candidate.segment not in filters.segments:
        return False
    if filters.plans and candidate.plan not in filters.plans:
        return False
    if filters.interval_months and candidate.interval_months not in filters.interval_months:
        return False
    if candidate.segment in filters.excluded_segments or candidate.plan in filters.excluded_plans:
        return False
    if filters.least_outstanding_minor is not None and outstanding_minor < filters.least_outstanding_minor:
        return False
    limit = candidate.limit_minor
    return filters.most_limit_minor is None or (limit is not None and limit <= filters.most_limit_minor)


def find_next_day(repeats: str, *, series_from_on: date, after: date) -> date:
    """The day of the next run of a series that began on a day (CRM-22). Raises KeyError for what is made once.

    Monthly: on the day of the month on which it began, or the last of a shorter month.
    """
    months, days = {DAILY: (0, 1), WEEKLY: (0, 7), MONTHLY: (1, 0)}[repeats]
    return next_boundary(Cycle(series_from_on, series_from_on.day, months, days), after)


def is_off_too_long(off_on: date, *, on: date, longest_off_days: int) -> bool:
    """Whether a service was switched off too long ago to come back by itself."""
    return (on - off_on).days > longest_off_days


def _tell(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
