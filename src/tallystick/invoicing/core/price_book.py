"""The catalog's price list in the terms of rating, each combination translated once."""

from tallystick.catalog.core.price_list import PriceList, ServiceFacts
from tallystick.rating.price import Price


class PriceBook:
    """Looks prices up for rating. Made once a job and asked for every service of every account."""

    def __init__(self, price_list: PriceList) -> None:
        self._price_list = price_list
        self._translated: dict[tuple[int, int, str, int], tuple[Price, ...]] = {}

    def service(self, service_id: int) -> ServiceFacts:
        """What the catalog says about a service."""
        return self._price_list.services[service_id]

    def prices(self, service_id: int, *, plan_id: int, currency: str, interval_months: int) -> tuple[Price, ...]:
        """The dated prices that count for a service in a subscription to that plan; none if it has none at all."""
        key = (service_id, plan_id, currency, interval_months)
        found = self._translated.get(key)
        if found is None:
            model = self.price_model(service_id)
            listed = self._price_list.list_prices(
                service_id, plan_id=plan_id, currency=currency, interval_months=interval_months
            )
            found = self._translated[key] = tuple(
                Price(model, price.unit_price, price.currency, price.valid_from, price.valid_until) for price in listed
            )
        return found

    def price_model(self, service_id: int) -> str:
        """How rating prices it: what is sold once pays every unit once, whatever the catalog says of periods."""
        sold = self._price_list.services[service_id]
        return "one_off" if sold.is_one_off else sold.price_model
