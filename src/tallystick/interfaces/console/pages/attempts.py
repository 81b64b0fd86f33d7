"""Payment attempts: each try to charge, what the gateway said, and those that a person must look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.collection.core.reasons import Reason, explain
from tallystick.errors import NotFound
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.moments import list_attempt_moments, list_release_moments, merge
from tallystick.interfaces.console.reads.money_words import describe_attempt
from tallystick.interfaces.console.reads.tasks import ATTEMPT_OVERDUE_AFTER
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.models import Document
from tallystick.payments.core.attempt_lifecycle import LIVE
from tallystick.payments.models import AttemptEvent, AttemptPurpose, GatewayCall, Payment, PaymentAttempt
from tallystick.payments.operations.release_attempt import release_attempt
from tallystick.plumbing.permissions import PAYMENTS_RECORD, RECORDS_READ

_HELD = ~Q(quarantine_reason="")


class PaidFor(NamedTuple):
    """A document that an attempt pays for, with its share in minor units; no document where it is not known."""

    document: Document | None
    words: str
    amount_minor: int


def _list_rows() -> QuerySet[PaymentAttempt]:
    return PaymentAttempt.objects.select_related("account", "method", "gateway_account")


def _search(rows: QuerySet[PaymentAttempt], words: str) -> QuerySet[PaymentAttempt]:
    account = Q(account__name__icontains=words) | Q(account__external_id__iexact=words)
    return rows.filter(account | Q(gateway_ref=words))


def _list_overdue(rows: QuerySet[PaymentAttempt]) -> QuerySet[PaymentAttempt]:
    return rows.filter(status__in=LIVE, created_at__lt=now() - ATTEMPT_OVERDUE_AFTER)


def _explain(attempt: PaymentAttempt) -> Reason:
    if attempt.quarantine_reason:
        return Reason(f"Held: {attempt.quarantine_reason}", "Compare both sides, set the gateway's right, release it.")
    is_over = attempt.status in ("failed", "canceled", "expired", "not_executed")
    return explain(attempt.failure_code or attempt.status) if is_over else explain("")


def _add_up(rows: QuerySet[PaymentAttempt]) -> Totals:
    per_currency = list(rows.order_by("currency").values_list("currency").annotate(Count("pk"), Sum("amount_minor")))
    figures = [("Asked for", cells.Money(amount or 0, currency)) for currency, _, amount in per_currency]
    return Totals(sum(row[1] for row in per_currency), figures)


ATTEMPTS = Listing(
    title="Payment attempts",
    question="What was charged, what became of it, and which try needs someone?",
    noun="payment attempt",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[PaymentAttempt](
            "Attempt",
            lambda row: cells.Text(describe_attempt(row), row.description, reverse("admin:attempt", args=[row.pk])),
        ),
        Column[PaymentAttempt](
            "State",
            lambda row: cells.Chip(chips.HELD if row.quarantine_reason else chips.describe(row.status)),
            sort="status",
        ),
        Column[PaymentAttempt](
            "Account",
            lambda row: cells.Text(
                row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id])
            ),
            sort="account__name",
        ),
        Column[PaymentAttempt]("Why", lambda row: cells.Text(_explain(row).words)),
        Column[PaymentAttempt]("Made", lambda row: cells.Instant(row.created_at), sort="created_at"),
        Column[PaymentAttempt]("Over", lambda row: cells.Instant(row.final_at)),
    ),
    filters=(
        States(
            (
                ("held", "Held", lambda rows: rows.filter(_HELD)),
                ("overdue", "Overdue", _list_overdue),
                ("live", "Under way", lambda rows: rows.filter(status__in=LIVE)),
                ("failed", "Failed", lambda rows: rows.filter(status="failed")),
                ("succeeded", "Succeeded", lambda rows: rows.filter(status="succeeded")),
            )
        ),
        Search("Account, or the gateway's reference", _search),
    ),
    totals=_add_up,
    empty=Empty(
        "Payment runs charge the saved methods of accounts that pay automatically.",
        "Payment runs",
        "admin:payment_runs",
    ),
)


@needs(RECORDS_READ)
def list_attempts(request: HttpRequest) -> HttpResponseBase:
    """All attempts."""
    return show_listing(request, listing=ATTEMPTS)


@needs(RECORDS_READ)
def show_attempt(request: HttpRequest, *, attempt_id: int) -> HttpResponseBase:
    """One attempt: what it is for, the calls that it took, and how it ended."""
    attempt = _list_rows().filter(pk=attempt_id).first()
    if attempt is None:
        raise NotFound(f"There is no payment attempt {attempt_id}.")
    events = AttemptEvent.objects.filter(attempt=attempt)
    context = {
        "attempt": attempt,
        "status": chips.HELD if attempt.quarantine_reason else chips.describe(attempt.status),
        "reason": _explain(attempt),
        "is_overdue": attempt.status in LIVE and attempt.created_at < now() - ATTEMPT_OVERDUE_AFTER,
        "payment": Payment.objects.filter(attempt=attempt).first(),
        "paid_for": list(_list_paid_for(attempt)),
        "calls": GatewayCall.objects.filter(attempt=attempt).order_by("pk"),
        "moments": merge(list_attempt_moments(events, tells_steps=True), list_release_moments(events)),
        "can_release": bool(attempt.quarantine_reason) and may(request, permission=PAYMENTS_RECORD),
    }
    crumbs = [crumb("Payment attempts", name="attempts")]
    title = describe_attempt(attempt)
    return draw_page(request, template="console/attempt.html", title=title, crumbs=crumbs, context=context)


@require_POST
@needs(RECORDS_READ)
def release(request: HttpRequest, *, attempt_id: int) -> HttpResponse:
    """Let a held attempt go on."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: release_attempt(attempt_id, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda _: "Released: the gateway is asked again within a minute. If it still differs, it is held again.",
    )
    return redirect("admin:attempt", attempt_id)


def _list_paid_for(attempt: PaymentAttempt) -> Iterator[PaidFor]:
    purposes = list(AttemptPurpose.objects.filter(attempt=attempt).order_by("pk"))
    ids = [
        int(each.purpose.rpartition(":")[2]) for each in purposes if each.purpose.startswith(document_subject(0)[:-1])
    ]
    documents = {document_subject(document.pk): document for document in Document.objects.filter(pk__in=ids)}
    for each in purposes:
        document = documents.get(each.purpose)
        yield PaidFor(document, str(document) if document else each.purpose, each.amount_minor)
