"""The order in which services are billed, and in which funds are spent on them (CRM-9 to CRM-12). Pure.

Subscriptions: ranking level of the plan, first activation, creation. Services in each by four groups: mandatory without
prerequisite, mandatory with one, optional without, optional with; in a group: tier level, first activation, creation.
Lower comes first, what is missing last, ties go by id. A service whose prerequisite would follow it in its own group
moves directly behind it, and nothing else moves (C-28).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Protocol, TypeVar

_NO_DAY = date.max
_NO_INSTANT = datetime.max.replace(tzinfo=UTC)
_NO_TIER = 1 << 40


class Rankable(Protocol):
    """A subscription service with what decides its rank."""

    @property
    def ranking_level(self) -> int:
        """The plan's level."""

    @property
    def subscription_active_on(self) -> date | None:
        """The day on which the subscription was active first."""

    @property
    def subscription_created_at(self) -> datetime | None:
        """When the subscription was created."""

    @property
    def subscription_id(self) -> int:
        """The subscription that the service belongs to."""

    @property
    def is_mandatory(self) -> bool:
        """Whether the plan says that there is no subscription without it."""

    @property
    def requires_id(self) -> int | None:
        """The service (of the catalog) that the plan says it requires."""

    @property
    def tier_level(self) -> int | None:
        """Its tier in the plan."""

    @property
    def first_active_on(self) -> date | None:
        """The day on which it was active first."""

    @property
    def created_at(self) -> datetime | None:
        """When it was created."""

    @property
    def service_id(self) -> int:
        """Which service of the catalog it is."""

    @property
    def subscription_service_id(self) -> int:
        """What tells it from all others."""


R = TypeVar("R", bound=Rankable)


def rank(services: Iterable[R]) -> list[R]:
    """The services of one account in the order of their rank, whatever the order in which they come."""
    ordered = list(services)
    if len(ordered) == 1:
        return ordered
    ordered.sort(key=_rank_key)
    if not any(service.requires_id is not None for service in ordered):
        return ordered
    ranked: list[R] = []
    for _, own in groupby(ordered, key=attrgetter("subscription_id")):
        for _, group in groupby(own, key=_group_of):
            ranked += _follow_prerequisites(list(group))
    return ranked


def _rank_key(service: Rankable) -> tuple[object, ...]:
    return (
        service.ranking_level,
        service.subscription_active_on or _NO_DAY,
        service.subscription_created_at or _NO_INSTANT,
        service.subscription_id,
        _group_of(service),
        _NO_TIER if service.tier_level is None else service.tier_level,
        service.first_active_on or _NO_DAY,
        service.created_at or _NO_INSTANT,
        service.subscription_service_id,
    )


def _group_of(service: Rankable) -> int:
    return (0 if service.is_mandatory else 2) + (service.requires_id is not None)


def _follow_prerequisites(group: Sequence[R]) -> list[R]:
    """Move each service of a sorted group directly behind its prerequisite, where that would come after it."""
    present = {service.service_id for service in group}
    placed: list[R] = []
    seen: set[int] = set()
    waiting: dict[int, list[R]] = defaultdict(list)
    for service in group:
        required = service.requires_id
        if required is not None and required in present and required not in seen:
            waiting[required].append(service)
            continue
        _place(service, placed, seen, waiting)
    # Services that require each other in a circle wait for ever: they keep the order that they had.
    left = {id(service) for late in waiting.values() for service in late}
    return placed + [service for service in group if id(service) in left]


def _place(service: R, placed: list[R], seen: set[int], waiting: dict[int, list[R]]) -> None:
    """Place a service and, directly behind it, those that waited for it, and those that waited for them."""
    ahead = [service]
    while ahead:
        following = ahead.pop()
        placed.append(following)
        seen.add(following.service_id)
        ahead += reversed(waiting.pop(following.service_id, ()))
