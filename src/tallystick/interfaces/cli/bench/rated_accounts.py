"""The accounts that rating is measured on: any number, the same ones every time, each with three services.

They differ in start, anchor day, frequency, quantity, price model and discounts, so that no cache answers for all:
of 100,000 about one in eight begins in the middle of a period, one in three has a discount of its own, one in twelve
one that its services share, one in twenty a percentage of the others. Their services stand in one of six orders, none
of them that of their rank by design: levels, activation, groups, prerequisites and tiers differ too.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

from tallystick.catalog.core.tiers import parse_tiers
from tallystick.periods.anchor import Cycle, first_cycle, full_period
from tallystick.rating.discount import Discount
from tallystick.rating.price import Price
from tallystick.rating.terms import ServiceTerms

TARGET_ON = date(2026, 3, 1)
SERVICES = 3

_SINCE = date(2020, 1, 1)
_CREATED_AT = datetime(2024, 1, 1, tzinfo=UTC)
_ORDERS = tuple(permutations(range(SERVICES)))
_TIERS = parse_tiers("10=9.90 100=8.90 more=7.90")
_INTERVALS = ((1, 0), (1, 0), (1, 0), (3, 0), (12, 0), (0, 7))
_LOYALTY = (Discount("percent", Decimal(10), None, None, "Loyalty"),)
_AGREED = (Discount("amount", Decimal("2.50"), None, None, "Agreed"),)
_BUNDLE = (Discount("amount", Decimal("5.00"), None, None, "Bundle"),)

#: (first price, until a change; price from then on) of each service that is sold.
_BASE = tuple(
    (
        Price("flat", Decimal(cents).scaleb(-2), "EUR", _SINCE, date(2026, 1, 1)),
        Price("flat", Decimal(cents + 100).scaleb(-2), "EUR", date(2026, 1, 1), None),
    )
    for cents in range(1990, 4990, 100)
)
_SEATS = (
    (Price("per_unit", Decimal("9.90"), "EUR", _SINCE, None),),
    (Price("graduated", Decimal(0), "EUR", _SINCE, None, tiers=_TIERS),),
    (Price("volume", Decimal(0), "EUR", _SINCE, None, tiers=_TIERS),),
    (Price("per_unit", Decimal("9.90"), "EUR", _SINCE, None, minimum=Decimal(25)),),
)
_EXTRA = (
    (Price("package", Decimal("5.00"), "EUR", _SINCE, None, package_size=Decimal(1000)),),
    (Price("flat", Decimal("4.50"), "EUR", _SINCE, None),),
)
_PERCENTAGE = (Price("percentage", Decimal("12.5"), "EUR", _SINCE, None, percent_of=(1, 2)),)


class RatedService(NamedTuple):
    """The terms of a service with what decides its rank, as a bill run reads them from one row."""

    terms: ServiceTerms
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
    subscription_service_id: int


def list_rated_accounts(accounts: int) -> list[list[RatedService]]:
    """The services of each account, made before anything is measured."""
    return [_shuffle(number, [*_make_services(number)]) for number in range(accounts)]


def _shuffle(number: int, services: list[ServiceTerms]) -> list[RatedService]:
    return [_give_rank(number, position, services[position]) for position in _ORDERS[number % len(_ORDERS)]]


def _give_rank(number: int, position: int, terms: ServiceTerms) -> RatedService:
    """The first service is mandatory; every second account's third one requires another that may follow it."""
    requires = (1, 2)[number % 4 // 2] if position == 2 and number % 2 == 0 else None
    return RatedService(
        terms,
        ranking_level=number % 3,
        subscription_active_on=terms.starts_on if number % 7 else None,
        subscription_created_at=_CREATED_AT,
        subscription_id=number,
        is_mandatory=position == 0 or number % 5 == position,
        requires_id=requires,
        tier_level=(number + position) % 3 if number % 9 else None,
        first_active_on=terms.starts_on + timedelta(days=position) if number % 7 else None,
        created_at=_CREATED_AT,
        service_id=position + 1,
        subscription_service_id=terms.subscription_service_id,
    )


def _make_services(number: int) -> Iterator[ServiceTerms]:
    starts_on = TARGET_ON - timedelta(days=number % 700)
    cycle = first_cycle(starts_on, number % 31 + 1, *_INTERVALS[number % 6])
    # Each service was billed up to the period that the target date lies in; one in eight begins in its middle.
    billed_through = TARGET_ON - timedelta(days=number % 5) if number % 8 == 0 else None
    shared = _BUNDLE if number % 12 == 0 else ()
    models = (_BASE[number % 30], _SEATS[number % 4], _EXTRA[number % 2])
    is_percentage = number % 20 == 0
    for position, prices in enumerate(models):
        yield ServiceTerms(
            subscription_service_id=number * SERVICES + position,
            quantity=Decimal((number * (position + 3)) % 140 + 1),
            cycle=cycle,
            prices=_PERCENTAGE if is_percentage and position == 2 else prices,
            override_price=None,
            discounts=(_LOYALTY if number % 5 == 0 else ()) if position == 0 else _AGREED * (number % 6 == position),
            starts_on=starts_on,
            billed_through=billed_through or _last_boundary(cycle, starts_on),
            service_id=position + 1,
            subscription_id=number,
            subscription_starts_on=starts_on,
            subscription_discounts=shared,
            is_percentage=is_percentage and position == 2,
        )


def _last_boundary(cycle: Cycle, starts_on: date) -> date:
    """Where billing stopped after the run before this one: the last boundary on or before the target date."""
    return max(starts_on, full_period(cycle, TARGET_ON).start_on)
