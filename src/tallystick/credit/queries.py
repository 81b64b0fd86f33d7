"""Reads of credit: what live holds take of accounts."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Sum

from tallystick.credit.models import Hold


def sum_live_holds(account_ids: Collection[int], *, kind: str) -> dict[int, int]:
    """What live holds of a kind (credit or room) take of each account together, in minor units."""
    live = Hold.objects.filter(account_id__in=list(account_ids), kind=kind, released_at__isnull=True)
    sums = dict(live.values_list("account_id").annotate(total=Sum("amount_minor")))
    return {account_id: sums.get(account_id, 0) for account_id in account_ids}


def list_live_holds(account_ids: Collection[int], *, kind: str) -> dict[int, dict[str, int]]:
    """What live holds of a kind take, in minor units, by account and purpose. Accounts without any are left out."""
    live = Hold.objects.filter(account_id__in=list(account_ids), kind=kind, released_at__isnull=True)
    held: dict[int, dict[str, int]] = defaultdict(dict)
    for account_id, purpose, amount_minor in live.values_list("account_id", "purpose", "amount_minor"):
        held[account_id][purpose] = amount_minor
    return dict(held)
