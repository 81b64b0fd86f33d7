"""Reads about sellers."""

from datetime import date
from typing import NamedTuple

from tallystick.sellers.errors import ReasonCodeUnknown, SellerNotNamed, SellerUnknown
from tallystick.sellers.models import (
    BankAccount,
    BillingRule,
    NumberSeries,
    ReasonCode,
    Seller,
    SellerEvent,
    SellerProfile,
    VatRegistration,
)


class RegistrationFacts(NamedTuple):
    """A VAT number of the seller, from `valid_from` up to but without `valid_until`."""

    country: str
    number: str
    valid_from: date
    valid_until: date | None
    scheme: str


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
    auto_posts_by_default: bool
    net_terms_automatic_days: int
    net_terms_remittance_days: int
    proration_method: str
    bills_partial_first: bool
    change_day: str
    bills_cancellation_day: bool
    proration_unit: str
    period_day: int
    added_alignment: str
    mails_zero_invoices: bool
    credit_rule: str
    attempt_wait_hours: int
    max_consecutive_failures: int
    funds_granularity: str
    collects_shortfalls: bool
    fees_in_credit_check: bool


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
            RegistrationFacts(each.country, each.number, each.starts_on, each.ends_until, each.scheme)
            for each in list_vat_registrations(seller_id)
        ),
        supports_auto_post=rule.supports_auto_post,
        auto_posts_by_default=rule.auto_posts_by_default,
        net_terms_automatic_days=rule.net_terms_automatic_days,
        net_terms_remittance_days=rule.net_terms_remittance_days,
        proration_method=rule.proration_method,
        bills_partial_first=rule.bills_partial_first,
        change_day=rule.change_day,
        bills_cancellation_day=rule.bills_cancellation_day,
        proration_unit=rule.proration_unit,
        period_day=rule.period_day,
        added_alignment=rule.added_alignment,
        mails_zero_invoices=rule.mails_zero_invoices,
        credit_rule=rule.credit_rule,
        attempt_wait_hours=rule.attempt_wait_hours,
        max_consecutive_failures=rule.max_consecutive_failures,
        funds_granularity=rule.funds_granularity,
        collects_shortfalls=rule.collects_shortfalls,
        fees_in_credit_check=rule.fees_in_credit_check,
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


def list_seller_events(seller_id: int, *, limit: int = 100) -> list[SellerEvent]:
    """What was changed about a seller, the latest first."""
    return list(SellerEvent.objects.filter(seller_id=seller_id).order_by("-pk")[:limit])


def list_reason_codes(seller_id: int, *, only_active: bool = False) -> list[ReasonCode]:
    """Why the seller corrects documents, by name."""
    reasons = ReasonCode.objects.filter(seller_id=seller_id).order_by("name", "pk")
    return list(reasons.filter(is_active=True) if only_active else reasons)


def find_reason_code(seller_id: int, *, code: str) -> ReasonCode | None:
    """The reason of that code, None for the empty one; raises ReasonCodeUnknown, also for a retired one."""
    if not code:
        return None
    active = {reason.code: reason for reason in list_reason_codes(seller_id, only_active=True)}
    if code not in active:
        raise ReasonCodeUnknown(code=code, codes=", ".join(sorted(active)) or "none")
    return active[code]
