"""Reads of credit: what live holds take of accounts, what accounts may spend, what staff restricted."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Sum

from tallystick.accounts.models import Account
from tallystick.credit.core.spendable import compute_spendable
from tallystick.credit.models import Hold, SpendingRestriction
from tallystick.ledger.queries.balances import find_balance, list_balances
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

    `spendable_minor` is for renewals, `purchasable_minor` for what is new: staff may stop either (BIL-35). None is
    without a bound; `unbilled_minor` was drawn and is in the balance; `restriction` says why staff stopped its
    spending, and `restricts` what of it ("renewals", "new purchases" or both), or both are "".
    """

    funding_policy: str
    currency: str
    balance_minor: int
    unbilled_minor: int
    held_minor: int
    limit_minor: int | None
    spendable_minor: int | None
    purchasable_minor: int | None
    restriction: str
    restricts: str = ""


class Spending(NamedTuple):
    """What belongs to an account's funding policy, for what it may spend; the limit in minor units."""

    account_id: int
    policy: str
    credit_limit_minor: int | None = None


def sum_live_holds(account_ids: Collection[int], *, kind: str) -> dict[int, int]:
    """What live holds of a kind (credit or room) take of each account together, in minor units."""
    live = Hold.objects.filter(account_id__in=list(account_ids), kind=kind, released_at__isnull=True)
    sums = dict(live.values_list("account_id").annotate(total=Sum("amount_minor")))
    return {account_id: sums.get(account_id, 0) for account_id in account_ids}


def list_holds_by_purpose(account_ids: Collection[int], *, kind: str) -> dict[int, dict[str, int]]:
    """What live holds of a kind take, in minor units, by account and purpose. Accounts without any are left out."""
    live = Hold.objects.filter(account_id__in=list(account_ids), kind=kind, released_at__isnull=True)
    held: dict[int, dict[str, int]] = defaultdict(dict)
    for account_id, purpose, amount_minor in live.values_list("account_id", "purpose", "amount_minor"):
        held[account_id][purpose] = amount_minor
    return dict(held)


def list_account_holds(account_ids: Collection[int]) -> list[LiveHold]:
    """Every live hold of these accounts, in one query."""
    rows = fetch_rows(
        f"SELECT account_id, purpose, kind, amount_minor FROM {HOLDS}"
        " WHERE account_id = ANY(%s::bigint[]) AND released_at IS NULL ORDER BY account_id, id",
        [as_array(account_ids)],
    )
    return [LiveHold._make(row) for row in rows]


def list_restrictions(account_ids: Collection[int]) -> dict[int, SpendingRestriction]:
    """The restrictions that hold now, by account id; accounts without one are left out (BIL-35)."""
    live = SpendingRestriction.objects.filter(account_id__in=list(account_ids), lifted_at__isnull=True)
    return {row.account_id: row for row in live}


def list_spendable(accounts: Collection[Spending], *, is_for_purchases: bool = False) -> dict[int, int | None]:
    """What each account may spend on renewals, or purchases, now (BIL-4), in minor units; None is without a bound."""
    stop = "stops_purchases" if is_for_purchases else "stops_renewals"
    ids = [account.account_id for account in accounts]
    balances, restrictions = list_balances(ids), list_restrictions(ids)
    held: dict[int, int] = defaultdict(int)
    for hold in list_account_holds(ids):
        held[hold.account_id] += hold.amount_minor
    return {
        account.account_id: compute_spendable(
            account.policy,
            balance_minor=balances[account.account_id].balance_minor if account.account_id in balances else 0,
            held_minor=held[account.account_id],
            limit_minor=account.credit_limit_minor or 0,
            is_restricted=getattr(restrictions.get(account.account_id), stop, False),
        )
        for account in accounts
    }


def get_funds(account: Account) -> Funds:
    """What an account may spend now (BIL-4)."""
    held_minor = sum(hold.amount_minor for hold in list_account_holds([account.pk]))
    balance, restriction = find_balance(account.pk), list_restrictions([account.pk]).get(account.pk)
    spending = Spending(account.pk, account.funding_policy, account.credit_limit_minor)
    return Funds(
        funding_policy=account.funding_policy,
        currency=account.currency,
        balance_minor=balance.balance_minor,
        unbilled_minor=balance.unbilled_minor,
        held_minor=held_minor,
        limit_minor=account.receivable_limit_minor
        if account.credit_limit_minor is None
        else account.credit_limit_minor,
        spendable_minor=list_spendable([spending])[account.pk],
        purchasable_minor=list_spendable([spending], is_for_purchases=True)[account.pk],
        restriction=restriction.reason if restriction is not None else "",
        restricts=_name_restricted(restriction) if restriction is not None else "",
    )


def _name_restricted(restriction: SpendingRestriction) -> str:
    stopped = (("renewals", restriction.stops_renewals), ("new purchases", restriction.stops_purchases))
    return " and ".join(words for words, is_stopped in stopped if is_stopped)
