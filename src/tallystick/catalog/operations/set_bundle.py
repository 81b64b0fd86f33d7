"""Set what a bundle may contain, and for how much (CRM-53). What was agreed keeps its components and prices."""

from collections.abc import Sequence

from django.db import transaction

from tallystick.catalog.core.bundles import NewBundleComponent, find_bundle_problems
from tallystick.catalog.errors import CatalogInvalid
from tallystick.catalog.models import BundleComponent, Service
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def set_bundle(seller: Seller, *, bundle: str, components: Sequence[NewBundleComponent], actor: Actor) -> None:
    """Let a service be a bundle that may have exactly these components; without any it is none. Refuses CatalogInvalid.

    Prices count for components that are added from now on.
    """
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        recurring = {each.code: each for each in Service.objects.filter(seller=seller, kind=Service.RECURRING)}
        refuse_problems(CatalogInvalid, list(find_bundle_problems(components, bundle=bundle, recurring=recurring)))
        BundleComponent.objects.filter(bundle=recurring[bundle]).delete()
        BundleComponent.objects.bulk_create(
            BundleComponent(
                bundle=recurring[bundle],
                component=recurring[each.component],
                currency=each.currency,
                interval_months=each.interval_months,
                unit_price=each.unit_price,
            )
            for each in components
        )
