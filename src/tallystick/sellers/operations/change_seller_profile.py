"""Change a seller's legal texts: a new version, so that posted documents keep the wording of their day."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import ProfileText, find_profile_problems
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import Seller, SellerProfile
from tallystick.sellers.operations.record_event import record_seller_event
from tallystick.sellers.queries import get_current_profile


def change_seller_profile(seller: Seller, *, profile: ProfileText, at: datetime, actor: Actor) -> SellerProfile:
    """Return the version that says this: the current one if it does, else a new one. Refuses SellerInvalid."""
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_profile_problems(profile))
    with transaction.atomic():
        # Two changes at once would both count from the same version.
        Seller.objects.select_for_update().get(pk=seller.pk)
        current = get_current_profile(seller.pk)
        texts = asdict(profile)
        changed = [name for name, text in texts.items() if getattr(current, name) != text]
        if not changed:
            return current
        record_seller_event(seller, event="change_profile", details=changed, at=at, actor=actor)
        return SellerProfile.objects.create(seller=seller, version=current.version + 1, created_at=at, **texts)
