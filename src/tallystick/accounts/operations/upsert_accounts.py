"""Make many accounts be as given, by external id: set-based, a hundred thousand in seconds."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from tallystick.accounts.core.new_account import AccountTerms, ContactDetails, NewAccount, Party, normalize_account
from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.accounts.queries import find_managers, list_account_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE
from tallystick.plumbing.statements import run_sql
from tallystick.plumbing.upsert import UpsertOutcome, list_sound_rows, stage_rows
from tallystick.sellers.models import Seller

ACCOUNTS = Account._meta.db_table
PROFILES = AccountProfile._meta.db_table
CONTACTS = Contact._meta.db_table
STAGED = "staged_accounts"

_TYPES = {"is_business": "boolean", "is_emailed": "boolean", "is_printed": "boolean", "manager_id": "int"}
_TYPES |= {"receivable_limit_minor": "bigint", "anchor_day": "int", "net_terms_days": "int"}
_TERMS = (*AccountTerms._fields, "manager_id")
_ROLES = (Contact.ADMIN, Contact.BILLING)
_NO_CONTACT = (None,) * len(ContactDetails._fields)


def upsert_accounts(
    seller: Seller, *, accounts: Sequence[NewAccount], at: datetime, actor: Actor, skips_invalid: bool = False
) -> UpsertOutcome:
    """Create the accounts that are not there, and make the others be as given: terms, party, contacts, manager.

    A changed party is a new profile version. Writes nothing when a row is wrong, unless `skips_invalid`; the outcome
    tells all that is wrong. What is so already is not touched, and accounts that are not among these stay as they are.
    """
    actor.require(ACCOUNTS_WRITE)
    rows = [normalize_account(each) for each in accounts]
    with transaction.atomic():
        # One import at a time for a seller: two at once would number the same profile versions.
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        problems = list_account_problems(seller, accounts=rows)
        sound = [rows[row] for row in list_sound_rows(len(rows), problems, skips_invalid=skips_invalid)]
        _stage(seller, sound)
        updated = _find_changed(seller.pk)
        _update_accounts()
        created = _insert_accounts(seller.pk, at=at)
        _add_profile_versions(at=at)
        _set_contacts()
    return UpsertOutcome(created, updated, len(sound) - created - updated, problems)


def _stage(seller: Seller, accounts: Sequence[NewAccount]) -> None:
    managers = find_managers(seller, emails={each.manager_email for each in accounts if each.manager_email})
    party = ("party_name", *Party._fields[1:])
    contacts = (f"{role}_{name}" for role in _ROLES for name in ContactDetails._fields)
    names = ("external_id", *party, *_TERMS, *contacts)
    types = {name: _TYPES.get(name, "text") for name in names}
    types |= {"account_id": "bigint", "is_changed": "boolean"}

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in accounts:
            admin, billing = each.admin_contact or _NO_CONTACT, each.billing_contact or _NO_CONTACT
            manager_id = managers.get(each.manager_email)
            yield (each.external_id, *each.party, *each.terms, manager_id, *admin, *billing, None, True)

    stage_rows(STAGED, types, rows())


def _find_changed(seller_id: int) -> int:
    """Note in the staged rows which account each is and whether anything about it differs; return how many do."""
    joins = " ".join(
        f"LEFT JOIN {CONTACTS} {role} ON {role}.account_id = a.id AND {role}.role = '{role}'" for role in _ROLES
    )
    differs = [_compare("a", _TERMS, "g", _TERMS), _compare("p", Party._fields, "g", _party_columns())]
    differs += [
        _compare(role, ContactDetails._fields, "g", [f"{role}_{name}" for name in ContactDetails._fields])
        for role in _ROLES
    ]
    run_sql(
        f"UPDATE {STAGED} g SET account_id = a.id, is_changed = {' OR '.join(differs)}"
        f" FROM {ACCOUNTS} a LEFT JOIN {PROFILES} p ON p.account_id = a.id AND p.is_current {joins}"
        " WHERE a.seller_id = %s AND a.external_id = g.external_id",
        [seller_id],
    )
    return run_sql(f"SELECT 1 FROM {STAGED} WHERE account_id IS NOT NULL AND is_changed")


def _update_accounts() -> None:
    assignments = ", ".join(f"{name} = g.{name}" for name in _TERMS)
    run_sql(
        f"UPDATE {ACCOUNTS} a SET name = g.party_name, {assignments} FROM {STAGED} g"
        " WHERE a.id = g.account_id AND g.is_changed"
    )


def _insert_accounts(seller_id: int, *, at: datetime) -> int:
    names = ", ".join(_TERMS)
    created = run_sql(
        f"INSERT INTO {ACCOUNTS} (seller_id, external_id, name, funding_policy, created_at, {names})"
        f" SELECT %s, external_id, party_name, 'invoiced', %s, {names} FROM {STAGED} WHERE account_id IS NULL"
        " ON CONFLICT (seller_id, external_id) DO NOTHING",
        [seller_id, at],
    )
    run_sql(
        f"UPDATE {STAGED} g SET account_id = a.id FROM {ACCOUNTS} a"
        " WHERE g.account_id IS NULL AND a.seller_id = %s AND a.external_id = g.external_id",
        [seller_id],
    )
    return created


def _add_profile_versions(*, at: datetime) -> None:
    differs = _compare("p", Party._fields, "g", _party_columns())
    run_sql(
        f"UPDATE {PROFILES} p SET is_current = false FROM {STAGED} g"
        f" WHERE p.account_id = g.account_id AND p.is_current AND g.is_changed AND {differs}"
    )
    versions = f"SELECT max(version) FROM {PROFILES} v WHERE v.account_id = g.account_id"
    party = ", ".join(f"g.{name}" for name in _party_columns())
    run_sql(
        f"INSERT INTO {PROFILES} (account_id, version, is_current, created_at, {', '.join(Party._fields)})"
        f" SELECT g.account_id, 1 + coalesce(({versions}), 0), true, %s, {party} FROM {STAGED} g"
        " WHERE g.is_changed AND NOT EXISTS"
        f" (SELECT 1 FROM {PROFILES} p WHERE p.account_id = g.account_id AND p.is_current)",
        [at],
    )


def _set_contacts() -> None:
    for role in _ROLES:
        run_sql(
            f"DELETE FROM {CONTACTS} c USING {STAGED} g"
            f" WHERE c.account_id = g.account_id AND c.role = '{role}' AND g.{role}_name IS NULL"
        )
        run_sql(
            f"INSERT INTO {CONTACTS} AS c (account_id, role, name, email, phone)"
            f" SELECT account_id, '{role}', {role}_name, {role}_email, {role}_phone FROM {STAGED}"
            f" WHERE is_changed AND {role}_name IS NOT NULL ON CONFLICT (account_id, role)"
            " DO UPDATE SET name = excluded.name, email = excluded.email, phone = excluded.phone"
        )


def _party_columns() -> tuple[str, ...]:
    # The account has a name too, so the party's is staged under another one.
    return ("party_name", *Party._fields[1:])


def _compare(one: str, names: Sequence[str], other: str, other_names: Sequence[str]) -> str:
    left = ", ".join(f"{one}.{name}" for name in names)
    right = ", ".join(f"{other}.{name}" for name in other_names)
    return f"ROW({left}) IS DISTINCT FROM ROW({right})"
