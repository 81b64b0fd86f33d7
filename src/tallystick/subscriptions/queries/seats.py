"""Seats of an account: who has them, and how many are billed."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from tallystick.subscriptions.core.seats import Holder, SeatCount, count_seats
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import SeatHolder, Subscription, SubscriptionService
from tallystick.subscriptions.queries.paying import list_running

NAME = "counting seats"


class SeatService(NamedTuple):
    """The service of a subscription that is billed by seat.

    `watermark` seats are billed for the period that runs, up to but not including `billed_until`; None: nothing is
    billed beyond today, and the next bill takes what is recorded then. `recorded` are those of the next bill.
    """

    subscription: Subscription
    service_code: str
    watermark: int
    billed_until: date | None
    recorded: int


def list_seat_holders(account_id: int) -> QuerySet[SeatHolder]:
    """Who is in which workspace, by user."""
    return SeatHolder.objects.filter(account_id=account_id).order_by("user", "workspace")


def count_account_seats(account_id: int) -> SeatCount:
    """What the account's holders come to."""
    rows = SeatHolder.objects.filter(account_id=account_id).values_list("workspace", "user", "role", "state")
    return count_seats([Holder(*row) for row in rows])


def find_seat_service(account_id: int, *, on: date) -> SeatService | None:
    """The one service billed by unit that recurs in what the account has; None where it has nothing that runs.

    Refuses ActionNotPossible where there is none or more than one such service.
    """
    running = list_running(account_id)
    if not running:
        return None
    rows = _list_by_seat([each.pk for each in running])
    codes = sorted({(row.subscription_id, row.service.code) for row in rows})
    if len(codes) != 1:
        told = "the account has not one service that recurs and is priced by unit"
        raise ActionNotPossible(action=NAME, reason=told, field="account")
    subscription = next(each for each in running if each.pk == codes[0][0])
    in_force = [row for row in rows if row.starts_on <= on and (row.ends_on is None or on < row.ends_on)]
    billed = [row for row in in_force if row.billed_through > on]
    recorded = next((int(row.quantity) for row in rows if row.ends_on is None), 0)
    return SeatService(
        subscription,
        codes[0][1],
        sum(int(row.quantity) for row in billed),
        max((row.billed_through for row in billed), default=None),
        recorded,
    )


def _list_by_seat(subscription_ids: Sequence[int]) -> list[SubscriptionService]:
    live = SubscriptionService.objects.filter(subscription_id__in=subscription_ids, bundle=None)
    counted = live.exclude(Q(status="ended") | Q(service__kind="one_off")).filter(service__price_model="per_unit")
    return list(counted.select_related("service").order_by("pk"))
