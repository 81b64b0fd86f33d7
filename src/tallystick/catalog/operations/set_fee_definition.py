"""Set additional fees, or do away with them. What was billed keeps its fees (CRM-31)."""

from dataclasses import asdict

from django.db import transaction

from tallystick.catalog.core.fees import NewFeeDefinition, find_fee_problems
from tallystick.catalog.errors import CatalogInvalid, FeeDefinitionUnknown
from tallystick.catalog.models import FeeDefinition, FeeRule, Plan, Service
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.sellers.models import Seller


def set_fee_definition(seller: Seller, *, definition: NewFeeDefinition, actor: Actor) -> FeeDefinition:
    """Create the definition of that code, or put it in the place of what was there. It counts from the next run on.

    Refuses CatalogInvalid.
    """
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        services = {each.code: each for each in Service.objects.filter(seller=seller)}
        plans = {each.code: each for each in Plan.objects.filter(seller=seller)}
        kinds = {code: service.kind for code, service in services.items()}
        refuse_problems(CatalogInvalid, find_fee_problems(definition, kinds=kinds, plans=frozenset(plans)))
        saved, _ = FeeDefinition.objects.update_or_create(
            seller=seller,
            code=definition.code,
            defaults={
                "name": definition.name,
                "valid_from": definition.valid_from,
                "valid_until": definition.valid_until,
            },
        )
        FeeRule.objects.filter(definition=saved).delete()
        for position, rule in enumerate(definition.rules, 1):
            values = {**asdict(rule), "service": services[rule.service], "plan": plans.get(rule.plan)}
            FeeRule.objects.create(definition=saved, position=position, **values)
    return saved


def remove_fee_definition(seller: Seller, *, code: str, actor: Actor) -> None:
    """Do away with a definition and its rules. Refuses FeeDefinitionUnknown."""
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        found = FeeDefinition.objects.filter(seller=seller, code=code).first()
        if found is None:
            raise FeeDefinitionUnknown(code=code)
        found.delete()
