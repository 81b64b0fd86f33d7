"""Schedules for stories: made through the operation, moved through by the clock, told as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from tallystick.collection.models import PaymentRunSchedule
from tallystick.collection.operations import create_schedule as payment_schedules
from tallystick.collection.operations.create_schedule import NewPaymentSchedule
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.core.schedule import MONTHLY, Recurrence
from tallystick.invoicing.models import BillRun, BillRunSchedule, Document
from tallystick.invoicing.operations.create_schedule import NewSchedule, create_schedule
from tallystick.journeys.advance_clock import advance_clock
from tallystick.money.amount import format_minor
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH

FIRST_OF_MONTH = Recurrence(MONTHLY, MARCH, month_day=1)
AT_SIX = time(6, 0)


def make_schedule(
    seller: Seller, recurrence: Recurrence = FIRST_OF_MONTH, *, name: str = "monthly", **options: Any
) -> BillRunSchedule:
    """A schedule at six in the morning, in the name of the clock's present."""
    run_options = RunOptions(**{key: options.pop(key) for key in list(options) if key in RunOptions._fields})
    actor = options.pop("actor", ACTOR)
    new = NewSchedule(name, recurrence, **{"run_time": AT_SIX, "options": run_options, **options})
    return create_schedule(seller, new=new, at=clock.now(), actor=actor)


def make_payment_schedule(
    seller: Seller, recurrence: Recurrence | None = FIRST_OF_MONTH, **new: Any
) -> PaymentRunSchedule:
    """A schedule of payment runs at eleven."""
    wanted = NewPaymentSchedule(recurrence=recurrence, **{"name": "collecting", "run_time": time(11, 0), **new})
    return payment_schedules.create_schedule(seller, new=wanted, at=clock.now(), actor=ACTOR)


def advance_to(day: date, *, hour: int = 12) -> None:
    """Move the clock on to noon (UTC) of a day; what falls due on the way happens."""
    advance_clock(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), now=clock.now(), actor=ACTOR)


def tell_runs() -> list[str]:
    """Every run in a line: number, the day it stands for, state, its invoices."""
    return [_tell(run) for run in BillRun.objects.order_by("pk")]


def _tell(run: BillRun) -> str:
    documents = Document.objects.filter(run=run).exclude(status="canceled").order_by("account__external_id", "pk")
    bills = [
        f"{document.account.external_id} {format_minor(document.gross_minor, document.currency)}"
        f" of {document.invoice_on:%d %b}"
        for document in documents.select_related("account")
    ]
    day = f"{run.occurrence_on:%d %b}" if run.occurrence_on else "now"
    return f"{run.number} {day} {run.status}: {', '.join(bills) or 'nothing'}"
