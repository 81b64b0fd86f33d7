"""Change what of a seller is neither a legal text nor fixed: its time zone, and where its account managers are."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import available_timezones

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import Seller
from tallystick.sellers.operations.record_event import record_seller_event

LONGEST_DOMAIN = 120


class SellerSettings(NamedTuple):
    """`time_zone` is an IANA name and decides which day it is; `email_domain` is where account managers are."""

    time_zone: str
    email_domain: str


def change_seller_settings(seller: Seller, *, settings: SellerSettings, at: datetime, actor: Actor) -> Seller:
    """Give a seller these settings; the same again change nothing. Refuses SellerInvalid."""
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, _find_problems(settings))
    with transaction.atomic():
        present = Seller.objects.select_for_update().get(pk=seller.pk)
        changed = [name for name, value in settings._asdict().items() if getattr(present, name) != value]
        for name in changed:
            setattr(present, name, getattr(settings, name))
        if changed:
            present.save(update_fields=changed)
            record_seller_event(present, event="change_settings", details=changed, at=at, actor=actor)
    return present


def _find_problems(settings: SellerSettings) -> list[Problem]:
    problems = []
    if settings.time_zone not in available_timezones():
        problems.append(Problem("time_zone", f"there is no time zone {settings.time_zone!r}"))
    domain = settings.email_domain
    if len(domain) > LONGEST_DOMAIN or not domain.isprintable() or " " in domain:
        problems.append(Problem("email_domain", f"must be a domain such as example.com, but is {domain!r}"))
    return problems
