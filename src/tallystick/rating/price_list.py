"""The price models by name. A new one is a file in ``price_models`` and a line here."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from tallystick.rating.errors import UnknownPriceModel
from tallystick.rating.price import PricedUnits
from tallystick.rating.price_models import flat, one_off, per_unit


class PriceModel(NamedTuple):
    """A way of pricing. ``list_units`` says, from unit price and quantity, how many units are paid at which price."""

    name: str
    prorates: bool
    list_units: Callable[[Decimal, Decimal | int], tuple[PricedUnits, ...]]


PRICE_MODELS: dict[str, PriceModel] = {
    model.name: model
    for model in (
        PriceModel(flat.NAME, flat.PRORATES, flat.list_units),
        PriceModel(per_unit.NAME, per_unit.PRORATES, per_unit.list_units),
        PriceModel(one_off.NAME, one_off.PRORATES, one_off.list_units),
    )
}


def get_price_model(name: str) -> PriceModel:
    """The price model of that name; refuses an unknown one with :class:`UnknownPriceModel`."""
    try:
        return PRICE_MODELS[name]
    except KeyError:
        raise UnknownPriceModel(model=name, known=", ".join(PRICE_MODELS)) from None
