"""Make the monthly list price of a yearly one (DEM-36)."""

from django.db import transaction

from tallystick.catalog.core.items import NewPrice
from tallystick.catalog.core.list_price import compute_monthly_price
from tallystick.catalog.errors import NotYearly, PriceUnknown
from tallystick.catalog.models import Price
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.queries import get_list_price_rule
from tallystick.periods.frequency import Frequency, write_frequency
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE

_YEARLY = Frequency(12)


def create_monthly_price(price_id: int, *, actor: Actor) -> Price:
    """Add the price for a month by the seller's list price rule, with the plan, currency and dates of the yearly one.

    It is kept as data: a rule that changes later does not change it. Refuses PriceUnknown, NotYearly, PricesOverlap.
    """
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        yearly = Price.objects.select_related("service__seller", "plan").filter(pk=price_id).first()
        if yearly is None:
            raise PriceUnknown
        service = yearly.service
        interval = Frequency(yearly.interval_months, yearly.interval_days)
        if interval != _YEARLY or service.price_model not in ("flat", "per_unit"):
            told = write_frequency(interval) if any(interval) else "once"
            raise NotYearly(interval=told, price_model=service.price_model)
        monthly = NewPrice(
            service=service.code,
            currency=yearly.currency,
            unit_price=compute_monthly_price(yearly.unit_price, rule=get_list_price_rule(service.seller_id)),
            valid_from=yearly.valid_from,
            plan=yearly.plan.code if yearly.plan else "",
            valid_until=yearly.valid_until,
        )
        return create_price(service.seller, price=monthly, actor=actor)
