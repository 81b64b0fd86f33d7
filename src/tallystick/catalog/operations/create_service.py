"""Create a service."""

from dataclasses import asdict

from django.db import transaction

from tallystick.catalog.core.item_problems import find_service_problems
from tallystick.catalog.core.items import NewService
from tallystick.catalog.errors import CatalogInvalid, ServiceExists
from tallystick.catalog.models import Service
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def create_service(seller: Seller, *, service: NewService, actor: Actor) -> Service:
    """Add a service to a seller's catalog. Refuses CatalogInvalid, ServiceExists."""
    actor.require(CATALOG_WRITE)
    refuse_problems(CatalogInvalid, find_service_problems(service))
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        if Service.objects.filter(seller=seller, code=service.code).exists():
            raise ServiceExists(service=service.code)
        return Service.objects.create(seller=seller, **asdict(service))
