"""The price models by name. A new one is a file in ``price_models`` and a line here."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from tallystick.rating.errors import UnknownPriceModel
from tallystick.rating.price import Price, PricedUnits
from tallystick.rating.price_models import flat, graduated, one_off, package, per_unit, percentage, usage, volume


class PriceModel(NamedTuple):
    """A way of pricing. ``list_units`` says, from price and quantity, how many units are paid at which price."""

    name: str
    prorates: bool
    list_units: Callable[[Price, Decimal | int], tuple[PricedUnits, ...]]


PRICE_MODELS: dict[str, PriceModel] = {
    model.NAME: PriceModel(model.NAME, model.PRORATES, model.list_units)
    for model in (flat, per_unit, graduated, volume, package, percentage, usage, one_off)
}


def get_price_model(name: str) -> PriceModel:
    """The price model of that name; refuses an unknown one with :class:`UnknownPriceModel`."""
    try:
        return PRICE_MODELS[name]
    except KeyError:
        raise UnknownPriceModel(model=name, known=", ".join(PRICE_MODELS)) from None
