"""Create a plan with its services."""

from collections.abc import Sequence

from django.db import transaction

from tallystick.catalog.core.item_problems import find_plan_problems
from tallystick.catalog.core.items import NewPlan, NewPlanService
from tallystick.catalog.errors import CatalogInvalid, PlanExists
from tallystick.catalog.models import Plan
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.catalog.queries import get_plan
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def create_plan(seller: Seller, *, plan: NewPlan, services: Sequence[NewPlanService] = (), actor: Actor) -> Plan:
    """Add a plan and what it contains. Refuses PlanExists, and CatalogInvalid with all that is wrong in it."""
    actor.require(CATALOG_WRITE)
    refuse_problems(CatalogInvalid, find_plan_problems(plan))
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        if Plan.objects.filter(seller=seller, code=plan.code).exists():
            raise PlanExists(plan=plan.code)
        outcome = upsert_catalog(seller, items=[plan, *services], actor=actor)
        refuse_problems(CatalogInvalid, [each.problem for each in outcome.problems])
        return get_plan(seller.pk, code=plan.code)
