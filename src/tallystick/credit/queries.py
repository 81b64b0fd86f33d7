"""Reads of credit: what live holds take of accounts."""

from collections.abc import Collection

from django.db.models import Sum

from tallystick.credit.models import Hold


def sum_live_holds(account_ids: Collection[int], *, kind: str) -> dict[int, int]:
    """What live holds of a kind (credit or room) take of each account together, in minor units."""
    live = Hold.objects.filter(account_id__in=list(account_ids), kind=kind, released_at__isnull=True)
    sums = dict(live.values_list("account_id").annotate(total=Sum("amount_minor")))
    return {account_id: sums.get(account_id, 0) for account_id in account_ids}
