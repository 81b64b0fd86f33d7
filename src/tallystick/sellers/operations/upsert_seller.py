"""Make a seller be as given: new, or changed where it may change."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.plumbing.upsert import UpsertOutcome
from tallystick.sellers.core.new_seller import BillingTerms, NewSeller, Series
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import BankAccount, BillingRule, NumberSeries, Seller, VatRegistration
from tallystick.sellers.operations.add_bank_account import add_bank_account
from tallystick.sellers.operations.add_vat_registration import add_vat_registration
from tallystick.sellers.operations.change_seller_profile import change_seller_profile
from tallystick.sellers.operations.change_seller_settings import SellerSettings, change_seller_settings
from tallystick.sellers.operations.create_seller import create_seller, find_new_seller_problems
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tallystick.sellers.queries import find_seller, get_current_profile


def upsert_seller(new: NewSeller, *, at: datetime, actor: Actor) -> UpsertOutcome:
    """Create the seller of this code, or give it these texts, this billing rule, and what bank accounts it lacks.

    Currency and number series of a seller that is there can't change. Refuses SellerInvalid.
    """
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_new_seller_problems(new))
    with transaction.atomic():
        seller = find_seller(new.code)
        if seller is None:
            create_seller(new, at=at, actor=actor)
            return UpsertOutcome(created=1, updated=0, unchanged=0)
        refuse_problems(SellerInvalid, _find_changes_of_fixed(seller, new))
        changed = _update(seller, new, at=at, actor=actor)
    return UpsertOutcome(created=0, updated=int(changed), unchanged=int(not changed))


def _find_changes_of_fixed(seller: Seller, new: NewSeller) -> list[Problem]:
    problems = []
    if seller.currency != new.currency:
        problems.append(Problem("currency", f"can't change from {seller.currency} to {new.currency}"))
    rows = NumberSeries.objects.filter(seller=seller)
    series = {Series(each.kind, each.prefix, each.digits, each.is_in_date_order) for each in rows}
    if series != set(new.series):
        problems.append(Problem("series", "can't change, since numbers may have been given"))
    return problems


def _update(seller: Seller, new: NewSeller, *, at: datetime, actor: Actor) -> bool:
    profile = get_current_profile(seller.pk)
    changed = change_seller_profile(seller, profile=new.profile, at=at, actor=actor) != profile
    rule = BillingRule.objects.get(seller=seller)
    if BillingTerms(**{name: getattr(rule, name) for name in asdict(new.billing_terms)}) != new.billing_terms:
        set_billing_rule(seller, terms=new.billing_terms, at=at, actor=actor)
        changed = True
    settings = SellerSettings(new.time_zone, new.email_domain)
    if SellerSettings(seller.time_zone, seller.email_domain) != settings:
        change_seller_settings(seller, settings=settings, at=at, actor=actor)
        changed = True
    return _add_missing_parts(seller, new, at=at, actor=actor) or changed


def _add_missing_parts(seller: Seller, new: NewSeller, *, at: datetime, actor: Actor) -> bool:
    accounts = set(BankAccount.objects.filter(seller=seller).values_list("currency", "iban"))
    missing = [each for each in new.bank_accounts if (each.currency, each.iban) not in accounts]
    for details in missing:
        add_bank_account(seller, details=details, at=at, actor=actor)
    known = set(VatRegistration.objects.filter(seller=seller).values_list("country", "starts_on"))
    unknown = [each for each in new.vat_registrations if (each.country, each.starts_on) not in known]
    for registration in unknown:
        add_vat_registration(seller, registration=registration, at=at, actor=actor)
    return bool(missing or unknown)
