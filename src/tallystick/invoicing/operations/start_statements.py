"""Start the statements of a month: asked for by staff, or by the business clock on the day after it (BIL-6)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.invoicing.core.statement import first_of_month, month_after, month_before
from tallystick.invoicing.errors import MonthNotOver
from tallystick.invoicing.models import StatementRun
from tallystick.invoicing.queries.statements import find_month_to_state
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_POST
from tallystick.sellers.models import Seller
from tallystick.sellers.queries import list_sellers


def start_statements(seller: Seller, *, at: datetime, actor: Actor, month_on: date | None = None) -> StatementRun:
    """Ask for the statements of a month (default: the one before today's where the seller is), and close the month.

    Every account with draws up to the month's end that no document asks for gets its statements, dated the first of the
    month after. Asked for again it goes on with what is left, so that there is still exactly one (BIL-7). Refuses
    MonthNotOver.
    """
    actor.require(BILL_RUNS_POST)
    today = at.astimezone(ZoneInfo(seller.time_zone)).date()
    month_on = first_of_month(month_on) if month_on else month_before(today)
    if month_on > month_before(today):
        month, first = f"{month_on:%B %Y}", month_after(month_on)
        raise MonthNotOver(month=month, seller=seller.code, first=first, field="month_on", can_retry=True)
    with transaction.atomic():
        run, is_new = StatementRun.objects.get_or_create(
            seller=seller,
            month_on=month_on,
            defaults={"invoice_on": month_after(month_on), "created_at": at, "created_by": actor.label},
        )
        if not is_new:
            StatementRun.objects.filter(pk=run.pk).update(status=StatementRun.RUNNING, failed={})
            run.refresh_from_db()
        enqueue("statements.make", queue="billing", statement_run_id=run.pk)
    return run


def start_due_statements(*, at: datetime, actor: Actor) -> list[StatementRun]:
    """Start what the clock asks for: the oldest month of each seller that is over, was drawn in and has none yet.

    A month that was missed is made up for, dated its own first; the one after it follows at the next call.
    """
    started = []
    for seller in list_sellers():
        month_on = find_month_to_state(seller.pk)
        today = at.astimezone(ZoneInfo(seller.time_zone)).date()
        if month_on is not None and month_on < first_of_month(today):
            started.append(start_statements(seller, month_on=month_on, at=at, actor=actor))
    return started
