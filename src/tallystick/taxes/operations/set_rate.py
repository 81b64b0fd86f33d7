"""Set a seller's own tax rate."""

from django.db import transaction
from django.db.models import Q, QuerySet

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import TAXES_WRITE
from tallystick.sellers.models import Seller
from tallystick.taxes.core.rates import CATEGORIES as CATEGORIES
from tallystick.taxes.core.rates import DatedRate, find_own_rate_problems
from tallystick.taxes.errors import RatesOverlap, TaxRateInvalid
from tallystick.taxes.models import TaxRate


def set_rate(seller: Seller, *, rate: DatedRate, actor: Actor) -> TaxRate:
    """Record a rate of the seller's own, which goes before the country's while it counts.

    With the first day of one that is there already it replaces that one. Refuses TaxRateInvalid, RatesOverlap.
    """
    actor.require(TAXES_WRITE)
    refuse_problems(TaxRateInvalid, find_own_rate_problems(rate))
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        own = TaxRate.objects.filter(seller=seller, country=rate.country, category=rate.category)
        _refuse_overlap(own, rate)
        saved, _ = TaxRate.objects.update_or_create(
            seller=seller,
            country=rate.country,
            category=rate.category,
            valid_from=rate.valid_from,
            defaults={"rate": rate.rate, "valid_until": rate.valid_until},
        )
    return saved


def _refuse_overlap(own: QuerySet[TaxRate], rate: DatedRate) -> None:
    others = own.exclude(valid_from=rate.valid_from).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=rate.valid_from)
    )
    if rate.valid_until is not None:
        others = others.filter(valid_from__lt=rate.valid_until)
    clashing = others.order_by("valid_from").first()
    if clashing is not None:
        raise RatesOverlap(country=rate.country, category=rate.category, valid_from=clashing.valid_from)
