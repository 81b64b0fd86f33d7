"""What a seller is made of, as values, and what can be wrong with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from tallystick.errors import Problem
from tallystick.money.currency import get_currency
from tallystick.money.errors import UnknownCurrency
from tallystick.periods import convention
from tallystick.periods.alignment import ALIGNMENTS, IMMEDIATE
from tallystick.periods.anchor import LAST_DAY
from tallystick.periods.proration import ProrationMethod
from tallystick.sellers.core.countries import COUNTRIES, EU_COUNTRIES
from tallystick.sellers.core.credit_rules import CREDIT_RULES
from tallystick.sellers.core.email_addresses import is_email
from tallystick.sellers.core.iban import is_iban
from tallystick.sellers.core.texts import find_text_problems

FUNDS_GRANULARITIES = ("service", "subscription", "account")
ONE_STOP_SHOP = "one_stop_shop"
TAX_SCHEMES = ("local", ONE_STOP_SHOP)
SERIES_KINDS = ("invoice", "credit_note", "debit_note")
LONGEST_TERMS_DAYS = 180
LONGEST_REACTIVATION_DAYS = 3650

#: Greatest lengths of texts, as the columns have them.
PROFILE_LIMITS = {
    "legal_name": 200,
    "street": 200,
    "postcode": 20,
    "city": 120,
    "registration_number": 60,
    "phone": 40,
    "website": 200,
    "footer_text": 400,
}
REGISTRATION_LIMITS = {"number": 20}
BANK_ACCOUNT_LIMITS = {"holder": 120, "bic": 11}


@dataclass(frozen=True, slots=True)
class ProfileText:
    """The legal texts of a seller: what documents print about who sends them."""

    legal_name: str
    country: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    registration_number: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    brand_color: str = "#1f4e79"
    footer_text: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """A VAT number of the seller, from `starts_on` up to but without `ends_until`.

    `scheme`: for supplies in `country`, or for consumers in all of the Union (one-stop shop, declared in `country`).
    """

    country: str
    number: str
    starts_on: date
    ends_until: date | None = None
    scheme: str = "local"


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Where customers transfer money of one currency to."""

    currency: str
    holder: str
    iban: str
    bic: str = ""
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """A number series: its numbers read `prefix` and at least `digits` digits."""

    kind: str
    prefix: str
    digits: int = 6
    is_in_date_order: bool = False


@dataclass(frozen=True, slots=True)
class BillingTerms:
    """How a seller bills. Days count from the invoice date; the proration method is one of ZUO-32, the credit rule
    (what comes out below zero) one of ZUO-27.

    The conventions of `periods.convention` are the choices of plans that make none themselves. `period_day` is the day
    of the month on which plans of the method period are billed (CRM-4); 31 is the last day of every month.
    `added_alignment` is one of `periods.alignment` (CRM-28).
    """

    supports_auto_post: bool = False
    auto_posts_by_default: bool = False
    net_terms_automatic_days: int = 0
    net_terms_remittance_days: int = 30
    proration_method: str = "actual"
    bills_partial_first: bool = True
    change_day: str = convention.NEW
    bills_cancellation_day: bool = False
    proration_unit: str = convention.DAY
    period_day: int = 1
    added_alignment: str = IMMEDIATE
    mails_zero_invoices: bool = False
    credit_rule: str = "whole"
    attempt_wait_hours: int = 12
    max_consecutive_failures: int = 7
    funds_granularity: str = "service"
    collects_shortfalls: bool = True
    reactivates_on_payment: bool = True
    reactivation_days: int = 30
    reactivation_most_overdue_minor: int = 0
    fees_in_credit_check: bool = True
    rests_a_year: int | None = None
    longest_rest_days: int | None = None
    short_terms_a_year: int | None = None
    longest_short_term_days: int | None = None


DEFAULT_SERIES = (Series("invoice", "INV-"), Series("credit_note", "CN-"), Series("debit_note", "DN-"))


@dataclass(frozen=True, slots=True)
class NewSeller:
    """All that it takes to begin billing. `time_zone` is an IANA name; `email_domain` is where account managers are."""

    code: str
    currency: str
    profile: ProfileText
    time_zone: str = "UTC"
    email_domain: str = ""
    vat_registrations: tuple[Registration, ...] = ()
    bank_accounts: tuple[BankDetails, ...] = ()
    series: tuple[Series, ...] = DEFAULT_SERIES
    billing_terms: BillingTerms = field(default_factory=BillingTerms)


def find_seller_problems(seller: NewSeller) -> list[Problem]:
    """Everything that is wrong with a new seller, save that its time zone may not exist."""
    problems = []
    if not _is_code(seller.code):
        problems.append(Problem("code", "takes lower-case letters, digits and hyphens, at most 40"))
    problems += _find_currency_problems("currency", seller.currency)
    problems += find_profile_problems(seller.profile)
    for registration in seller.vat_registrations:
        problems += find_registration_problems(registration)
    for account in seller.bank_accounts:
        problems += find_bank_account_problems(account)
    problems += _find_series_problems(seller.series)
    problems += find_billing_terms_problems(seller.billing_terms)
    return problems


def find_profile_problems(profile: ProfileText) -> list[Problem]:
    """What is wrong with a seller's legal texts."""
    problems = find_text_problems(profile, limits=PROFILE_LIMITS)
    if not profile.legal_name.strip():
        problems.append(Problem("legal_name", "must not be empty"))
    if profile.country not in COUNTRIES:
        problems.append(Problem("country", f"must be a two-letter country code, but is {profile.country!r}"))
    if profile.email and not is_email(profile.email):
        problems.append(Problem("email", f"{profile.email!r} is not an e-mail address"))
    if not _is_color(profile.brand_color):
        problems.append(Problem("brand_color", f"must be like #1f4e79, but is {profile.brand_color!r}"))
    return problems


def find_registration_problems(registration: Registration) -> list[Problem]:
    """What is wrong with a VAT registration."""
    problems = find_text_problems(registration, limits=REGISTRATION_LIMITS)
    if registration.country not in COUNTRIES:
        problems.append(Problem("vat_registrations", f"{registration.country!r} is not a two-letter country code"))
    if not registration.number.strip():
        problems.append(Problem("vat_registrations", "must have a number"))
    if registration.ends_until is not None and registration.ends_until <= registration.starts_on:
        problems.append(Problem("vat_registrations", f"{registration.number} would end before it starts"))
    if registration.scheme not in TAX_SCHEMES:
        problems.append(Problem("scheme", f"must be one of {', '.join(TAX_SCHEMES)}, but is {registration.scheme!r}"))
    if registration.scheme == ONE_STOP_SHOP and registration.country not in EU_COUNTRIES:
        problems.append(Problem("country", "must be a member state of the Union for the one-stop shop"))
    return problems


def find_bank_account_problems(account: BankDetails) -> list[Problem]:
    """What is wrong with a bank account."""
    problems = find_text_problems(account, limits=BANK_ACCOUNT_LIMITS)
    problems += _find_currency_problems("bank_accounts", account.currency)
    if not account.holder.strip():
        problems.append(Problem("bank_accounts", "must name a holder"))
    if not is_iban(account.iban):
        problems.append(Problem("bank_accounts", f"{account.iban!r} is not an IBAN: its check digits do not fit"))
    return problems


def find_billing_terms_problems(terms: BillingTerms) -> list[Problem]:
    """What is wrong with a billing rule."""
    choices = {
        "proration_method": tuple(ProrationMethod),
        "credit_rule": CREDIT_RULES,
        "funds_granularity": FUNDS_GRANULARITIES,
        "change_day": convention.CHANGE_DAYS,
        "proration_unit": convention.UNITS,
        "added_alignment": ALIGNMENTS,
    }
    problems = [
        Problem(name, f"must be one of {', '.join(allowed)}")
        for name, allowed in choices.items()
        if getattr(terms, name) not in allowed
    ]
    for name, (least, most, unit) in _RANGES.items():
        value = getattr(terms, name)
        if value is not None and not least <= value <= most:
            problems.append(Problem(name, f"must be from {least} to {most}{unit}, but is {value}"))
    if terms.reactivation_most_overdue_minor < 0:
        problems.append(Problem("reactivation_most_overdue_minor", "must not be negative"))
    if terms.auto_posts_by_default and not terms.supports_auto_post:
        problems.append(Problem("auto_posts_by_default", "needs supports_auto_post"))
    return problems


_RANGES = {
    "net_terms_automatic_days": (0, LONGEST_TERMS_DAYS, " days"),
    "net_terms_remittance_days": (0, LONGEST_TERMS_DAYS, " days"),
    "reactivation_days": (0, LONGEST_REACTIVATION_DAYS, " days"),
    "rests_a_year": (0, LONGEST_REACTIVATION_DAYS, ""),
    "longest_rest_days": (0, LONGEST_REACTIVATION_DAYS, " days"),
    "short_terms_a_year": (0, LONGEST_REACTIVATION_DAYS, ""),
    "longest_short_term_days": (0, LONGEST_REACTIVATION_DAYS, " days"),
    "period_day": (1, LAST_DAY, ""),
    "attempt_wait_hours": (1, 1000, ""),
    "max_consecutive_failures": (1, 1000, ""),
}


def _find_currency_problems(name: str, currency: str) -> list[Problem]:
    try:
        get_currency(currency)
    except UnknownCurrency as unknown:
        return [Problem(name, unknown.message)]
    return []


def _find_series_problems(series: Sequence[Series]) -> Iterator[Problem]:
    kinds = [each.kind for each in series]
    prefixes = [each.prefix for each in series]
    for kind in SERIES_KINDS:
        if kinds.count(kind) != 1:
            yield Problem("series", f"must have exactly one of kind {kind}, but has {kinds.count(kind)}")
    for unknown in sorted(set(kinds) - set(SERIES_KINDS)):
        yield Problem("series", f"there is no kind {unknown!r}; there are {', '.join(SERIES_KINDS)}")
    if len(set(prefixes)) != len(prefixes):
        yield Problem("series", "two of them would write the same numbers: their prefixes must differ")
    if any(not 1 <= each.digits <= 18 or not 1 <= len(each.prefix) <= 20 for each in series):
        yield Problem("series", "a prefix has 1 to 20 signs, a number 1 to 18 digits")


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 40 and all(sign in "abcdefghijklmnopqrstuvwxyz0123456789-" for sign in text)


def _is_color(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(sign in "0123456789abcdef" for sign in text[1:].lower())
