"""Reads of payment runs: the run, its progress and summary (ZUO-44), its items."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from tallystick.collection.core.item_lifecycle import IN_FLIGHT, OPEN, UNFINISHED
from tallystick.collection.errors import PaymentRunUnknown
from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.invoicing.models import Document
from tallystick.payments.models import GatewayAccount, PaymentAttempt
from tallystick.plumbing.live_jobs import has_live_job

ITEMS = PaymentRunItem._meta.db_table
DOCUMENTS = Document._meta.db_table
RUNS = PaymentRun._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table


class PaymentRunTotal(NamedTuple):
    """A run in one currency, amounts in minor units. Every invoice taken is in exactly one of the states.

    `payments`, `errors` and `pending` count charges: where a run joins them, one may be for several invoices.
    `unprocessed` were taken and not charged: skipped, or not yet begun. `credits_used` went to any of them.
    """

    currency: str
    invoices: int
    invoices_minor: int
    payments: int
    payments_minor: int
    errors: int
    errors_minor: int
    pending: int
    pending_minor: int
    credits_used_minor: int
    unprocessed: int
    unprocessed_minor: int


class PaymentRunProgress(NamedTuple):
    """Where a run stands. `open_failures` are those nobody has retried or closed and that are still owed."""

    number: str
    status: str
    items_total: int
    items_done: int
    open_failures: int
    totals: tuple[PaymentRunTotal, ...]
    started_at: datetime | None
    completed_at: datetime | None


class Standstill(NamedTuple):
    """Invoices of a run that are not charged yet although no job is at it.

    `next_try_at` is when, by the business clock, the first of them is tried again; None when none ever is by itself.
    """

    items: int
    next_try_at: datetime | None


class UnderWay(NamedTuple):
    """Charges without an outcome: `held` ones, which nobody asks about, and when another is asked about next."""

    held: int
    next_look_at: datetime | None


def find_standstill(run_id: int) -> Standstill | None:
    """What a run waits for when no job of it waits or works; None while one does, and once everything is charged.

    One statement: a job that ends meanwhile is either still at it or has left nothing behind.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*), min(a.look_again_at) FILTER (WHERE g.is_active)
              FROM {RUNS} r JOIN {ITEMS} i ON i.run_id = r.id AND i.status IN ('due', 'collecting')
              LEFT JOIN {ATTEMPTS} a ON a.id = i.attempt_id LEFT JOIN {GATEWAYS} g ON g.id = a.gateway_account_id
             WHERE r.id = %s AND NOT {has_live_job("payment_run.", argument="run_id", equals="r.id")}
            """,
            [run_id],
        )
        row = cursor.fetchone()
    return Standstill(*row) if row and row[0] else None


def find_under_way(run_id: int) -> UnderWay:
    """Of what a run has under way: what a person must compare first, and when the rest is asked about again."""
    rows = PaymentAttempt.objects.filter(payment_run_items__run_id=run_id, payment_run_items__status__in=IN_FLIGHT)
    held = Count("pk", filter=~Q(quarantine_reason=""), distinct=True)
    return UnderWay(**rows.aggregate(held=held, next_look_at=Min("look_again_at", filter=Q(quarantine_reason=""))))


def get_payment_run(number: str, *, seller_code: str = "") -> PaymentRun:
    """A run by its number, of one seller where several have it; raises PaymentRunUnknown."""
    runs = PaymentRun.objects.select_related("seller", "bill_run").filter(number=number)
    run = (runs.filter(seller__code=seller_code) if seller_code else runs).order_by("seller__code").first()
    if run is None:
        raise PaymentRunUnknown(number=number, field="payment_run")
    return run


def get_payment_run_by_id(run_id: int) -> PaymentRun:
    """A run by our own id; raises PaymentRunUnknown."""
    run = PaymentRun.objects.select_related("seller", "bill_run").filter(pk=run_id).first()
    if run is None:
        raise PaymentRunUnknown(number=run_id, field="payment_run")
    return run


def list_payment_runs(seller_code: str = "") -> QuerySet[PaymentRun]:
    """Runs, newest first."""
    runs = PaymentRun.objects.select_related("seller", "bill_run").order_by("-created_at", "-pk")
    return runs.filter(seller__code=seller_code) if seller_code else runs


def list_items(run_id: int, *, status: str = "", after_id: int = 0, limit: int = 100) -> list[PaymentRunItem]:
    """Items of a run with account, document and attempt, from the one after `after_id`."""
    items = PaymentRunItem.objects.select_related("account", "document", "attempt", "attempt__method")
    items = items.filter(run_id=run_id, pk__gt=after_id)
    return list((items.filter(status=status) if status else items).order_by("pk")[:limit])


def is_run_working(run_id: int) -> bool:
    """Whether a run has not begun or still waits for answers: what a command that waits asks again and again."""
    return PaymentRun.objects.filter(pk=run_id, status__in=["pending", "running"]).exists() or (
        PaymentRunItem.objects.filter(run_id=run_id, status__in=UNFINISHED).exists()
    )


def get_payment_run_progress(run_id: int) -> PaymentRunProgress:
    """Progress and summary in two queries over the run's items."""
    run = get_payment_run_by_id(run_id)
    totals = _list_totals(run_id)
    unfinished = PaymentRunItem.objects.filter(run_id=run_id, status__in=UNFINISHED).count()
    items_total = sum(total.invoices for total in totals)
    return PaymentRunProgress(
        number=run.number,
        status=run.status,
        items_total=items_total,
        items_done=items_total - unfinished,
        open_failures=count_open_failures(run_id),
        totals=totals,
        started_at=run.started_at,
        completed_at=run.completed_at,
    )


def count_open_failures(run_id: int) -> int:
    """Failures to be followed up: open, and the invoice not settled in another way since (ZUO-50)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {ITEMS} i JOIN {DOCUMENTS} d ON d.id = i.document_id"
            " WHERE i.run_id = %s AND i.status = 'failed' AND i.follow_up = %s AND d.status = 'posted'"
            " AND d.gross_minor > d.settled_minor + d.written_off_minor + d.difference_minor",
            [run_id, OPEN],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _list_totals(run_id: int) -> tuple[PaymentRunTotal, ...]:
    columns = ["count(*)", "sum(amount_minor)::bigint"]
    for statuses, amount in (
        (("collected",), "charged_minor"),
        (("failed",), "charged_minor"),
        (("collecting", "unknown", "processing"), "charged_minor"),
    ):
        condition = f"FILTER (WHERE status IN ({', '.join(repr(status) for status in statuses)}))"
        columns += [f"count(DISTINCT attempt_id) {condition}", f"coalesce(sum({amount}) {condition}, 0)::bigint"]
    columns.append("sum(credited_minor)::bigint")
    condition = "FILTER (WHERE status IN ('due', 'skipped'))"
    columns += [f"count(*) {condition}", f"coalesce(sum(amount_minor - credited_minor) {condition}, 0)::bigint"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT currency, {', '.join(columns)} FROM {ITEMS} WHERE run_id = %s GROUP BY currency ORDER BY currency",
            [run_id],
        )
        return tuple(PaymentRunTotal(*row) for row in cursor.fetchall())


def list_document_ids(run_id: int) -> list[int]:
    """The invoices that a run took."""
    items = PaymentRunItem.objects.filter(run_id=run_id)
    return list(items.order_by("document_id").values_list("document_id", flat=True))


def write_follow_up(progress: PaymentRunProgress) -> str:
    """Where following up stands, in words (ZUO-50)."""
    if progress.status in ("pending", "running"):
        return ""
    errors = sum(total.errors for total in progress.totals)
    if progress.open_failures:
        many = "1 failure is" if progress.open_failures == 1 else f"{progress.open_failures:,} failures are"
        return f"{many} open: retry, or close with a note."
    return "Every failure is followed up." if errors else "No failure is open."
