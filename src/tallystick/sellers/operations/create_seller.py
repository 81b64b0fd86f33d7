"""Create a seller with all that it takes to begin billing."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import NewSeller, find_seller_problems
from tallystick.sellers.core.reason_codes import DEFAULT_REASON_CODES
from tallystick.sellers.errors import SellerExists, SellerInvalid
from tallystick.sellers.models import (
    BankAccount,
    BillingRule,
    NumberSeries,
    ReasonCode,
    Seller,
    SellerProfile,
    VatRegistration,
)
from tallystick.sellers.operations.record_event import record_seller_event
from tallystick.sellers.queries import find_seller


def create_seller(new: NewSeller, *, at: datetime, actor: Actor) -> Seller:
    """Make a seller with its profile, VAT registrations, bank accounts, number series and billing rule.

    Refuses SellerExists, and SellerInvalid with everything that is wrong with it.
    """
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_new_seller_problems(new))
    with transaction.atomic():
        if find_seller(new.code) is not None:
            raise SellerExists(code=new.code)
        seller = Seller.objects.create(
            code=new.code,
            currency=new.currency,
            time_zone=new.time_zone,
            email_domain=new.email_domain,
            created_at=at,
        )
        _add_parts(seller, new, at=at)
        record_seller_event(seller, event="create", details=(), at=at, actor=actor)
    return seller


def _add_parts(seller: Seller, new: NewSeller, *, at: datetime) -> None:
    SellerProfile.objects.create(seller=seller, version=1, created_at=at, **asdict(new.profile))
    BillingRule.objects.create(seller=seller, **asdict(new.billing_terms))
    for code, name in DEFAULT_REASON_CODES:
        ReasonCode.objects.create(seller=seller, code=code, name=name)
    for series in new.series:
        NumberSeries.objects.create(seller=seller, **asdict(series))
    for registration in new.vat_registrations:
        VatRegistration.objects.create(seller=seller, **asdict(registration))
    for account in new.bank_accounts:
        BankAccount.objects.create(seller=seller, **asdict(account))


def find_new_seller_problems(new: NewSeller) -> list[Problem]:
    """Everything that is wrong with a new seller, its time zone included."""
    problems = find_seller_problems(new)
    if new.time_zone not in available_timezones():
        problems.append(Problem("time_zone", f"there is no time zone {new.time_zone!r}"))
    return problems
