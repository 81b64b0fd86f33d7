"""Whether a payment run would begin before the bill run it depends on is completed and posted (ZUO-49)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum

from tallystick.accounts.models import Account
from tallystick.collection.core.timing import OFFERED_HOURS, REVIEWS_TO_TRUST, PastRun, RunAhead, estimate_posting
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.invoicing.core.schedule import ONCE
from tallystick.invoicing.models import BillRun, BillRunChunk
from tallystick.sellers.models import Seller

NOT_POSTED = ("pending", "paused", "running", "completed", "posting")
_MINUTE = timedelta(minutes=1)


class TooEarly(NamedTuple):
    """A warning with both times, and what is offered instead: so many hours after this bill run is posted.

    To a series it is each run of the bill run schedule that the bill run comes from, if it comes from one.
    """

    bill_run_id: int
    bill_run: str
    starts_at: datetime
    ready_at: datetime
    offered_hours: int
    words: str
    bill_run_schedule_id: int | None = None
    bill_run_schedule: str = ""


def find_too_early(
    seller: Seller, *, starts_at: datetime, at: datetime, bill_run: BillRun | None = None, is_series: bool = False
) -> TooEarly | None:
    """The warning for a payment run that begins then, None where all is posted by then.

    It depends on the bill run that it names, else on every one of the seller that begins before it and is not posted;
    the last to be posted is told. `is_series`: it is the first of many.
    """
    ahead = BillRun.objects.filter(seller=seller, status__in=NOT_POSTED, kind="bill").select_related("schedule")
    ahead = ahead.filter(pk=bill_run.pk) if bill_run else ahead.filter(_begins_before(starts_at))
    past = _list_past(seller.pk)
    estimates = [(estimate_posting(_describe(run), past=past, at=at), run) for run in ahead.order_by("pk")]
    late = [(ready_at, run) for ready_at, run in estimates if ready_at > starts_at]
    if not late:
        return None
    ready_at, run = max(late, key=lambda each: (each[0], each[1].pk))
    series = run.schedule if is_series and bill_run is None else None
    offered = f"each run of {series.name}" if series else run.number
    words = _write(run.number, starts_at, ready_at, seller, offered)
    return TooEarly(
        run.pk,
        run.number,
        starts_at,
        ready_at,
        OFFERED_HOURS,
        words,
        series.pk if series else None,
        series.name if series else "",
    )


def find_run_too_early(run: PaymentRun, *, at: datetime) -> TooEarly | None:
    """The same of a run that waits for its time; one that waits for a posting can't be too early."""
    if run.status != "pending" or run.queued_at is not None or run.starts_at is None or run.after_hours is not None:
        return None
    is_series = run.schedule is not None and run.schedule.frequency != ONCE
    return find_too_early(run.seller, starts_at=run.starts_at, at=at, bill_run=run.bill_run, is_series=is_series)


def find_schedule_too_early(schedule: PaymentRunSchedule, *, at: datetime) -> TooEarly | None:
    """The same of the next run of a schedule."""
    waiting = schedule.runs.filter(status="pending", queued_at__isnull=True, starts_at__isnull=False)
    run = waiting.select_related("seller", "bill_run", "schedule").order_by("starts_at").first()
    return find_run_too_early(run, at=at) if run else None


def _begins_before(starts_at: datetime) -> Q:
    return Q(starts_at__isnull=True) | Q(starts_at__lte=starts_at) | Q(queued_at__isnull=False)


def _describe(run: BillRun) -> RunAhead:
    accounts = BillRunChunk.objects.filter(run=run).aggregate(many=Sum("accounts"))["many"]
    if accounts is None:
        accounts = Account.objects.filter(seller_id=run.seller_id).count()
    begins_at = run.started_at or run.starts_at or run.created_at
    return RunAhead(begins_at, run.completed_at, accounts, run.auto_posts)


def _list_past(seller_id: int) -> Sequence[PastRun]:
    posted = BillRun.objects.filter(seller_id=seller_id, status="posted", kind="bill", auto_posts=False)
    rows = posted.filter(completed_at__isnull=False, started_at__isnull=False).annotate(many=Sum("chunks__accounts"))
    return [
        PastRun(run.many or 0, run.started_at, run.completed_at, run.posted_at)
        for run in rows.order_by("-posted_at")[:REVIEWS_TO_TRUST]
        if run.started_at and run.completed_at and run.posted_at
    ]


def _write(number: str, starts_at: datetime, ready_at: datetime, seller: Seller, offered: str) -> str:
    zone = ZoneInfo(seller.time_zone)
    ready_at = -(-(ready_at - starts_at) // _MINUTE) * _MINUTE + starts_at  # a second too late is the next minute
    begins, ready = (each.astimezone(zone) for each in (starts_at, ready_at))
    return (
        f"It begins on {begins:%Y-%m-%d at %H:%M}, but bill run {number} is likely to be completed and posted only by "
        f"{ready:%Y-%m-%d %H:%M}: what is not posted by then is not collected. Run it {OFFERED_HOURS} hours after "
        f"{offered} is posted instead."
    )
