"""Add a VAT registration of a seller."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import ONE_STOP_SHOP, Registration, find_registration_problems
from tallystick.sellers.errors import RegistrationExists, SellerInvalid
from tallystick.sellers.models import Seller, VatRegistration
from tallystick.sellers.operations.record_event import record_seller_event


def add_vat_registration(seller: Seller, *, registration: Registration, at: datetime, actor: Actor) -> VatRegistration:
    """Add it; of two in force in a country the later one counts. Refuses SellerInvalid, RegistrationExists."""
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_registration_problems(registration))
    with transaction.atomic():
        Seller.objects.select_for_update().get(pk=seller.pk)
        country, starts_on, scheme = registration.country, registration.starts_on, registration.scheme
        same = VatRegistration.objects.filter(seller=seller, country=country, starts_on=starts_on, scheme=scheme)
        if same.exists():
            raise RegistrationExists(country=country, starts_on=starts_on)
        added = VatRegistration.objects.create(seller=seller, **asdict(registration))
        told = (registration.number, f"from {starts_on}", *(["one-stop shop"] if scheme == ONE_STOP_SHOP else []))
        record_seller_event(seller, event="add_vat_registration", details=told, at=at, actor=actor)
    return added
