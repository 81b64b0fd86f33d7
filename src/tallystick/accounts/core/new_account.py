"""What an account is made of, as values, and what can be wrong with them."""

import re
from typing import NamedTuple

from tallystick.errors import Problem
from tallystick.money.currency import get_currency
from tallystick.money.errors import UnknownCurrency
from tallystick.sellers.core.countries import COUNTRIES
from tallystick.sellers.core.email_addresses import is_email, normalize_email
from tallystick.sellers.core.texts import find_text_problems

SELF_SERVE, MANAGED = "self_serve", "managed"
BILLING_MODES = (SELF_SERVE, MANAGED)
LONGEST_TERMS_DAYS = 180
LARGEST_LIMIT_MINOR = 10**15

#: Greatest lengths of texts, as the columns have them.
PARTY_LIMITS = {"name": 200, "street": 200, "postcode": 20, "city": 120, "vat_number": 20}
TERMS_LIMITS = {"customer_reference": 80, "segment": 40, "buyer_reference": 80}
CONTACT_LIMITS = {"name": 120, "phone": 40}
EXTERNAL_ID_LIMIT = 80

_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?", re.ASCII)


class Party(NamedTuple):
    """Whom the invoice is made out to. The country is ISO 3166; the VAT number counts for a business only."""

    name: str
    is_business: bool = False
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    vat_number: str = ""
    email: str = ""


class AccountTerms(NamedTuple):
    """On which terms they are billed. A limit of None is none, net terms of None are those of the seller's rule."""

    currency: str
    customer_reference: str = ""
    billing_mode: str = SELF_SERVE
    receivable_limit_minor: int | None = None
    anchor_day: int = 1
    segment: str = ""
    net_terms_days: int | None = None
    is_emailed: bool = True
    is_printed: bool = False
    language: str = "en"
    buyer_reference: str = ""


class ContactDetails(NamedTuple):
    """A person to talk to."""

    name: str
    email: str = ""
    phone: str = ""


class NewAccount(NamedTuple):
    """An account as someone wants it to be. An empty manager address means that nobody manages it."""

    external_id: str
    party: Party
    terms: AccountTerms
    admin_contact: ContactDetails | None = None
    billing_contact: ContactDetails | None = None
    manager_email: str = ""


def normalize_party(party: Party) -> Party:
    """The party with addresses in lower case, country and VAT number in capitals, the number without separators.

    What is no country and no address stays as it was given, for that is what its problem has to tell.
    """
    vat_number = "".join(sign for sign in party.vat_number.upper() if sign not in " .-")
    return party._replace(
        name=party.name.strip(),
        country=_normalize_country(party.country),
        vat_number=vat_number,
        email=_normalize_address(party.email),
    )


def normalize_account(new: NewAccount) -> NewAccount:
    """The account with its texts in normal form."""
    return new._replace(
        external_id=new.external_id.strip(),
        party=normalize_party(new.party),
        admin_contact=_normalize_contact(new.admin_contact),
        billing_contact=_normalize_contact(new.billing_contact),
        manager_email=normalize_email(new.manager_email),
    )


def find_account_problems(new: NewAccount) -> list[Problem]:
    """Everything that is wrong with a normalized account, seen alone."""
    problems = []
    if not new.external_id or len(new.external_id) > EXTERNAL_ID_LIMIT or not new.external_id.isprintable():
        problems.append(Problem("external_id", f"must be a text of 1 to {EXTERNAL_ID_LIMIT} characters"))
    problems += find_party_problems(new.party)
    problems += find_terms_problems(new.terms)
    problems += find_delivery_problems(new.party, terms=new.terms)
    for role, contact in (("admin", new.admin_contact), ("billing", new.billing_contact)):
        if contact is not None:
            problems += find_contact_problems(contact, role=role)
    return problems


def find_party_problems(party: Party) -> list[Problem]:
    """What is wrong with whom the invoice is made out to."""
    problems = find_text_problems(party, limits=PARTY_LIMITS)
    if not party.name:
        problems.append(Problem("name", "must not be empty"))
    if party.country and party.country not in COUNTRIES:
        problems.append(Problem("country", f"must be a two-letter country code, but is {party.country!r}"))
    if party.email and not is_email(party.email):
        problems.append(Problem("email", f"{party.email!r} is not an e-mail address"))
    if party.vat_number and not party.is_business:
        problems.append(Problem("vat_number", "only a business has one"))
    return problems


def find_terms_problems(terms: AccountTerms) -> list[Problem]:
    """What is wrong with the terms."""
    problems = find_text_problems(terms, limits=TERMS_LIMITS) + _find_currency_problems(terms.currency)
    if terms.billing_mode not in BILLING_MODES:
        problems.append(Problem("billing_mode", f"must be one of {', '.join(BILLING_MODES)}"))
    if not 1 <= terms.anchor_day <= 31:
        problems.append(Problem("anchor_day", f"must be from 1 to 31, but is {terms.anchor_day}"))
    days = terms.net_terms_days
    if days is not None and not 0 <= days <= LONGEST_TERMS_DAYS:
        problems.append(Problem("net_terms_days", f"must be from 0 to {LONGEST_TERMS_DAYS}, but is {days}"))
    limit = terms.receivable_limit_minor
    if limit is not None and not 0 <= limit <= LARGEST_LIMIT_MINOR:
        problems.append(Problem("receivable_limit", "must be at least 0, and less than ten trillion"))
    if not _LANGUAGE.fullmatch(terms.language):
        problems.append(Problem("language", f"must be like en or de-AT, but is {terms.language!r}"))
    return problems


def find_delivery_problems(party: Party, *, terms: AccountTerms) -> list[Problem]:
    """What the way of delivery needs, and the party does not have."""
    problems = []
    if terms.is_emailed and not party.email:
        problems.append(Problem("email", "is needed where invoices are e-mailed"))
    if terms.is_printed and not (party.city and party.country):
        problems.append(Problem("city", "and country are needed where invoices are printed"))
    return problems


def find_contact_problems(contact: ContactDetails, *, role: str) -> list[Problem]:
    """What is wrong with the contact of a role; fields are named admin_name, billing_email and so on."""
    problems = [
        Problem(f"{role}_{name}", reason) for name, reason in find_text_problems(contact, limits=CONTACT_LIMITS)
    ]
    if not contact.name:
        problems.append(Problem(f"{role}_name", "must not be empty"))
    if contact.email and not is_email(contact.email):
        problems.append(Problem(f"{role}_email", f"{contact.email!r} is not an e-mail address"))
    return problems


def _normalize_contact(contact: ContactDetails | None) -> ContactDetails | None:
    if contact is None:
        return None
    return ContactDetails(contact.name.strip(), _normalize_address(contact.email), contact.phone.strip())


def _normalize_country(text: str) -> str:
    code = text.strip().upper()
    return code if code in COUNTRIES else text.strip()


def _normalize_address(text: str) -> str:
    address = normalize_email(text)
    return address if is_email(address) else text.strip()


def _find_currency_problems(currency: str) -> list[Problem]:
    try:
        get_currency(currency)
    except UnknownCurrency as unknown:
        return [Problem("currency", unknown.message)]
    return []
