"""Which accounts a rollup is about: filtered, in the order of their names, in pages by key."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self, TypeVar

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


#: Accounts `a` with their managers `u` and admin contacts `c`; conditions on accounts speak of these.
ASKED_ACCOUNTS = (
    f"{ACCOUNTS} a LEFT JOIN {USERS} u ON u.id = a.manager_id"
    f" LEFT JOIN {CONTACTS} c ON c.account_id = a.id AND c.role = 'admin'"
)


class Condition(NamedTuple):
    """An SQL condition on accounts, and its parameters by name."""

    text: str
    params: Mapping[str, Any]

    def also(self, text: str, **params: Any) -> Self:
        """This condition and another one."""
        return self._replace(text=f"{self.text} AND {text}", params={**self.params, **params})


def list_accounts(condition: Condition, *, after_id: int, limit: int) -> list[RollupAccount]:
    """Accounts for which a condition holds, by name and id, from the one after the account `after_id`."""
    after = f"AND (a.name, a.id) > (SELECT name, id FROM {ACCOUNTS} WHERE id = %(after_id)s)" if after_id else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.id, a.external_id, a.name, a.currency, a.billing_mode, a.segment,
                   {_MANAGER_NAME}, coalesce(u.email, ''), coalesce(c.name, ''), coalesce(c.email, '')
              FROM {ASKED_ACCOUNTS} WHERE {condition.text} {after} ORDER BY a.name, a.id LIMIT %(limit)s
            """,
            {**condition.params, "after_id": after_id, "limit": limit},
        )
        return [RollupAccount._make(row) for row in cursor.fetchall()]


def compose_condition(
    seller: Seller, *, search: str, billing_mode: str, segment: str, plan: str, manager_email: str
) -> Condition:
    """The accounts of a seller that were asked for; empty does not ask."""
    found = Condition("a.seller_id = %(seller_id)s", {"seller_id": seller.pk})
    if search.strip():
        searched = " OR ".join(f"{column} ILIKE %(search)s" for column in _SEARCHED)
        found = found.also(f"({searched})", search=contains_pattern(search))
    if billing_mode:
        found = found.also("a.billing_mode = %(billing_mode)s", billing_mode=billing_mode)
    if segment:
        found = found.also("a.segment = %(segment)s", segment=segment)
    if manager_email:
        found = found.also("lower(u.email) = lower(%(manager_email)s)", manager_email=manager_email.strip())
    if plan:
        subscribed = (
            f"EXISTS (SELECT 1 FROM {SUBSCRIPTIONS} y JOIN {PLANS} p ON p.id = y.plan_id"
            " WHERE y.account_id = a.id AND p.code = %(plan)s AND y.status = ANY(%(living)s))"
        )
        found = found.also(subscribed, plan=plan, living=list(LIVING))
    return found


def contains_pattern(text: str) -> str:
    """A LIKE pattern for texts that contain this one, whatever signs are in it."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def read_by_account(
    condition: Condition, *, read: Callable[[Sequence[RollupAccount]], Row], after_id: int = 0, size: int = CHUNK
) -> Iterator[Row]:
    """What `read` makes of the accounts for which a condition holds, `size` accounts at a time, by name and id."""
    while True:
        accounts = list_accounts(condition, after_id=after_id, limit=size)
        yield read(accounts)
        if len(accounts) < size:
            return
        after_id = accounts[-1].account_id
