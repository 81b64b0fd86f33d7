"""What a bundle may contain, as values, and what can be wrong with it. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from tallystick.catalog.core.field_problems import (
    find_currency_problems,
    find_range_problems,
    find_unit_price_problems,
)
from tallystick.catalog.core.items import LONGEST_INTERVAL_MONTHS
from tallystick.errors import Problem

MOST_COMPONENTS = 200
_LINE = re.compile(
    r"(?P<component>[-\w]+)\s+(?P<unit_price>[0-9]{1,12}(?:\.[0-9]{1,6})?)(?:\s+(?P<currency>[A-Z]{3}))?"
    r"(?:\s+(?P<interval_months>[0-9]{1,3}))?",
    re.ASCII,
)


class NewBundleComponent(NamedTuple):
    """A service, by code, that a bundle may have, and what one unit costs inside it a full interval, maybe 0."""

    component: str
    currency: str
    unit_price: Decimal
    interval_months: int = 1


def find_bundle_problems(
    components: Sequence[NewBundleComponent], *, bundle: str, recurring: Collection[str]
) -> Iterator[Problem]:
    """Everything that is wrong with what a bundle may contain; `recurring` are the codes of services that recur."""
    if bundle not in recurring:
        yield Problem("bundle", f"there is no recurring service {bundle!r}")
    keys = [(each.component, each.currency, each.interval_months) for each in components]
    for place, each in enumerate(components):
        field = f"components.{place}"
        if each.component == bundle:
            yield Problem(f"{field}.component", "a bundle can't contain itself")
        elif each.component not in recurring:
            yield Problem(f"{field}.component", f"there is no recurring service {each.component!r}")
        elif keys[place] in keys[:place]:
            yield Problem(f"{field}.component", "is given twice for this currency and interval")
        yield from _find_price_problems(each, field)


def _find_price_problems(component: NewBundleComponent, field: str) -> Iterator[Problem]:
    for _, reason in find_currency_problems(component.currency):
        yield Problem(f"{field}.currency", reason)
    months = component.interval_months
    yield from find_range_problems(f"{field}.interval_months", value=months, least=1, most=LONGEST_INTERVAL_MONTHS)
    yield from find_unit_price_problems(component.unit_price, name=f"{field}.unit_price")


def parse_components(text: str, *, currency: str) -> tuple[NewBundleComponent, ...]:
    """The components of a text with one a line: code, price, maybe currency and months, such as `movies 6.20 EUR 1`.

    `currency` is the one where a line names none. Raises ValueError with a reason that reads on after a field's name.
    """
    components = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"must have lines like movies 6.20 EUR 1, but has {line[:40]!r}")
        months = int(found["interval_months"] or 1)
        price = Decimal(found["unit_price"])
        components.append(NewBundleComponent(found["component"], found["currency"] or currency, price, months))
    return tuple(components)


def write_components(components: Sequence[NewBundleComponent]) -> str:
    """The text from which `parse_components` makes them."""
    return "\n".join(
        f"{each.component} {each.unit_price.normalize():f} {each.currency} {each.interval_months}"
        for each in components
    )
