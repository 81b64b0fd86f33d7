"""Change an account's terms, or whom its invoices are made out to."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction

from tallystick.accounts.core.funding import INVOICED
from tallystick.accounts.core.new_account import (
    AccountTerms,
    Party,
    find_delivery_problems,
    find_party_problems,
    find_terms_problems,
    normalize_party,
)
from tallystick.accounts.errors import AccountInvalid, AccountUnknown, BillingModeHasItsWay, CurrencyIsFixed
from tallystick.accounts.models import Account, AccountProfile
from tallystick.accounts.queries import find_vat_number_problems, get_current_profile
from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


def change_account(
    account_id: int,
    *,
    terms: AccountTerms | None = None,
    party: Party | None = None,
    changes: Mapping[str, Any] = MappingProxyType({}),
    at: datetime,
    actor: Actor,
) -> Account:
    """Replace the terms, the party, or both; what is None stays, save single fields of either that `changes` names.

    A changed party is a new profile version. Posted documents keep the version of their day, and due dates never move
    (MAX-5). Refuses AccountUnknown, AccountInvalid, CurrencyIsFixed, and BillingModeHasItsWay: setting an account
    managed and leaving that are acts of their own (DEM-6, DEM-8).
    """
    actor.require(ACCOUNTS_WRITE)
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            raise AccountUnknown(account=account_id)
        current = get_current_profile(account_id)
        old_party = Party._make(getattr(current, name) for name in Party._fields)
        old_terms = AccountTerms._make(getattr(account, name) for name in AccountTerms._fields)
        new_party = normalize_party((party or old_party)._replace(**_pick(changes, Party)))
        new_terms = (terms or old_terms)._replace(**_pick(changes, AccountTerms))
        if new_terms.currency != account.currency:
            raise CurrencyIsFixed(currency=account.currency, wanted=new_terms.currency)
        if new_terms.billing_mode != account.billing_mode:
            raise BillingModeHasItsWay(mode=account.billing_mode.replace("_", "-"))
        problems = [*find_party_problems(new_party), *find_vat_number_problems(new_party)]
        if new_terms.receivable_limit_minor is not None and account.funding_policy != INVOICED:
            problems.append(Problem("receivable_limit", "belongs to invoiced accounts"))
        problems += [*find_terms_problems(new_terms), *find_delivery_problems(new_party, terms=new_terms)]
        refuse_problems(AccountInvalid, problems)
        if new_party != old_party:
            _add_version(current, new_party, at=at)
        for name, value in {**new_terms._asdict(), "name": new_party.name}.items():
            setattr(account, name, value)
        account.save()
    return account


def _pick(changes: Mapping[str, Any], kind: type[Party] | type[AccountTerms]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in kind._fields}


def _add_version(current: AccountProfile, party: Party, *, at: datetime) -> None:
    AccountProfile.objects.filter(pk=current.pk).update(is_current=False)
    AccountProfile.objects.create(
        account_id=current.account_id, version=current.version + 1, created_at=at, **party._asdict()
    )
