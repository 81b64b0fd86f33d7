"""What a bundle may contain, as values, and what can be wrong with it. Pure."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from tallystick.catalog.core.field_problems import find_unit_price_problems
from tallystick.errors import Problem


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
    if len(component.currency) != 3 or not (component.currency.isascii() and component.currency.isupper()):
        yield Problem(f"{field}.currency", "must be a currency code of three capital letters")
    if component.interval_months < 1:
        yield Problem(f"{field}.interval_months", "must be at least 1")
    yield from find_unit_price_problems(component.unit_price, name=f"{field}.unit_price")
