"""Which accounts a rollup is about: filtered, in the order of their names, in pages by key."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import connection

from tallystick.accounts.models import Account, Contact
from tallystick.catalog.models import Plan
from tallystick.rollups.core.billing import RollupAccount
from tallystick.rollups.queries.agreed_services import LIVING
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription

ACCOUNTS = Account._meta.db_table
CONTACTS = Contact._meta.db_table
USERS = User._meta.db_table
SUBSCRIPTIONS = Subscription._meta.db_table
PLANS = Plan._meta.db_table

CHUNK = 2_000
"""Accounts read at once where all of them are asked for."""

Row = TypeVar("Row")

_MANAGER_NAME = "coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, '')"
_SEARCHED = ("a.external_id", "a.name", _MANAGER_NAME, "u.email", "c.name", "c.email")


def list_accounts(
    seller: Seller, *, condition: str, params: Sequence[Any], after_id: int, limit: int
) -> list[RollupAccount]:
    """Accounts for which an SQL condition holds, by name and id, from the one after the account `after_id`.

    In the condition `a` is the account, `u` its manager and `c` its admin contact.
    """
    after = f"AND (a.name, a.id) > (SELECT name, id FROM {ACCOUNTS} WHERE id = %s)" if after_id else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.id, a.external_id, a.name, a.currency, a.billing_mode, a.segment,
                   {_MANAGER_NAME}, coalesce(u.email, ''), coalesce(c.name, ''), coalesce(c.email, '')
              FROM {ACCOUNTS} a LEFT JOIN {USERS} u ON u.id = a.manager_id
              LEFT JOIN {CONTACTS} c ON c.account_id = a.id AND c.role = 'admin'
             WHERE a.seller_id = %s {condition} {after} ORDER BY a.name, a.id LIMIT %s
            """,
            [seller.pk, *params, *([after_id] if after_id else []), limit],
        )
        return [RollupAccount._make(row) for row in cursor.fetchall()]


def compose_condition(
    *, search: str, billing_mode: str, segment: str, plan: str, manager_email: str
) -> tuple[str, list[Any]]:
    """What was asked for, as an SQL condition on `a`, `u` and `c` that starts with AND, and its parameters."""
    parts: list[str] = []
    params: list[Any] = []
    if search.strip():
        pattern = contains_pattern(search)
        parts.append(f"AND ({' OR '.join(f'{column} ILIKE %s' for column in _SEARCHED)})")
        params += [pattern] * len(_SEARCHED)
    for column, value in (("a.billing_mode", billing_mode), ("a.segment", segment)):
        if value:
            parts.append(f"AND {column} = %s")
            params.append(value)
    if manager_email:
        parts.append("AND lower(u.email) = lower(%s)")
        params.append(manager_email.strip())
    if plan:
        parts.append(
            f"AND EXISTS (SELECT 1 FROM {SUBSCRIPTIONS} b JOIN {PLANS} p ON p.id = b.plan_id"
            " WHERE b.account_id = a.id AND p.code = %s AND b.status = ANY(%s))"
        )
        params += [plan, list(LIVING)]
    return " ".join(parts), params


def contains_pattern(text: str) -> str:
    """A LIKE pattern for texts that contain this one, whatever signs are in it."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def read_by_account(
    seller: Seller,
    *,
    condition: str,
    params: Sequence[Any],
    read: Callable[[Sequence[RollupAccount]], Row],
    after_id: int = 0,
    size: int = CHUNK,
) -> Iterator[Row]:
    """What `read` makes of the accounts for which a condition holds, `size` accounts at a time, by name and id."""
    while True:
        accounts = list_accounts(seller, condition=condition, params=params, after_id=after_id, limit=size)
        yield read(accounts)
        if len(accounts) < size:
            return
        after_id = accounts[-1].account_id
