"""The payments rollup: what did arrive?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chips import Status
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.listing import Empty
from tallystick.interfaces.console.lists.reports import EVERY_MONTH, Asked, Pick, Report, show_report
from tallystick.interfaces.console.reads.report_options import list_gateways
from tallystick.interfaces.record_links import RecordLinks
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.attempt_words import ARRIVED, FAILED, OPEN, UNKNOWN
from tallystick.rollups.queries import (
    BUCKETS,
    PAYMENT_WAYS,
    PAYMENTS_QUESTION,
    PaymentFilters,
    PaymentRow,
    PaymentTotal,
    compute_payment_totals,
    list_payments_rollup,
    write_payments_csv,
)

BUCKET_CHIPS: dict[str, Status] = {
    ARRIVED: Status("Arrived", "good"),
    OPEN: Status("On its way", "busy"),
    FAILED: Status("Failed", "bad"),
    UNKNOWN: Status("Unknown", "wait"),
}


def _read_filters(asked: Asked) -> PaymentFilters:
    return PaymentFilters(
        month=None if asked.is_every_month else asked.month,
        bucket=asked.text("bucket"),
        search=asked.text("q"),
        status=asked.text("status"),
        way=asked.text("way"),
        gateway=asked.text("gateway"),
        is_unused=asked.text("use") == "without_invoice",
    )


def _read(asked: Asked, after_id: int, limit: int) -> Sequence[PaymentRow]:
    return list_payments_rollup(
        asked.seller,
        as_of=asked.as_of,
        filters=_read_filters(asked),
        after_id=after_id,
        limit=limit,
        actor=asked.actor,
    )


def _add_up(asked: Asked) -> list[tuple[Status, PaymentTotal]]:
    totals = compute_payment_totals(asked.seller, as_of=asked.as_of, filters=_read_filters(asked), actor=asked.actor)
    return [(BUCKET_CHIPS[total.bucket], total) for total in totals]


def _write_csv(asked: Asked) -> Iterator[str]:
    return write_payments_csv(
        asked.seller,
        as_of=asked.as_of,
        filters=_read_filters(asked),
        link=RecordLinks(asked.site_address).of_payment,
        actor=asked.actor,
    )


def _draw_way(row: PaymentRow) -> cells.Cell:
    return cells.Text(row.method_label or PAYMENT_WAYS[row.way], row.reference)


def _draw_account(row: PaymentRow) -> cells.Cell:
    href = reverse("admin:account", args=[row.account_id])
    return cells.Text(row.account_name, row.account_external_id, href)


def _draw_invoices(row: PaymentRow) -> cells.Cell:
    return cells.Links([(each.number, reverse("admin:invoice", args=[each.document_id])) for each in row.invoices])


def _draw_amount(row: PaymentRow) -> cells.Cell:
    parts = (
        (row.given_back_minor - row.taken_back_minor, "given back"),
        (row.taken_back_minor, "taken back by the bank"),
        (row.unused_minor, "without an invoice"),
    )
    notes = [f"{write_money(minor, currency=row.currency)} {words}" for minor, words in parts if minor > 0]
    return cells.Money(row.amount_minor, row.currency, note=", ".join(notes))


def _draw_state(row: PaymentRow) -> cells.Cell:
    if row.taken_back_minor:
        return cells.Chip(Status("Taken back", "bad"))
    return cells.Chip(BUCKET_CHIPS[row.bucket])


def _draw_gateway(row: PaymentRow) -> cells.Cell:
    if row.payment_id is not None:
        return cells.Links([("Payment", reverse("admin:payment", args=[row.payment_id])), *_link_gateway(row)])
    tried = [("Charge", reverse("admin:attempt", args=[row.attempt_id]))] if row.attempt_id is not None else []
    return cells.Links([*tried, *_link_gateway(row)])


def _link_gateway(row: PaymentRow) -> list[tuple[str, str]]:
    return [("At the gateway", row.dashboard_url)] if row.dashboard_url else []


PAYMENTS_ROLLUP = Report(
    title="Payments rollup",
    question=PAYMENTS_QUESTION,
    explanation="Every charge, every payment on a page or by a link and every transfer, by the day on which it arrived"
    " or was tried. What did not arrive says why, and what to do next. Without an invoice: money of which a part has"
    " settled none.",
    search="Account, reference or invoice",
    picks=(
        Pick("bucket", "Outcome", lambda asked: [(name, BUCKET_CHIPS[name].word) for name in BUCKETS]),
        Pick("status", "State", lambda asked: [(name, chips.describe(name).word) for name in ATTEMPT_STATUSES]),
        Pick("way", "Way", lambda asked: list(PAYMENT_WAYS.items())),
        Pick("gateway", "Gateway", lambda asked: list_gateways(asked.seller)),
        Pick("use", "Used for", lambda asked: [("without_invoice", "Without an invoice")]),
        EVERY_MONTH,
    ),
    columns=(
        Column[PaymentRow]("Day", lambda row: cells.Day(row.on)),
        Column[PaymentRow]("State", _draw_state),
        Column[PaymentRow]("Account", _draw_account),
        Column[PaymentRow]("Way", _draw_way),
        Column[PaymentRow]("Invoices", _draw_invoices),
        Column[PaymentRow]("Why", lambda row: cells.Text(row.why, row.next_step)),
        Column[PaymentRow]("More", _draw_gateway),
        Column[PaymentRow]("Amount", _draw_amount, is_right=True),
    ),
    read=_read,
    totals=_add_up,
    totals_template="console/parts/payment_totals.html",
    write_csv=_write_csv,
    empty=Empty("Nothing was tried either.", title="Nothing arrived in this month"),
)


@needs(ROLLUPS_READ)
def show_payments_rollup(request: HttpRequest) -> HttpResponseBase:
    """The report."""
    return show_report(request, report=PAYMENTS_ROLLUP)
