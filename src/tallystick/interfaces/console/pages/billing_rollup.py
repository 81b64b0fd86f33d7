"""The billing rollup: what should each account pay?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.listing import Empty
from tallystick.interfaces.console.lists.reports import Asked, Pick, Report, show_report
from tallystick.interfaces.console.reads.report_options import (
    MODES,
    list_managers,
    list_plans,
    list_segments,
)
from tallystick.plumbing.permissions import ROLLUPS_READ
from tallystick.rollups.core.billing import NOTHING_DUE, PARTLY_BILLED
from tallystick.rollups.queries import (
    BILLING_QUESTION,
    CLASS_MEANINGS,
    CLASS_WORDS,
    REVENUE_CLASSES,
    BillingFilters,
    BillingRow,
    BillingTotal,
    compute_billing_totals,
    list_billing_rollup,
    write_billing_csv,
)

STATE_NOTES = {NOTHING_DUE: "nothing due", PARTLY_BILLED: "more is due"}
LEGEND = {
    "Revenue classes: the first that fits": [(CLASS_WORDS[name], CLASS_MEANINGS[name]) for name in REVENUE_CLASSES],
    "Columns": [
        ("How they pay", "Self-serve: a saved method is charged. Managed: an invoice, paid by transfer."),
        ("Should pay", "The invoices dated in the month, less credit notes."),
        ("Not billed yet", "Something falls due in the month, and no invoice of it is posted."),
        ("MRR", "What the running subscriptions come to a month, before tax; unconfirmed unless the class is Paying."),
        ("Owed today", "What is open of all invoices, of whatever month."),
    ],
}


@dataclass(frozen=True, slots=True)
class NotBilledYet:
    """In place of an amount that nobody knows yet, with what is drafted of it."""

    note: str

    def html(self) -> SafeString:
        """For the page, escaped."""
        return format_html('<span class="soft one-line">not billed yet</span><span class="note">{}</span>', self.note)

    def plain(self) -> str:
        """For a CSV file."""
        return ""


def _read_filters(asked: Asked) -> BillingFilters:
    return BillingFilters(
        search=asked.text("q"),
        billing_mode=asked.text("mode"),
        segment=asked.text("segment"),
        plan=asked.text("plan"),
        manager_email=asked.text("manager"),
        revenue_class=asked.text("class"),
    )


def _read(asked: Asked, after_id: int, limit: int) -> Sequence[BillingRow]:
    return list_billing_rollup(
        asked.seller,
        month=asked.month,
        as_of=asked.as_of,
        filters=_read_filters(asked),
        after_id=after_id,
        limit=limit,
        actor=asked.actor,
    )


def _add_up(asked: Asked) -> list[tuple[BillingTotal, list[tuple[str, str, int]]]]:
    totals = compute_billing_totals(
        asked.seller, month=asked.month, as_of=asked.as_of, filters=_read_filters(asked), actor=asked.actor
    )
    return [
        (total, [(name, CLASS_WORDS[name].lower(), many) for name, many in total.classes if many]) for total in totals
    ]


def _write_csv(asked: Asked) -> Iterator[str]:
    return write_billing_csv(
        asked.seller, month=asked.month, as_of=asked.as_of, filters=_read_filters(asked), actor=asked.actor
    )


def _draw_account(row: BillingRow) -> cells.Cell:
    href = reverse("admin:account", args=[row.account.account_id])
    note = f"{row.account.external_id}, {', '.join(row.plans)}" if row.plans else row.account.external_id
    return cells.Text(row.account.name, note, href)


def _draw_should_pay(row: BillingRow) -> cells.Cell:
    drafted = row.asked.drafted_minor
    if row.should_pay_minor is None:
        note = f"{cells.Money(drafted, row.account.currency).plain()} drafted" if drafted else ""
        return NotBilledYet(note)
    note = f"and {cells.Money(drafted, row.account.currency).plain()} drafted" if drafted else ""
    return cells.Money(row.should_pay_minor, row.account.currency, note=note or STATE_NOTES.get(row.billing_state, ""))


def _draw_mrr(row: BillingRow) -> cells.Cell:
    is_confirmed = row.revenue.mrr_confirmed_minor == row.revenue.mrr_forecast_minor
    note = "" if is_confirmed else "unconfirmed"
    return cells.Money(row.revenue.mrr_forecast_minor, row.account.currency, note=row.note or note)


def _draw_owed(row: BillingRow) -> cells.Cell:
    is_late = row.owed.overdue_minor > 0
    return cells.Money(row.owed.receivable_minor, row.account.currency, is_late, "overdue" if is_late else "")


BILLING_ROLLUP = Report(
    title="Billing rollup",
    question=BILLING_QUESTION,
    explanation="",
    search="Account, manager or contact",
    picks=(
        Pick("mode", "How they pay", lambda asked: MODES),
        Pick("plan", "Plan", lambda asked: list_plans(asked.seller)),
        Pick("segment", "Segment", lambda asked: list_segments(asked.seller)),
        Pick("manager", "Account manager", lambda asked: list_managers(asked.seller)),
        Pick("class", "Revenue class", lambda asked: list(CLASS_WORDS.items())),
    ),
    columns=(
        Column[BillingRow]("Account", _draw_account),
        Column[BillingRow]("How they pay", lambda row: cells.Text(chips.describe(row.account.billing_mode).word)),
        Column[BillingRow](
            "Revenue class",
            lambda row: cells.Hint(CLASS_WORDS[row.revenue.revenue_class], CLASS_MEANINGS[row.revenue.revenue_class]),
        ),
        Column[BillingRow](
            "Account manager", lambda row: cells.Person(row.account.manager_name, row.account.manager_email)
        ),
        Column[BillingRow](
            "Admin contact", lambda row: cells.Person(row.account.contact_name, row.account.contact_email)
        ),
        Column[BillingRow]("Should pay", _draw_should_pay, is_right=True),
        Column[BillingRow]("MRR", _draw_mrr, is_right=True),
        Column[BillingRow]("Owed today", _draw_owed, is_right=True),
    ),
    read=_read,
    totals=_add_up,
    totals_template="console/parts/billing_totals.html",
    write_csv=_write_csv,
    legend=LEGEND,
    template="console/billing_rollup.html",
    empty=Empty("It lists every account with what it should pay in a month.", title="There is no account yet"),
)


@needs(ROLLUPS_READ)
def show_billing_rollup(request: HttpRequest) -> HttpResponseBase:
    """The report."""
    return show_report(request, report=BILLING_ROLLUP)
