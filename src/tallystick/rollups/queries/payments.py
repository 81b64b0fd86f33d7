"""The payments rollup: listed by payment, never by customer, so that no way of paying is left out (DEM-57)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES
from tallystick.payments.models import Payment, PaymentAttempt
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.attempt_words import BUCKETS, explain_attempt
from tallystick.rollups.core.months import month_of
from tallystick.rollups.core.payments import PAGE, PAYMENT_WAYS, PaymentFilters, PaymentRow, PaymentTotal
from tallystick.rollups.errors import FilterUnknown
from tallystick.rollups.queries.csv_lines import write_csv, write_money
from tallystick.rollups.queries.payment_invoices import InvoicesPaid, list_payments_of_invoice
from tallystick.rollups.queries.payments_sql import (
    Halves,
    Sought,
    compose_halves,
    compose_page,
    compose_totals,
)
from tallystick.rollups.queries.rollup_accounts import CHUNK
from tallystick.sellers.models import Seller

NO_FILTERS = PaymentFilters()

PAYMENT_COLUMNS: tuple[str, ...] = (
    "date",
    "kind",
    "account",
    "name",
    "currency",
    "amount",
    "bucket",
    "status",
    "way",
    "gateway",
    "method",
    "given_back",
    "taken_back",
    "without_invoice",
    "invoices",
    "reference",
    "link",
    "gateway_link",
    "why",
    "next_step",
)

#: Makes the address of the page of a payment; rollups know no pages.
PaymentLink = Callable[[PaymentRow], str]


def list_payments_rollup(
    seller: Seller,
    *,
    as_of: date,
    filters: PaymentFilters = NO_FILTERS,
    after_id: int = 0,
    limit: int = 100,
    actor: Actor,
) -> list[PaymentRow]:
    """Payments, newest day first, from the one after the row whose key is `after_id`; five queries at most.

    `as_of` is today where the seller is. Refuses PermissionMissing, MonthNotBegun, FilterUnknown.
    """
    actor.require(ROLLUPS_READ)
    halves = _compose(seller, as_of, filters)
    if not after_id:
        return _read_page(halves, None, limit)
    day = _find_day(seller, after_id)
    return _read_page(halves, (day, after_id), limit) if day is not None else []


def compute_payment_totals(
    seller: Seller, *, as_of: date, filters: PaymentFilters = NO_FILTERS, actor: Actor
) -> list[PaymentTotal]:
    """Count and sum of what the filters leave, by currency and bucket, in the order of the buckets; empty ones too."""
    actor.require(ROLLUPS_READ)
    rows = _fetch(*compose_totals(_compose(seller, as_of, filters)))
    found = {(currency, bucket): sums for currency, bucket, *sums in rows}
    return [
        PaymentTotal(currency, bucket, *found.get((currency, bucket), (0, 0, 0, 0)))
        for currency in sorted({currency for currency, _ in found})
        for bucket in BUCKETS
    ]


def write_payments_csv(
    seller: Seller, *, as_of: date, filters: PaymentFilters = NO_FILTERS, link: PaymentLink, actor: Actor
) -> Iterator[str]:
    """The whole list as lines of CSV, a heading first, each with a link; read and written a chunk at a time."""
    actor.require(ROLLUPS_READ)
    rows = _read_all(_compose(seller, as_of, filters))
    return write_csv(PAYMENT_COLUMNS, rows=(_cells(row, link(row)) for row in rows))


def _compose(seller: Seller, as_of: date, filters: PaymentFilters) -> Halves:
    for name, value, known in (
        ("bucket", filters.bucket, BUCKETS),
        ("status", filters.status, ATTEMPT_STATUSES),
        ("way", filters.way, tuple(PAYMENT_WAYS)),
    ):
        if value and value not in known:
            raise FilterUnknown(name=name, value=value, known=", ".join(known), field=name)
    text = filters.search.strip()
    return compose_halves(
        seller,
        filters=filters,
        month=month_of(filters.month, as_of=as_of) if filters.month else None,
        sought=Sought(text, *list_payments_of_invoice(seller, number=text)) if text else None,
    )


def _find_day(seller: Seller, key: int) -> date | None:
    """The day of a row by its key, also of a charge that has succeeded since and is another row now."""
    if key % 2 == 0:
        return Payment.objects.filter(pk=key // 2).values_list("received_on", flat=True).first()
    created_at = PaymentAttempt.objects.filter(pk=key // 2).values_list("created_at", flat=True).first()
    return created_at.astimezone(ZoneInfo(seller.time_zone)).date() if created_at else None


def _read_all(halves: Halves) -> Iterator[PaymentRow]:
    after = None
    while rows := _read_page(halves, after, CHUNK):
        yield from rows
        after = (rows[-1].on, rows[-1].key)


def _read_page(halves: Halves, after: tuple[date, int] | None, limit: int) -> list[PaymentRow]:
    rows = _fetch(*compose_page(halves, after=after, limit=limit))
    invoices = InvoicesPaid(
        attempt_ids=[row[-1] for row in rows if row[-1] is not None],
        payment_ids=[row[-2] for row in rows if row[-1] is None],
    )
    return [_make_row(row, invoices) for row in rows]


def _make_row(row: Sequence[Any], invoices: InvoicesPaid) -> PaymentRow:
    *facts, failure_code, quarantine_reason, payment_id, attempt_id = row
    told = dict(zip(PaymentRow._fields, facts, strict=False))
    words = explain_attempt(
        told["status"],
        failure_code=failure_code,
        quarantine_reason=quarantine_reason,
        is_page=told["way"] == PAGE,
    )
    paid = invoices.find(attempt_id=attempt_id, payment_id=payment_id)
    return PaymentRow._make((*facts, failure_code, *words, payment_id, attempt_id, paid))


def _fetch(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _cells(row: PaymentRow, link: str) -> tuple[str, ...]:
    amounts = (row.given_back_minor, row.taken_back_minor, row.unused_minor)
    return (
        row.on.isoformat(),
        row.kind,
        row.account_external_id,
        row.account_name,
        row.currency,
        write_money(row.amount_minor, currency=row.currency),
        row.bucket,
        row.status,
        row.way,
        row.gateway,
        row.method_label,
        *(write_money(amount, currency=row.currency) for amount in amounts),
        ", ".join(each.number for each in row.invoices),
        row.reference,
        link,
        row.dashboard_url,
        row.why,
        row.next_step,
    )
