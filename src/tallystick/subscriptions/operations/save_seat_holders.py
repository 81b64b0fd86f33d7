"""Keep who has a seat, as it was told: the whole list, which takes the place of the one before."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.seats import Holder, SeatCount, count_seats, find_holder_problems
from tallystick.subscriptions.errors import SeatHoldersInvalid
from tallystick.subscriptions.models import SeatHolder


def save_seat_holders(account_id: int, *, holders: Sequence[Holder], at: datetime, actor: Actor) -> SeatCount:
    """Bring the account's holders to these; return what they come to. The same list again changes nothing.

    A step of the journey that bills the change. Refuses SeatHoldersInvalid with everything that is wrong.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    refuse_problems(SeatHoldersInvalid, find_holder_problems(holders))
    with transaction.atomic():
        present = {(each.workspace, each.user): each for each in SeatHolder.objects.filter(account_id=account_id)}
        wanted = {(each.workspace, each.user): each for each in holders}
        gone = [each.pk for key, each in present.items() if key not in wanted]
        SeatHolder.objects.filter(pk__in=gone).delete()
        changed = []
        for key, each in wanted.items():
            row = present.get(key)
            if row is not None and (row.role, row.state) != (each.role, each.state):
                row.role, row.state, row.since_at = each.role, each.state, at
                changed.append(row)
        SeatHolder.objects.bulk_update(changed, ["role", "state", "since_at"], batch_size=1000)
        new = [
            SeatHolder(account_id=account_id, since_at=at, **each._asdict())
            for key, each in wanted.items()
            if key not in present
        ]
        SeatHolder.objects.bulk_create(new, batch_size=1000)
    return count_seats(holders)
