"""What items of a catalog may refer to: services and plans that are there, tiers that are free."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tallystick.catalog.core.bundles import NewBundleComponent, find_bundle_problems
from tallystick.catalog.core.item_problems import find_plan_service_problems, find_price_problems
from tallystick.catalog.core.items import RECURRING, NewComponent, NewPlan, NewPlanService, NewPrice
from tallystick.errors import Problem


class SoldService(NamedTuple):
    """What prices and places hang on: what kind of thing it is, and how it is priced."""

    kind: str
    price_model: str


def find_faulty_references(
    item: NewPlanService | NewPrice, *, services: Mapping[str, SoldService], plans: frozenset[str]
) -> list[Problem]:
    """What is wrong with a place in a plan or a price, with the services and plans by code."""
    problems = []
    sold = services.get(item.service)
    if sold is None:
        problems.append(Problem("service", f"there is no service {item.service!r}"))
    is_general_price = isinstance(item, NewPrice) and not item.plan
    if not is_general_price and item.plan not in plans:
        problems.append(Problem("plan", f"there is no plan {item.plan!r}"))
    if not isinstance(item, NewPrice):
        return problems + find_plan_service_problems(item)
    kind, price_model = sold or ("", "")
    problems += find_price_problems(item, kind=kind, price_model=price_model)
    return problems + list(_find_percentage_problems(item, services))


def _find_percentage_problems(price: NewPrice, services: Mapping[str, SoldService]) -> Iterator[Problem]:
    for code in price.percent_of:
        if code not in services:
            yield Problem("percent_of", f"there is no service {code!r}")
        elif services[code].price_model == "percentage":
            yield Problem("percent_of", f"{code} is a percentage itself")


def find_faulty_component(item: NewComponent, *, services: Mapping[str, SoldService]) -> list[Problem]:
    """What is wrong with a component of a bundle, with the services by code; one of no known kind may recur."""
    recurring = {code for code, sold in services.items() if sold.kind in (RECURRING, "")}
    inside = NewBundleComponent(item.service, item.currency, item.unit_price, item.interval_months)
    names = {"component": "service"}
    return [
        Problem(names.get(name := problem.field.rpartition(".")[2], name), problem.reason)
        for problem in find_bundle_problems([inside], bundle=item.bundle, recurring=recurring)
    ]


def find_taken_tiers(
    sound: Sequence[tuple[int, object]], *, taken: Mapping[tuple[str, int], str]
) -> Iterator[tuple[int, Problem]]:
    """Plans that want a tier of their family that another plan has; `taken` says which, by family and level."""
    plans = [(place, item) for place, item in sound if isinstance(item, NewPlan)]
    moved = {item.code for _, item in plans}
    owners = {tier: code for tier, code in taken.items() if code not in moved}
    for place, item in plans:
        if item.tier_level is not None:
            owner = owners.setdefault((item.family, item.tier_level), item.code)
            if owner != item.code:
                yield place, Problem("tier_level", f"{item.tier_level} of the family {item.family} is {owner} already")
