"""Note what became of notices: worked, refused, tried again later, or left to a person after two days."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.payments.core.inbox_schedule import KEPT, compute_next_try
from tallystick.payments.models import IncomingNotice
from tallystick.payments.operations.ask_about_notices import Asked


def settle_notices(asked: Sequence[Asked], *, at: datetime) -> None:
    """Write the outcome of each, in the transaction in which its answer was applied."""
    reasons = {each.notice_id: each for each in asked}
    for notice in IncomingNotice.objects.select_for_update().filter(pk__in=reasons, status="waiting").order_by("pk"):
        _settle(notice, reasons[notice.pk], at)
        notice.save(update_fields=["status", "try_at", "tries", "worked_at", "reason"])


def _settle(notice: IncomingNotice, asked: Asked, at: datetime) -> None:
    notice.tries += 1
    notice.reason = asked.reason[:300]
    notice.worked_at = at
    notice.try_at = None
    if asked.answered is not None or asked.is_about_setup or asked.is_about_methods:
        notice.status = "done"
    elif asked.is_refused:
        notice.status = "refused"
    else:
        notice.try_at = compute_next_try(received_at=notice.received_at, at=at, tries=notice.tries)
        notice.status = "waiting" if notice.try_at else "unexplained"


def forget_old_notices(*, at: datetime) -> int:
    """Delete what was worked over 90 days ago; what nobody could explain stays. Returns how many."""
    old = IncomingNotice.objects.filter(status__in=["done", "refused"], received_at__lt=at - KEPT)
    return old.delete()[0]
