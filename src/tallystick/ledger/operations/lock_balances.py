"""Take the locks of accounts, in the one order that everybody uses: ascending account id."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from tallystick.ledger.models import AccountBalance
from tallystick.plumbing.statements import as_array

BALANCES = AccountBalance._meta.db_table


class LockedBalance(NamedTuple):
    """An account's running balance while its row is locked, in minor units."""

    account_id: int
    receivable_minor: int
    unbilled_minor: int
    customer_credit_minor: int


def lock_balances(account_ids: Sequence[int]) -> dict[int, LockedBalance]:
    """Lock the balance rows (made where missing) until the transaction ends; return them by account id."""
    ordered = sorted(set(account_ids))
    if not ordered:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {BALANCES} (account_id, receivable_minor, unbilled_minor, customer_credit_minor)"
            " SELECT id, 0, 0, 0 FROM unnest(%s::bigint[]) AS id"
            f" WHERE NOT EXISTS (SELECT 1 FROM {BALANCES} b WHERE b.account_id = id)"
            " ORDER BY id ON CONFLICT DO NOTHING",
            [as_array(ordered)],
        )
        cursor.execute(
            "SELECT account_id, receivable_minor, unbilled_minor, customer_credit_minor"
            f" FROM {BALANCES} WHERE account_id = ANY(%s::bigint[]) ORDER BY account_id FOR NO KEY UPDATE",
            [as_array(ordered)],
        )
        return {row[0]: LockedBalance(*row) for row in cursor.fetchall()}
