"""Put a service into a plan."""

from django.db import transaction

from tallystick.catalog.core.items import NewPlanService
from tallystick.catalog.errors import CatalogInvalid, ServiceInPlan
from tallystick.catalog.models import PlanService
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.catalog.queries import get_plan, get_service
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def add_plan_service(seller: Seller, *, place: NewPlanService, actor: Actor) -> PlanService:
    """Put a service into a plan. Refuses PlanUnknown, ServiceUnknown, ServiceInPlan, CatalogInvalid."""
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        plan, service = get_plan(seller.pk, code=place.plan), get_service(seller.pk, code=place.service)
        if PlanService.objects.filter(plan=plan, service=service).exists():
            raise ServiceInPlan(plan=place.plan, service=place.service)
        outcome = upsert_catalog(seller, items=[place], actor=actor)
        refuse_problems(CatalogInvalid, [each.problem for each in outcome.problems])
        return PlanService.objects.get(plan=plan, service=service)
