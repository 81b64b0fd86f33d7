"""Create a dated price."""

from django.db import transaction
from django.db.models import Q

from tallystick.catalog.core.items import NewPrice
from tallystick.catalog.core.references import find_faulty_references
from tallystick.catalog.core.tiers import dump_tiers
from tallystick.catalog.errors import CatalogInvalid, PricesOverlap
from tallystick.catalog.models import Price
from tallystick.catalog.queries import get_plan, get_service, list_sold_services
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def create_price(seller: Seller, *, price: NewPrice, actor: Actor) -> Price:
    """Add a price. Refuses PlanUnknown, ServiceUnknown, CatalogInvalid, and PricesOverlap with the one it runs into."""
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        # One change of a catalog at a time, or two overlapping prices could be added at once.
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        service = get_service(seller.pk, code=price.service)
        plan = get_plan(seller.pk, code=price.plan) if price.plan else None
        services = list_sold_services(seller.pk)
        plans = frozenset([plan.code] if plan else [])
        refuse_problems(CatalogInvalid, find_faulty_references(price, services=services, plans=plans))
        new = Price(
            service=service,
            plan=plan,
            currency=price.currency,
            interval_months=price.interval_months,
            interval_days=price.interval_days,
            unit_price=price.unit_price,
            tiers=dump_tiers(price.tiers),
            package_size=price.package_size,
            percent_of=list(price.percent_of),
            minimum_price=price.minimum_price,
            trial_unit_price=price.trial_unit_price,
            valid_from=price.valid_from,
            valid_until=price.valid_until,
        )
        _refuse_overlap(new)
        new.save()
    return new


def _refuse_overlap(new: Price) -> None:
    same = Price.objects.filter(
        service=new.service,
        plan=new.plan,
        currency=new.currency,
        interval_months=new.interval_months,
        interval_days=new.interval_days,
    )
    clashing = same.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=new.valid_from))
    if new.valid_until is not None:
        clashing = clashing.filter(valid_from__lt=new.valid_until)
    first = clashing.order_by("valid_from").first()
    if first is not None:
        raise PricesOverlap(service=new.service.code, valid_from=first.valid_from)
