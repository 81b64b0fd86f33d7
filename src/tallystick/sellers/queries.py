"""Reads about sellers."""

from datetime import date
from typing import NamedTuple

from django.db.models import Q

from tallystick.sellers.errors import SellerNotNamed, SellerUnknown
from tallystick.sellers.models import BankAccount, BillingRule, NumberSeries, Seller, SellerProfile, VatRegistration


class SellerFacts(NamedTuple):
    """What billing has to know about a seller on a day, in plain values.

    `vat_numbers` maps each country in which the seller is registered on that day to its number there.
    """

    seller_id: int
    code: str
    currency: str
    time_zone: str
    profile_id: int
    country: str
    vat_numbers: dict[str, str]
    supports_auto_post: bool
    net_terms_automatic_days: int
    net_terms_remittance_days: int
    proration_method: str
    bills_partial_first: bool
    mails_zero_invoices: bool
    attempt_wait_hours: int
    max_consecutive_failures: int


def find_seller(code: str) -> Seller | None:
    """The seller of that code, if there is one."""
    return Seller.objects.filter(code=code).first()


def get_seller(code: str = "") -> Seller:
    """The seller of that code; without one, the only seller. Raises SellerUnknown, SellerNotNamed."""
    if code:
        seller = find_seller(code)
        if seller is None:
            raise SellerUnknown(code=code)
        return seller
    sellers = list_sellers()
    if len(sellers) != 1:
        raise SellerNotNamed(count=len(sellers) or "no")
    return sellers[0]


def list_sellers() -> list[Seller]:
    """All sellers, by code."""
    return list(Seller.objects.order_by("code"))


def get_current_profile(seller_id: int) -> SellerProfile:
    """The latest version of a seller's legal texts."""
    profile = SellerProfile.objects.filter(seller_id=seller_id).order_by("-version").first()
    if profile is None:
        raise SellerUnknown(code=seller_id)
    return profile


def find_bank_account(seller_id: int, *, currency: str) -> BankAccount | None:
    """Where customers transfer this currency to."""
    return BankAccount.objects.filter(seller_id=seller_id, currency=currency, is_default=True).first()


def list_vat_registrations(seller_id: int, *, on: date) -> list[VatRegistration]:
    """The registrations in force on a day, by country; of two in one country the one that began last comes last."""
    in_force = Q(starts_on__lte=on) & (Q(ends_until__isnull=True) | Q(ends_until__gt=on))
    return list(VatRegistration.objects.filter(in_force, seller_id=seller_id).order_by("country", "starts_on"))


def get_seller_facts(seller_id: int, *, on: date) -> SellerFacts:
    """Everything that billing has to know about a seller on a day."""
    seller = Seller.objects.get(pk=seller_id)
    profile = get_current_profile(seller_id)
    rule = BillingRule.objects.get(seller_id=seller_id)
    return SellerFacts(
        seller_id=seller.pk,
        code=seller.code,
        currency=seller.currency,
        time_zone=seller.time_zone,
        profile_id=profile.pk,
        country=profile.country,
        vat_numbers={each.country: each.number for each in list_vat_registrations(seller_id, on=on)},
        supports_auto_post=rule.supports_auto_post,
        net_terms_automatic_days=rule.net_terms_automatic_days,
        net_terms_remittance_days=rule.net_terms_remittance_days,
        proration_method=rule.proration_method,
        bills_partial_first=rule.bills_partial_first,
        mails_zero_invoices=rule.mails_zero_invoices,
        attempt_wait_hours=rule.attempt_wait_hours,
        max_consecutive_failures=rule.max_consecutive_failures,
    )


def list_bank_accounts(seller_id: int) -> list[BankAccount]:
    """Where customers transfer money to, by currency, the default of each first."""
    return list(BankAccount.objects.filter(seller_id=seller_id).order_by("currency", "-is_default", "pk"))


def list_number_series(seller_id: int) -> list[NumberSeries]:
    """The number series of a seller, by kind of document."""
    return list(NumberSeries.objects.filter(seller_id=seller_id).order_by("kind"))


def get_billing_rule(seller_id: int) -> BillingRule:
    """How a seller bills."""
    return BillingRule.objects.get(seller_id=seller_id)
