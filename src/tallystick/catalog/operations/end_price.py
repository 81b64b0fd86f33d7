"""End a price, so that another may follow."""

from datetime import date

from django.db import transaction

from tallystick.catalog.errors import CatalogInvalid, PriceUnknown
from tallystick.catalog.models import Price
from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE


def end_price(price_id: int, *, valid_until: date, actor: Actor) -> Price:
    """Let a price count no longer from `valid_until` on. Only shortens it. Refuses PriceUnknown, CatalogInvalid."""
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        price = Price.objects.select_for_update().filter(pk=price_id).first()
        if price is None:
            raise PriceUnknown
        problems = []
        if valid_until <= price.valid_from:
            problems.append(Problem("valid_until", f"must be after valid_from {price.valid_from}"))
        if price.valid_until is not None and valid_until > price.valid_until:
            problems.append(Problem("valid_until", f"can't be after its present end {price.valid_until}"))
        refuse_problems(CatalogInvalid, problems)
        price.valid_until = valid_until
        price.save(update_fields=["valid_until"])
    return price
