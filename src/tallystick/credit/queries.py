"""Reads of credit: what live holds take of accounts, and what accounts may spend."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Sum

from tallystick.accounts.models import Account
from tallystick.credit.core.spendable import compute_spendable
from tallystick.credit.models import Hold
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing.statements import as_array, fetch_rows

HOLDS = Hold._meta.db_table


class LiveHold(NamedTuple):
    """A hold that is not released; the amount in minor units."""

    account_id: int
    purpose: str
    kind: str
    amount_minor: int


class Funds(NamedTuple):
    """What an account may spend under its funding policy, and what that is made of, in minor units.

    `spendable_minor` of None is without a bound.
    """

    funding_policy: str
    currency: str
    balance_minor: int
    held_minor: int
    limit_minor: int | None
    spendable_minor: int | None


def sum_live_holds(account_ids: Collection[int], *, kind: str) -> dict[int, int]:
    """What live holds of a kind (credit or room) take of each account together, in minor units."""
    live = Hold.objects.filter(account_id__in=list(account_ids), kind=kind, released_at__isnull=True)
    sums = dict(live.values_list("account_id").annotate(total=Sum("amount_minor")))
    return {account_id: sums.get(account_id, 0) for account_id in account_ids}


def list_account_holds(account_ids: Collection[int]) -> list[LiveHold]:
    """Every live hold of these accounts, in one query."""
    rows = fetch_rows(
        f"SELECT account_id, purpose, kind, amount_minor FROM {HOLDS}"
        " WHERE account_id = ANY(%s::bigint[]) AND released_at IS NULL ORDER BY account_id, id",
        [as_array(account_ids)],
    )
    return [LiveHold._make(row) for row in rows]


def get_funds(account: Account) -> Funds:
    """What an account may spend now (BIL-4)."""
    balance_minor = find_balance(account.pk).balance_minor
    held_minor = sum(hold.amount_minor for hold in list_account_holds([account.pk]))
    return Funds(
        funding_policy=account.funding_policy,
        currency=account.currency,
        balance_minor=balance_minor,
        held_minor=held_minor,
        limit_minor=account.receivable_limit_minor
        if account.credit_limit_minor is None
        else account.credit_limit_minor,
        spendable_minor=compute_spendable(
            account.funding_policy,
            balance_minor=balance_minor,
            held_minor=held_minor,
            limit_minor=account.credit_limit_minor or 0,
        ),
    )
