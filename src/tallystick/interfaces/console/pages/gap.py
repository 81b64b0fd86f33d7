"""The gap: why is what arrived not what was asked for?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.formats import write_month
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.listing import Empty
from tallystick.interfaces.console.lists.reports import Asked, Pick, Report, show_report
from tallystick.interfaces.console.reads.report_options import MODES, list_managers, list_plans, list_segments
from tallystick.interfaces.record_links import RecordLinks
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, ROLLUPS_READ
from tallystick.rollups.core.gap_reasons import CHARGE_FAILED, UNPAID_OVERDUE
from tallystick.rollups.queries import (
    GAP_QUESTION,
    GAP_REASONS,
    Bridge,
    GapFilters,
    GapReason,
    GapRow,
    GapTotal,
    compute_gap_totals,
    get_month_state,
    list_bridges,
    list_gap,
    write_gap_csv,
)

_RED = frozenset({CHARGE_FAILED, UNPAID_OVERDUE})


@dataclass(frozen=True, slots=True)
class Reasons:
    """Every reason of a difference: how much, why, what to do, and the invoices that it is made of."""

    reasons: Sequence[GapReason]
    currency: str

    def html(self) -> SafeString:
        """For the page, escaped."""
        return format_html_join("", '<div class="reason">{}</div>', ((self._draw(each),) for each in self.reasons))

    def plain(self) -> str:
        """For a CSV file."""
        return "; ".join(f"{GAP_REASONS[each.reason]}: {each.why}" for each in self.reasons)

    def _draw(self, each: GapReason) -> SafeString:
        tone = "bad" if each.reason in _RED else "wait"
        links = [(ref.number, reverse("admin:invoice", args=[ref.document_id])) for ref in each.invoices]
        if each.dashboard_url:
            links.append(("At the gateway", each.dashboard_url))
        return format_html(
            '<span class="chip {}">{}</span> {} <p>{} <span class="soft">{}</span></p><span class="small">{}</span>',
            tone,
            GAP_REASONS[each.reason],
            cells.Money(each.amount_minor, self.currency).html(),
            each.why,
            each.next_step,
            cells.Links(links).html(),
        )


def _read_filters(asked: Asked) -> GapFilters:
    return GapFilters(
        search=asked.text("q"),
        billing_mode=asked.text("mode"),
        segment=asked.text("segment"),
        plan=asked.text("plan"),
        manager_email=asked.text("manager"),
        reason=asked.text("reason"),
    )


def _read(asked: Asked, after_id: int, limit: int) -> Sequence[GapRow]:
    return list_gap(
        asked.seller,
        month=asked.month,
        as_of=asked.as_of,
        filters=_read_filters(asked),
        after_id=after_id,
        limit=limit,
        actor=asked.actor,
    )


def _add_up(asked: Asked) -> list[tuple[GapTotal, list[tuple[str, str, int, int]], Bridge | None]]:
    filters = _read_filters(asked)
    totals = compute_gap_totals(asked.seller, month=asked.month, as_of=asked.as_of, filters=filters, actor=asked.actor)
    # The payments rollup knows no such filters, so that only the whole month can be held against it.
    is_whole = filters == GapFilters()
    found = list_bridges(asked.seller, month=asked.month, as_of=asked.as_of, actor=asked.actor) if is_whole else []
    bridges = {bridge.currency: bridge for bridge in found}
    return [(total, _list_reasons(total), bridges.get(total.currency)) for total in totals]


def _list_reasons(total: GapTotal) -> list[tuple[str, str, int, int]]:
    return [(each.reason, GAP_REASONS[each.reason], each.accounts, each.amount_minor) for each in total.reasons]


def _write_csv(asked: Asked) -> Iterator[str]:
    return write_gap_csv(
        asked.seller,
        month=asked.month,
        as_of=asked.as_of,
        filters=_read_filters(asked),
        link=RecordLinks(asked.site_address).of_gap,
        actor=asked.actor,
    )


def _find_empty(asked: Asked) -> Empty:
    """Whether all has arrived, or nothing was asked for that could."""
    month = write_month(asked.month)
    state = get_month_state(asked.seller, month=asked.month, as_of=asked.as_of, actor=asked.actor)
    if state.has_posted:
        return Empty("Everything that was asked for in it has arrived.", title=f"No gap in {month}")
    if state.has_drafts:
        told = "Its invoices are drafts. Review and post their bill run; what does not arrive then is listed here."
        return Empty(told, "Bill runs", "admin:bill_runs", f"Nothing was asked for in {month} yet")
    told = "No invoice is dated in it. Make a bill run and post it; what does not arrive then is listed here."
    may_begin = asked.actor.may(BILL_RUNS_CREATE)
    action = ("New bill run", "admin:bill_run_new") if may_begin else ("Bill runs", "admin:bill_runs")
    return Empty(told, *action, f"Nothing was asked for in {month}")


def _draw_account(row: GapRow) -> cells.Cell:
    mode = chips.describe(row.account.billing_mode).word.lower()
    href = reverse("admin:account", args=[row.account.account_id])
    manager = f", {row.account.manager_name}" if row.account.manager_name else ""
    return cells.Text(row.account.name, f"{row.account.external_id}, {mode}{manager}", href)


def _draw_arrived(row: GapRow) -> cells.Cell:
    notes = []
    if row.transfer_minor:
        notes.append(f"{cells.Money(row.transfer_minor, row.account.currency).plain()} of it by transfer")
    if row.from_before_minor:
        notes.append(f"{cells.Money(row.from_before_minor, row.account.currency).plain()} more from before")
    return cells.Money(row.gateway_minor + row.transfer_minor, row.account.currency, note=", ".join(notes))


GAP = Report(
    title="Gap",
    question=GAP_QUESTION,
    explanation="Expected: the invoices dated in the month, less credit notes. Arrived: what has settled them until"
    " today, by gateway and by transfer. Credit from before was there when they were posted. The difference is the sum"
    " of its reasons, to the cent.",
    search="Account, manager or contact",
    picks=(
        Pick("reason", "Reason", lambda asked: list(GAP_REASONS.items())),
        Pick("mode", "How they pay", lambda asked: MODES),
        Pick("plan", "Plan", lambda asked: list_plans(asked.seller)),
        Pick("segment", "Segment", lambda asked: list_segments(asked.seller)),
        Pick("manager", "Account manager", lambda asked: list_managers(asked.seller)),
    ),
    columns=(
        Column[GapRow]("Account", _draw_account),
        Column[GapRow]("Expected", lambda row: cells.Money(row.expected_minor, row.account.currency), is_right=True),
        Column[GapRow]("Arrived", _draw_arrived, is_right=True),
        Column[GapRow](
            "Difference", lambda row: cells.Money(row.difference_minor, row.account.currency), is_right=True
        ),
        Column[GapRow]("Reasons", lambda row: Reasons(row.reasons, row.account.currency)),
    ),
    read=_read,
    totals=_add_up,
    totals_template="console/parts/gap_totals.html",
    write_csv=_write_csv,
    empty=Empty("Everything that was asked for in it has arrived.", title="No gap in this month"),
    find_empty=_find_empty,
)


@needs(ROLLUPS_READ)
def show_gap(request: HttpRequest) -> HttpResponseBase:
    """The report."""
    return show_report(request, report=GAP)
