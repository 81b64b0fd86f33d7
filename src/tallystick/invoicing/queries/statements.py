"""Reads of statements: which month is next, and what was made."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from tallystick.errors import NotFound
from tallystick.invoicing.core.statement import month_after
from tallystick.invoicing.models import Draw, StatementRun
from tallystick.sellers.queries import list_sellers


class StatementSummary(NamedTuple):
    """What a month's statements came to. `failed` says why accounts have none, by their external id."""

    month_on: date
    invoice_on: date
    status: str
    documents: int
    accounts: int
    failed: dict[str, str]


def list_statement_summaries(*, seller_id: int) -> list[StatementSummary]:
    """What the statements of a seller came to, oldest first."""
    return [summarize(run) for run in StatementRun.objects.filter(seller_id=seller_id).order_by("month_on")]


def summarize(run: StatementRun) -> StatementSummary:
    """What a month's statements came to."""
    return StatementSummary(run.month_on, run.invoice_on, run.status, run.documents, run.accounts, run.failed)


def get_statement_run(statement_run_id: int) -> StatementRun:
    """The statements of one month by their id; raises NotFound."""
    run = StatementRun.objects.select_related("seller").filter(pk=statement_run_id).first()
    if run is None:
        raise NotFound(f"There is no statement run {statement_run_id}.", field="statement_run_id")
    return run


def list_statement_runs(*, seller_id: int | None = None, after_id: int = 0, limit: int = 100) -> Sequence[StatementRun]:
    """Statement runs in the order of their creation, from the one after `after_id`."""
    runs = StatementRun.objects.select_related("seller").filter(pk__gt=after_id)
    return list((runs if seller_id is None else runs.filter(seller_id=seller_id)).order_by("pk")[:limit])


def list_statement_runs_at_work() -> list[int]:
    """Those that were started and are not completed, in the order of their months."""
    running = StatementRun.objects.filter(status=StatementRun.RUNNING)
    return list(running.order_by("month_on", "pk").values_list("pk", flat=True))


def find_month_to_state(seller_id: int) -> date | None:
    """The oldest month after the last closed one that was drawn in; it may not be over yet."""
    closed = StatementRun.objects.filter(seller_id=seller_id).aggregate(last=Max("month_on"))["last"]
    draws = Draw.objects.filter(seller_id=seller_id)
    if closed is not None:
        draws = draws.filter(statement_month_on__gt=closed)
    month: date | None = draws.aggregate(first=Min("statement_month_on"))["first"]
    return month


def find_next_statements() -> datetime | None:
    """The instant at which statements are due next: the first midnight after the oldest open month of a seller."""
    due = []
    for seller in list_sellers():
        month_on = find_month_to_state(seller.pk)
        if month_on is not None:
            due.append(datetime.combine(month_after(month_on), time(0, 0), tzinfo=ZoneInfo(seller.time_zone)))
    return min(due, default=None)
