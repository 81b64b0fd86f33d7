"""Reads about sellers."""

from datetime import date
from typing import NamedTuple

from tallystick.sellers.errors import SellerNotNamed, SellerUnknown
from tallystick.sellers.models import BankAccount, BillingRule, NumberSeries, Seller, SellerProfile, VatRegistration


class RegistrationFacts(NamedTuple):
    """A VAT number of the seller, from `valid_from` up to but without `valid_until`."""

    country: str
    number: str
    valid_from: date
    valid_until: date | None


class SellerFacts(NamedTuple):
    """What billing has to know about a seller, in plain values. Registrations are all there ever were, oldest first."""

    seller_id: int
    code: str
    currency: str
    time_zone: str
    profile_id: int
    country: str
    vat_registrations: tuple[RegistrationFacts, ...]
    supports_auto_post: bool
    net_terms_automatic_days: int
    net_terms_remittance_days: int
    proration_method: str
    bills_partial_first: bool
    change_day: str
    bills_cancellation_day: bool
    proration_unit: str
    period_day: int
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


def list_vat_registrations(seller_id: int) -> list[VatRegistration]:
    """All registrations that a seller has or had, oldest first."""
    return list(VatRegistration.objects.filter(seller_id=seller_id).order_by("starts_on", "country"))


def get_seller_facts(seller_id: int) -> SellerFacts:
    """Everything that billing has to know about a seller."""
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
        vat_registrations=tuple(
            RegistrationFacts(each.country, each.number, each.starts_on, each.ends_until)
            for each in list_vat_registrations(seller_id)
        ),
        supports_auto_post=rule.supports_auto_post,
        net_terms_automatic_days=rule.net_terms_automatic_days,
        net_terms_remittance_days=rule.net_terms_remittance_days,
        proration_method=rule.proration_method,
        bills_partial_first=rule.bills_partial_first,
        change_day=rule.change_day,
        bills_cancellation_day=rule.bills_cancellation_day,
        proration_unit=rule.proration_unit,
        period_day=rule.period_day,
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
