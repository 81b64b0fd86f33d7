"""Whether what an account pays is in line with the seats that it has (DEM-44, DEM-45)."""

from datetime import date, datetime
from typing import NamedTuple

from tallystick.collection.models import SeatCharge
from tallystick.subscriptions.core.seats import SeatCount
from tallystick.subscriptions.queries.seats import count_account_seats, find_seat_service


class SeatStanding(NamedTuple):
    """Seats of an account: who has one, how many are billed for this period, paid for, and billed with the next.

    `billed_until` is the first day of the next period, None where nothing is billed beyond today. `not_in_line_since`
    is when a charge for added seats failed that is still open.
    """

    holders: SeatCount
    billed: int
    paid: int
    next_period: int
    billed_until: date | None
    not_in_line_since: datetime | None


def read_seat_standing(account_id: int, *, on: date) -> SeatStanding:
    """How it stands on a day. Refuses ActionNotPossible where no service is billed by seat, or more than one."""
    holders, service = count_account_seats(account_id), find_seat_service(account_id, on=on)
    if service is None:
        return SeatStanding(holders, 0, 0, 0, None, None)
    failed = list_failed(service.subscription.account_id)
    paid = min((each.seats_before for each in failed), default=service.watermark)
    since = min((each.failed_at for each in failed if each.failed_at is not None), default=None)
    return SeatStanding(holders, service.watermark, paid, service.recorded, service.billed_until, since)


def list_failed(account_id: int | None = None) -> list[SeatCharge]:
    """Charges for seats that failed and are still open, of an account or of all."""
    failed = SeatCharge.objects.filter(settled_at=None, failed_at__isnull=False)
    if account_id is not None:
        failed = failed.filter(subscription__account_id=account_id)
    return list(failed.select_related("document", "subscription").order_by("pk"))
