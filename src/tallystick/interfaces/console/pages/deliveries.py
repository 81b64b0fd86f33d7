"""Deliveries: which documents went out, how and to whom, and which did not."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.delivery.models import Delivery
from tallystick.delivery.operations.record_bounce import record_bounce
from tallystick.delivery.operations.retry_delivery import retry_delivery
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.printing import describe_channel
from tallystick.invoicing.models import BillRun
from tallystick.plumbing.permissions import RECORDS_READ

_CHANNELS = ("email", "print")
UNSETTLED = ("failed", "bounced")


def _list_rows() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("document", "account", "batch")


def _search(rows: QuerySet[Delivery], words: str) -> QuerySet[Delivery]:
    account = Q(account__name__icontains=words) | Q(account__external_id__iexact=words)
    return rows.filter(account | Q(document__number__istartswith=words) | Q(recipient__icontains=words))


def _list_runs() -> list[tuple[str, str]]:
    posted = BillRun.objects.filter(status="posted").order_by("-pk")[:100]
    return [(str(run.pk), run.number) for run in posted]


def _list_channels() -> list[tuple[str, str]]:
    return [(channel, describe_channel(channel)) for channel in _CHANNELS]


def _draw_to(delivery: Delivery) -> cells.Cell:
    if delivery.channel == "email":
        return cells.Text(delivery.recipient or "Nobody", describe_channel(delivery.channel))
    batch = delivery.batch
    if batch is None:
        return cells.Text("Waits for a print batch", "Print")
    return cells.Text(batch.number, "Print", reverse("admin:print_batch", args=[batch.pk]))


def _add_up(rows: QuerySet[Delivery]) -> Totals:
    per_status = list(rows.order_by("status").values_list("status").annotate(Count("pk")))
    figures = [(chips.describe(status).word, cells.Count(many)) for status, many in per_status]
    return Totals(sum(many for _, many in per_status), figures)


DELIVERIES = Listing(
    title="Deliveries",
    question="Which documents went out, to whom, and which did not?",
    noun="delivery",
    nouns="deliveries",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[Delivery](
            "Document", lambda row: cells.Text(str(row.document), href=reverse("admin:invoice", args=[row.document_id]))
        ),
        Column[Delivery]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[Delivery](
            "Account",
            lambda row: cells.Text(
                row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id])
            ),
            sort="account__name",
        ),
        Column[Delivery]("To", _draw_to),
        Column[Delivery]("Why", lambda row: cells.Text(row.reason)),
        Column[Delivery]("Asked for", lambda row: cells.Instant(row.requested_at), sort="requested_at"),
        Column[Delivery]("Sent", lambda row: cells.Instant(row.sent_at)),
    ),
    filters=(
        States(
            (
                ("unsettled", "Failed", lambda rows: rows.filter(status__in=UNSETTLED)),
                ("queued", "Queued", lambda rows: rows.filter(status="queued")),
                ("sent", "Sent", lambda rows: rows.filter(status="sent")),
                ("skipped", "Skipped", lambda rows: rows.filter(status="skipped")),
            )
        ),
        Search("Document, account or address", _search),
        Choice("channel", "By", _list_channels, lambda rows, chosen: rows.filter(channel=chosen)),
        Choice("run", "Bill run", _list_runs, lambda rows, chosen: rows.filter(document__run_id=int(chosen))),
    ),
    totals=_add_up,
    empty=Empty(
        "Documents go out from a posted bill run, or one by one from an invoice.", "Bill runs", "admin:bill_runs"
    ),
)


@needs(RECORDS_READ)
def list_deliveries(request: HttpRequest) -> HttpResponseBase:
    """All deliveries."""
    return show_listing(request, listing=DELIVERIES)


@require_POST
@needs(RECORDS_READ)
def retry(request: HttpRequest, *, delivery_id: int) -> HttpResponse:
    """Send a failed or bounced e-mail again, to another address if one is given."""
    recipient = request.POST.get("recipient", "").strip()
    delivery = perform(
        request,
        act=lambda: retry_delivery(delivery_id, recipient=recipient, at=now(), actor=get_actor(request)),
        done=lambda retried: f"It goes out again to {retried.recipient}.",
    )
    document_id = delivery.document_id if delivery else _find_document_id(delivery_id)
    return redirect("admin:invoice", document_id) if document_id else redirect("admin:deliveries")


@require_POST
@needs(RECORDS_READ)
def note_bounce(request: HttpRequest, *, delivery_id: int) -> HttpResponse:
    """Note that an e-mail came back."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: record_bounce(delivery_id, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda delivery: f"Noted: the e-mail to {delivery.recipient} came back.",
    )
    document_id = _find_document_id(delivery_id)
    return redirect("admin:invoice", document_id) if document_id else redirect("admin:deliveries")


def _find_document_id(delivery_id: int) -> int | None:
    return Delivery.objects.filter(pk=delivery_id).values_list("document_id", flat=True).first()
