"""Differences between gateways and us: what nothing explains, both sides of each, and what a person found out."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, show_listing
from tallystick.interfaces.console.reads.calendar import now
from tallystick.journeys.reconcile_gateways import reconcile_gateways
from tallystick.payments.core.reconciling import FINDINGS
from tallystick.payments.errors import FindingMissing
from tallystick.payments.models import Reconciliation, ReconciliationFinding
from tallystick.payments.operations.record_findings import settle_finding
from tallystick.payments.queries.reconciliation import list_findings, list_reconciliations, list_unexplained_notices
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, PAYMENTS_RECORD, RECORDS_READ

_MOST = 50


def _search(rows: QuerySet[ReconciliationFinding], words: str) -> QuerySet[ReconciliationFinding]:
    return rows.filter(Q(gateway_ref=words) | Q(our_id=words))


def _describe(row: ReconciliationFinding) -> chips.Status:
    return chips.OPEN if row.settled_at is None else chips.Status("Explained", "plain")


DIFFERENCES = Listing(
    title="Differences",
    question="What do a gateway's books and ours not agree about, and nothing explains?",
    noun="difference",
    rows=lambda: list_findings(is_open=None),
    sort="-id",
    columns=(
        Column[ReconciliationFinding](
            "What",
            lambda row: cells.Text(
                FINDINGS[row.kind], row.gateway_ref or row.our_id, reverse("admin:difference", args=[row.pk])
            ),
        ),
        Column[ReconciliationFinding]("State", lambda row: cells.Chip(_describe(row))),
        Column[ReconciliationFinding]("Gateway", lambda row: cells.Text(str(row.gateway_account))),
        Column[ReconciliationFinding](
            "There", lambda row: cells.Money(row.their_minor, row.their_currency or "EUR"), is_right=True
        ),
        Column[ReconciliationFinding](
            "Here", lambda row: cells.Money(row.our_minor, row.our_currency or "EUR"), is_right=True
        ),
        Column[ReconciliationFinding]("Found", lambda row: cells.Instant(row.found_at), sort="found_at"),
    ),
    filters=(
        States(
            (
                ("open", "Open", lambda rows: rows.filter(settled_at__isnull=True)),
                ("explained", "Explained", lambda rows: rows.filter(settled_at__isnull=False)),
            )
        ),
        Search("The gateway's reference, or our id", _search),
    ),
    empty=Empty("Every night the payments of the last seven days are compared with each gateway.", title="None found"),
)


@needs(RECORDS_READ)
def list_differences(request: HttpRequest) -> HttpResponseBase:
    """What differs, the latest comparisons, and notices that nobody could explain."""
    context = {"comparisons": list_reconciliations()[:7], "notices": list_unexplained_notices()[:_MOST]}
    return show_listing(request, listing=DIFFERENCES, template="console/differences.html", context=context)


@needs(RECORDS_READ)
def show_difference(request: HttpRequest, *, finding_id: int) -> HttpResponseBase:
    """Both sides of one difference."""
    finding = list_findings(is_open=None).filter(pk=finding_id).first()
    if finding is None:
        raise FindingMissing(finding=finding_id)
    context = {
        "finding": finding,
        "words": FINDINGS[finding.kind],
        "status": _describe(finding),
        "can_settle": finding.settled_at is None and may(request, permission=PAYMENTS_RECORD),
    }
    crumbs = [crumb("Differences", name="differences")]
    title = f"Difference {finding.pk}"
    return draw_page(request, template="console/difference.html", title=title, crumbs=crumbs, context=context)


@require_POST
@needs(RECORDS_READ)
def compare(request: HttpRequest) -> HttpResponse:
    """Compare with every gateway now."""
    get_actor(request).require(PAYMENTS_COLLECT)
    perform(request, act=lambda: reconcile_gateways(at=now(), actor=get_actor(request)), done=_tell)
    return redirect("admin:differences")


@require_POST
@needs(RECORDS_READ)
def settle(request: HttpRequest, *, finding_id: int) -> HttpResponse:
    """Say what explains a difference."""
    explanation = request.POST.get("explanation", "")
    perform(
        request,
        act=lambda: settle_finding(finding_id, explanation=explanation, at=now(), actor=get_actor(request)),
        done=lambda _: "It is explained, and is not asked about again. Nothing was booked by this.",
    )
    return redirect("admin:differences")


def _tell(done: list[Reconciliation]) -> str:
    listed = write_count(sum(each.listed for each in done), noun="payment")
    found = write_count(sum(each.differences for each in done), noun="difference")
    silent = [str(each.gateway_account) for each in done if not each.is_complete]
    return f"{listed} compared, {found} found." + (f" No answer from {', '.join(silent)}." if silent else "")
