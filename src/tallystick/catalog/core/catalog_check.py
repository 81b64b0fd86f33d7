"""Everything that is wrong with a whole catalog at once, among its items and against what is there already."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tallystick.catalog.core.consistency import find_missing_prerequisite, find_overlaps, find_prerequisite_circle
from tallystick.catalog.core.item_problems import (
    find_plan_problems,
    find_service_problems,
)
from tallystick.catalog.core.items import NewComponent, NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.core.references import (
    SoldService,
    find_faulty_component,
    find_faulty_references,
    find_taken_tiers,
)
from tallystick.errors import Problem

CatalogItem = NewService | NewPlan | NewPlanService | NewPrice | NewComponent


class ItemProblem(NamedTuple):
    """Something wrong with the item at a place, and the place of the item that it clashes with, if there is one."""

    place: int
    problem: Problem
    earlier_place: int | None = None


class KnownCatalog(NamedTuple):
    """What is there already, by code: kinds and price models of services, plans, prerequisites of each plan's services,
    prices, and which plan has which tier of a family.
    """

    services: Mapping[str, SoldService]
    plans: frozenset[str]
    requires: Mapping[str, Mapping[str, str]]
    prices: Sequence[NewPrice]
    tiers: Mapping[tuple[str, int], str] = MappingProxyType({})


def find_catalog_problems(
    items: Sequence[CatalogItem], *, known: KnownCatalog, unsure: Collection[int] = ()
) -> list[ItemProblem]:
    """All problems, in the order of the items. Items that refer to a faulty one are faulty too.

    `unsure` are the places of items of which something could not be read. They are judged by the rest; what others
    refer to is taken to be there, and nothing is held against others that may not be so.
    """
    doubtful = {place for place in unsure if isinstance(items[place], NewPrice | NewComponent)}
    problems = [*_find_repeated(items, doubtful), *_find_faulty_definitions(items, known)]
    faulty = {each.place for each in problems}
    sound = [(place, item) for place, item in enumerate(items) if place not in faulty]
    there = [(place, item) for place, item in enumerate(items) if place in unsure or place not in faulty]
    services = {**known.services, **_list_sold(there, unsure)}
    plans = known.plans | {item.code for _, item in there if isinstance(item, NewPlan)}
    for place, item in sound:
        if isinstance(item, NewPlanService | NewPrice):
            found = find_faulty_references(item, services=services, plans=plans)
            problems += (ItemProblem(place, each) for each in found)
        elif isinstance(item, NewComponent):
            problems += (ItemProblem(place, each) for each in find_faulty_component(item, services=services))
    problems += (ItemProblem(*each) for each in find_taken_tiers(sound, taken=known.tiers))
    faulty = {each.place for each in problems}
    sound = [(place, item) for place, item in sound if place not in faulty]
    problems += _find_faulty_prerequisites(sound, known)
    problems += _find_overlapping([each for each in sound if each[0] not in doubtful], known)
    return sorted(problems, key=lambda each: each.place)


def _key(item: CatalogItem) -> tuple[object, ...]:
    if isinstance(item, NewPrice):
        return (NewPrice, *item.key, item.valid_from)
    if isinstance(item, NewComponent):
        return NewComponent, item.bundle, item.service, item.currency, item.interval_months
    if isinstance(item, NewPlanService):
        return NewPlanService, item.plan, item.service
    return type(item), item.code


def _list_sold(there: Sequence[tuple[int, CatalogItem]], unsure: Collection[int]) -> dict[str, SoldService]:
    return {
        item.code: SoldService("", "") if place in unsure else SoldService(item.kind, item.price_model)
        for place, item in there
        if isinstance(item, NewService)
    }


def _find_repeated(items: Sequence[CatalogItem], doubtful: Collection[int]) -> Iterator[ItemProblem]:
    first: dict[tuple[object, ...], int] = {}
    for place, item in enumerate(items):
        if place in doubtful:
            continue
        earlier = first.setdefault(_key(item), place)
        if earlier != place:
            name = "code" if isinstance(item, NewService | NewPlan) else "service"
            yield ItemProblem(place, Problem(name, "is given twice"), earlier)


def _find_faulty_definitions(items: Sequence[CatalogItem], known: KnownCatalog) -> Iterator[ItemProblem]:
    for place, item in enumerate(items):
        if isinstance(item, NewService):
            problems = find_service_problems(item) + _find_changed(item, known)
        elif isinstance(item, NewPlan):
            problems = find_plan_problems(item)
        else:
            continue
        yield from (ItemProblem(place, each) for each in problems)


def _find_changed(new: NewService, known: KnownCatalog) -> list[Problem]:
    """What prices hang on stays as it is; between flat and per unit the same prices hold."""
    old = known.services.get(new.code)
    if old is None:
        return []
    problems = []
    if old.kind != new.kind:
        problems.append(Problem("kind", f"can't change from {old.kind} to {new.kind}: make another service"))
    simple = {"flat", "per_unit"}
    if old.price_model != new.price_model and not {old.price_model, new.price_model} <= simple:
        told = f"can't change from {old.price_model} to {new.price_model}: make another service"
        problems.append(Problem("price_model", told))
    return problems


def _find_faulty_prerequisites(sound: Sequence[tuple[int, CatalogItem]], known: KnownCatalog) -> Iterator[ItemProblem]:
    requires = {plan: dict(services) for plan, services in known.requires.items()}
    places: dict[tuple[str, str], int] = {}
    for place, item in sound:
        if isinstance(item, NewPlanService):
            requires.setdefault(item.plan, {})[item.service] = item.requires
            places[item.plan, item.service] = place
    for plan in {plan for plan, _ in places}:
        services = requires[plan]
        while (service := find_missing_prerequisite(services)) is not None:
            if (plan, service) in places:
                told = f"{service} requires {services[service]!r}, which is not in the plan {plan}"
                yield ItemProblem(places[plan, service], Problem("requires", told))
            del services[service]
        if circle := find_prerequisite_circle(services):
            place = next(places[plan, service] for service in circle if (plan, service) in places)
            told = f"leads in a circle: {' requires '.join([*circle, circle[0]])}"
            yield ItemProblem(place, Problem("requires", told))


def _find_overlapping(sound: Sequence[tuple[int, CatalogItem]], known: KnownCatalog) -> Iterator[ItemProblem]:
    new = [(place, item) for place, item in sound if isinstance(item, NewPrice)]
    replaced = {(item.key, item.valid_from) for _, item in new}
    kept = [each for each in known.prices if (each.key, each.valid_from) not in replaced]
    prices = [item for _, item in new] + kept
    for later, earlier in find_overlaps(prices):
        # Of a new price and one that is there already, the new one is at fault, whichever starts later.
        at, clashing = (later, earlier) if later < len(new) else (earlier, later)
        if at < len(new):
            since = prices[clashing].valid_from
            told = Problem("valid_from", f"shares days with the price of {prices[at].service} from {since}")
            yield ItemProblem(new[at][0], told, new[clashing][0] if clashing < len(new) else None)
