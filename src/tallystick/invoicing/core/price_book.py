"""The catalog's price list in the terms of rating, each combination translated once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tallystick.catalog.core.price_list import PlanFacts, PriceFacts, PriceList, ServiceFacts
from tallystick.rating.price import Price
from tallystick.rating.price_models import flat, graduated, one_off, package, per_unit, percentage, volume

_SIMPLE = (flat.NAME, per_unit.NAME)


class PriceBook:
    """Looks prices up for rating. Made once a job and asked for every service of every account."""

    def __init__(self, price_list: PriceList) -> None:
        self._price_list = price_list
        self._translated: dict[tuple[int, int, str, int, int], tuple[Price, ...]] = {}
        self._ids = {service.code: service_id for service_id, service in price_list.services.items()}

    def service(self, service_id: int) -> ServiceFacts:
        """What the catalog says about a service."""
        return self._price_list.services[service_id]

    def plan(self, plan_id: int) -> PlanFacts:
        """What the catalog says about a plan."""
        return self._price_list.plans[plan_id]

    def prices(
        self, service_id: int, *, plan_id: int, currency: str, interval_months: int, interval_days: int = 0
    ) -> tuple[Price, ...]:
        """The dated prices that count for a service in a subscription to that plan; none if it has none at all."""
        key = (service_id, plan_id, currency, interval_months, interval_days)
        found = self._translated.get(key)
        if found is None:
            model = self.price_model(service_id)
            listed = self._price_list.list_prices(
                service_id,
                plan_id=plan_id,
                currency=currency,
                interval_months=interval_months,
                interval_days=interval_days,
            )
            found = self._translated[key] = tuple(self._translate(model, price) for price in listed)
        return found

    def own_price(self, service_id: int, unit_price: Decimal, *, currency: str, listed: Sequence[Price]) -> Price:
        """A price agreed with one subscription, at all times. It takes the place of tiers and of a minimum; the size of
        a package, and of what a percentage is, stay those of the price list.
        """
        model = self.price_model(service_id)
        if listed and model in (package.NAME, percentage.NAME):
            return listed[-1]._replace(
                unit_price=unit_price, valid_from=date.min, valid_until=None, minimum=None, trial_unit_price=None
            )
        if model in (graduated.NAME, volume.NAME):
            model = per_unit.NAME
        return Price(model, unit_price, currency, date.min, None)

    def price_model(self, service_id: int) -> str:
        """How rating prices it: what is sold once and has no tiers or packages pays every unit once."""
        sold = self._price_list.services[service_id]
        return one_off.NAME if sold.is_one_off and sold.price_model in _SIMPLE else sold.price_model

    def _translate(self, model: str, price: PriceFacts) -> Price:
        return Price(
            model,
            price.unit_price,
            price.currency,
            price.valid_from,
            price.valid_until,
            tiers=price.tiers,
            package_size=price.package_size or Decimal(1),
            percent_of=tuple(self._ids[code] for code in price.percent_of),
            minimum=price.minimum_price,
            trial_unit_price=price.trial_unit_price,
        )
