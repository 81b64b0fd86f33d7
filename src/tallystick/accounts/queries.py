"""Reads about accounts. What billing needs comes in one query for thousands of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Lower
from stdnum.eu import vat as eu_vat

from tallystick.accounts.core.funding import INVOICED, PREPAID, FundingTerms
from tallystick.accounts.core.new_account import NewAccount, Party, find_account_problems
from tallystick.accounts.errors import AccountUnknown
from tallystick.accounts.models import Account, AccountDiscount, AccountEvent, AccountProfile, Contact
from tallystick.errors import Problem
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.plumbing.upsert import RowProblem
from tallystick.sellers.core.email_addresses import is_in_domain
from tallystick.sellers.models import Seller

ACCOUNTS = Account._meta.db_table
PROFILES = AccountProfile._meta.db_table
ACCOUNT_DISCOUNTS = AccountDiscount._meta.db_table


class BillingFacts(NamedTuple):
    """What billing has to know about an account and its current profile, in plain values.

    `net_terms_days` and the limits are None where nothing was agreed. The VAT number of a business in the
    European Union has the form and check digits of its country.
    """

    account_id: int
    currency: str
    billing_mode: str
    net_terms_days: int | None
    receivable_limit_minor: int | None
    funding_policy: str
    profile_id: int
    country: str
    is_business: bool
    vat_number: str
    is_emailed: bool
    is_printed: bool
    name: str
    external_id: str
    credit_limit_minor: int | None = None
    credit_term_days: int | None = None
    segment: str = ""


class AccountFilters(NamedTuple):
    """What accounts must be; None does not ask."""

    seller_id: int | None = None
    external_id: str | None = None
    customer_reference: str | None = None
    segment: str | None = None
    billing_mode: str | None = None


class AccountKey(NamedTuple):
    """An account as another room refers to it by external id."""

    account_id: int
    currency: str
    anchor_day: int


def list_billing_facts(account_ids: Collection[int]) -> list[BillingFacts]:
    """The facts of accounts, by account id, in one query. An account that does not exist is left out."""
    rows = fetch_rows(
        "SELECT a.id, a.currency, a.billing_mode, a.net_terms_days, a.receivable_limit_minor, a.funding_policy, p.id,"
        " p.country, p.is_business, p.vat_number, a.is_emailed, a.is_printed, a.name, a.external_id,"
        " a.credit_limit_minor, a.credit_term_days, a.segment"
        f" FROM {ACCOUNTS} a JOIN {PROFILES} p ON p.account_id = a.id AND p.is_current"
        " WHERE a.id = ANY(%s::bigint[]) ORDER BY a.id",
        [as_array(account_ids)],
    )
    return [BillingFacts._make(row) for row in rows]


class AccountDiscountFacts(NamedTuple):
    """So many percent off everything from ``from_on`` up to but without ``until_on`` (None: no limit)."""

    percent: Decimal
    from_on: date | None
    until_on: date | None
    label: str


def list_account_discounts(account_ids: Collection[int]) -> dict[int, tuple[AccountDiscountFacts, ...]]:
    """The discounts of each account in the order in which they apply; accounts without any are left out."""
    found: dict[int, list[AccountDiscountFacts]] = {}
    rows = fetch_rows(
        f"SELECT account_id, percent, from_on, until_on, label FROM {ACCOUNT_DISCOUNTS}"
        " WHERE account_id = ANY(%s::bigint[]) ORDER BY account_id, position",
        [as_array(account_ids)],
    )
    for account_id, *facts in rows:
        found.setdefault(account_id, []).append(AccountDiscountFacts._make(facts))
    return {account_id: tuple(discounts) for account_id, discounts in found.items()}


def list_discounts(account_id: int, *, after: int = 0, limit: int | None = None) -> list[AccountDiscount]:
    """The discounts of one account, those that ended too, in the order in which they apply, from the position after
    `after`."""
    return list(AccountDiscount.objects.filter(account_id=account_id, position__gt=after).order_by("position")[:limit])


def list_prepaid(account_ids: Collection[int]) -> set[int]:
    """Those of the accounts whose funding policy is prepaid."""
    prepaid = Account.objects.filter(pk__in=list(account_ids), funding_policy=PREPAID)
    return set(prepaid.values_list("pk", flat=True))


def get_account(seller_id: int, *, external_id: str) -> Account:
    """The account of that external id. Raises AccountUnknown."""
    account = Account.objects.filter(seller_id=seller_id, external_id=external_id).first()
    if account is None:
        raise AccountUnknown(account=external_id)
    return account


def get_account_by_id(account_id: int) -> Account:
    """The account of our own id. Raises AccountUnknown."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise AccountUnknown(account=account_id)
    return account


def list_accounts_by_id(account_ids: Collection[int]) -> list[Account]:
    """These accounts, as far as they exist, by id."""
    return list(Account.objects.filter(pk__in=list(account_ids)).order_by("pk"))


def get_current_profile(account_id: int) -> AccountProfile:
    """Whom the account's next invoice is made out to. Raises AccountUnknown."""
    profile = AccountProfile.objects.filter(account_id=account_id, is_current=True).first()
    if profile is None:
        raise AccountUnknown(account=account_id)
    return profile


def list_accounts(*, filters: AccountFilters, after_id: int = 0, limit: int = 100) -> list[Account]:
    """Accounts with seller and manager, in the order of their creation, from the one after `after_id`."""
    asked = {name: value for name, value in filters._asdict().items() if value is not None}
    accounts = Account.objects.select_related("seller", "manager").filter(pk__gt=after_id, **asked)
    return list(accounts.order_by("pk")[:limit])


def count_accounts(seller_id: int) -> int:
    """How many accounts a seller has."""
    return Account.objects.filter(seller_id=seller_id).count()


def list_contacts(account_id: int) -> list[Contact]:
    """Whom to talk to at the customer, by role."""
    return list(Contact.objects.filter(account_id=account_id).order_by("role"))


def get_funding_terms(account: Account) -> FundingTerms:
    """How much an account may owe."""
    return FundingTerms(account.funding_policy, *(getattr(account, name) for name in FundingTerms._fields[1:]))


def list_account_events(account_id: int) -> list[AccountEvent]:
    """What staff changed about how much the account may owe, oldest first."""
    return list(AccountEvent.objects.filter(account_id=account_id).order_by("pk"))


def list_account_keys(seller_id: int, *, external_ids: Collection[str]) -> dict[str, AccountKey]:
    """Accounts by external id, as far as they exist."""
    rows = fetch_rows(
        f"SELECT external_id, id, currency, anchor_day FROM {ACCOUNTS} WHERE seller_id = %s AND external_id = ANY(%s)",
        [seller_id, list(external_ids)],
    )
    return {external_id: AccountKey._make(key) for external_id, *key in rows}


def list_account_problems(seller: Seller, *, accounts: Sequence[NewAccount]) -> list[RowProblem]:
    """Everything that is wrong with (normalized) accounts that someone wants to be there."""
    known = list_account_keys(seller.pk, external_ids=[each.external_id for each in accounts])
    managers = find_managers(seller, emails={each.manager_email for each in accounts if each.manager_email})
    problems: list[RowProblem] = []
    problems += _find_limit_problems(seller, accounts)
    first: dict[str, int] = {}
    for row, new in enumerate(accounts):
        earlier = first.setdefault(new.external_id, row)
        if earlier != row:
            problems.append(RowProblem(row, Problem("external_id", f"{new.external_id!r} is given twice"), earlier))
        problems += (RowProblem(row, each) for each in find_account_problems(new))
        problems += (RowProblem(row, each) for each in find_vat_number_problems(new.party))
        there = known.get(new.external_id)
        if there is not None and there.currency != new.terms.currency:
            told = f"can't change from {there.currency} to {new.terms.currency}: make another account"
            problems.append(RowProblem(row, Problem("currency", told)))
        manager = managers.get(new.manager_email)
        if isinstance(manager, str):
            problems.append(RowProblem(row, Problem("manager_email", f"{new.manager_email!r}: {manager}")))
    return problems


def _find_limit_problems(seller: Seller, accounts: Sequence[NewAccount]) -> Iterator[RowProblem]:
    """A receivable limit belongs to accounts that are invoiced; those of another policy keep it."""
    limited = {new.external_id: row for row, new in enumerate(accounts) if new.terms.receivable_limit_minor is not None}
    if not limited:
        return
    drawing = Account.objects.filter(seller=seller, external_id__in=list(limited)).exclude(funding_policy=INVOICED)
    for external_id, policy in drawing.order_by("pk").values_list("external_id", "funding_policy"):
        told = f"belongs to invoiced accounts, and this one is {policy.replace('_', ' ')}"
        yield RowProblem(limited[external_id], Problem("receivable_limit", told))


def find_vat_number_problems(party: Party) -> Iterator[Problem]:
    """Whether a business in the European Union gives a VAT number that no member state could have issued to it."""
    if not party.vat_number or party.country.lower() not in eu_vat.MEMBER_STATES:
        return
    prefix = "EL" if party.country == "GR" else party.country
    if not party.vat_number.startswith(prefix):
        yield Problem("vat_number", f"must start with {prefix}, as the country is {party.country}")
    elif not eu_vat.is_valid(party.vat_number):
        yield Problem(
            "vat_number", f"{party.vat_number!r} is not a VAT number of {party.country}: form or check digits"
        )


def find_managers(seller: Seller, *, emails: Collection[str]) -> Mapping[str, int | str]:
    """For each (normalized) address the id of the user who may manage accounts, or why nobody may (DEM-10, DEM-11)."""
    active = User.objects.annotate(address=Lower("email")).filter(address__in=list(emails), is_active=True)
    users = dict(active.order_by("-pk").values_list("address", F("pk")))
    answers: dict[str, int | str] = {}
    for email in emails:
        if not is_in_domain(email, domain=seller.email_domain):
            domain = seller.email_domain or "which is not set"
            answers[email] = f"managers have an address in the seller's own domain, {domain}"
        else:
            answers[email] = users.get(email, "there is no staff user with this address")
    return answers


def get_time_zone(account_id: int) -> str:
    """The billing time zone of the account's seller: it decides which day it is. Raises AccountUnknown."""
    zone = Account.objects.filter(pk=account_id).values_list("seller__time_zone", flat=True).first()
    if zone is None:
        raise AccountUnknown(account=account_id)
    return zone
