"""What customers owe, by age, and how a month's invoices come in: the figures of the console's first page."""

from collections import defaultdict
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection

from tallystick.invoicing.core.run_lifecycle import RUN_STATUSES
from tallystick.invoicing.models import Allocation, BillRun, CreditSource, Document
from tallystick.periods.period import Period
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.months import month_of
from tallystick.rollups.core.receivables import (
    CollectionMonth,
    DayMovement,
    Receivables,
    compute_ageing,
    compute_month,
)
from tallystick.rollups.queries.documents_sql import IS_OPEN, ISSUED, OPEN_MINOR, SIGNED_GROSS
from tallystick.sellers.models import Seller

DOCUMENTS = Document._meta.db_table
RUNS = BillRun._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table

#: Runs that may still hold drafts.
_OPEN_RUNS: tuple[str, ...] = tuple(status for status in RUN_STATUSES if status not in ("posted", "canceled"))


class _OpenDay(NamedTuple):
    """The open documents due on one day."""

    currency: str
    due_on: date
    documents: int
    open_minor: int


class _Drafted(NamedTuple):
    currency: str
    documents: int
    gross_minor: int


def compute_receivables(seller: Seller, *, as_of: date, actor: Actor) -> list[Receivables]:
    """What customers owe today, by currency: open, overdue, by age; and the drafts that wait to be posted.

    `as_of` is today where the seller is. Three queries. Refuses PermissionMissing.
    """
    actor.require(ROLLUPS_READ)
    open_by_day: dict[str, list[_OpenDay]] = defaultdict(list)
    for day in _list_open(seller):
        open_by_day[day.currency].append(day)
    drafts = {drafted.currency: drafted for drafted in _list_drafts(seller)}
    return [
        _make_receivables(currency, open_by_day[currency], drafts.get(currency, _Drafted(currency, 0, 0)), as_of)
        for currency in sorted({*open_by_day, *drafts})
    ]


def list_collection(seller: Seller, *, month: date, as_of: date, actor: Actor) -> list[CollectionMonth]:
    """What the month's invoices ask for and what came in for them, day by day, by currency: for a chart.

    `month` is any day of it. Three queries. Refuses PermissionMissing, MonthNotBegun.
    """
    actor.require(ROLLUPS_READ)
    period = month_of(month, as_of=as_of)
    movements = sorted(_list_movements(seller, period), key=attrgetter("currency"))
    return [
        compute_month(currency, movements=of_currency, month=period)
        for currency, of_currency in groupby(movements, key=attrgetter("currency"))
    ]


def _make_receivables(currency: str, open_by_day: list[_OpenDay], drafted: _Drafted, as_of: date) -> Receivables:
    overdue = [day for day in open_by_day if day.due_on < as_of]
    return Receivables(
        currency=currency,
        receivable_minor=sum(day.open_minor for day in open_by_day),
        overdue_minor=sum(day.open_minor for day in overdue),
        open_documents=sum(day.documents for day in open_by_day),
        overdue_documents=sum(day.documents for day in overdue),
        ageing=compute_ageing(((day.due_on, day.open_minor) for day in open_by_day), as_of=as_of),
        drafts=drafted.documents,
        drafted_minor=drafted.gross_minor,
    )


def _list_open(seller: Seller) -> list[_OpenDay]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.currency, d.due_on, count(*), sum({OPEN_MINOR})::bigint
              FROM {DOCUMENTS} d WHERE d.seller_id = %s AND {IS_OPEN} GROUP BY 1, 2
            """,
            [seller.pk],
        )
        return [_OpenDay._make(row) for row in cursor.fetchall()]


def _list_drafts(seller: Seller) -> list[_Drafted]:
    """Found by their runs: few runs hold drafts, and most documents are none."""
    runs = list(BillRun.objects.filter(seller=seller, status__in=_OPEN_RUNS).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.currency, count(*), sum({SIGNED_GROSS})::bigint FROM {DOCUMENTS} d
             WHERE (d.run_id = ANY(%s) OR d.run_id IS NULL) AND d.seller_id = %s AND d.status = 'draft' GROUP BY 1
            """,
            [runs, seller.pk],
        )
        return [_Drafted._make(row) for row in cursor.fetchall()]


def _list_movements(seller: Seller, month: Period) -> list[DayMovement]:
    """What documents of the month ask for by their date, and what settled them by day.

    Its credit notes lower what is asked for, and so are no money that came in. The documents of a run carry the run's
    date, so that they are found by their runs.
    """
    runs = BillRun.objects.filter(seller=seller, invoice_on__gte=month.start_on, invoice_on__lt=month.end_on)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH asked AS MATERIALIZED (
                SELECT d.id, d.kind, d.currency, d.invoice_on, {SIGNED_GROSS} AS gross_minor
                  FROM {DOCUMENTS} d WHERE (d.run_id = ANY(%s) OR d.run_id IS NULL) AND d.seller_id = %s
                   AND {ISSUED} AND d.invoice_on >= %s AND d.invoice_on < %s)
            SELECT currency, invoice_on, sum(gross_minor)::bigint, 0::bigint FROM asked GROUP BY 1, 2
             UNION ALL
            SELECT d.currency, x.allocated_on, 0::bigint, sum(x.amount_minor)::bigint
              FROM asked d JOIN {ALLOCATIONS} x ON x.document_id = d.id JOIN {SOURCES} s ON s.id = x.source_id
             WHERE d.kind <> 'credit_note' AND NOT EXISTS (
                   SELECT 1 FROM asked n WHERE n.id = s.document_id AND n.kind = 'credit_note') GROUP BY 1, 2
            """,
            [list(runs.values_list("pk", flat=True)), seller.pk, *month],
        )
        return [DayMovement._make(row) for row in cursor.fetchall()]
