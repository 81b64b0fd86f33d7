"""One timeline of everything that happened to an account, a document or a run: what, when, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from tallystick.collection.core.reasons import explain
from tallystick.collection.models import PaymentRunEvent
from tallystick.delivery.models import DeliveryEvent
from tallystick.interfaces.console.chips import Tone
from tallystick.invoicing.models import Allocation, BillRunEvent, BillRunScheduleEvent, DocumentEvent
from tallystick.money.amount import format_minor
from tallystick.payments.models import AttemptEvent
from tallystick.subscriptions.models import SubscriptionEvent

MOST = 200


class Moment(NamedTuple):
    """Something that happened. `who` is the label of the actor; `why` the reason that was given, if any."""

    at: datetime
    what: str
    who: str
    why: str = ""
    tone: Tone = "plain"
    href: str = ""


_DOCUMENT_WORDS: dict[str, tuple[str, Tone]] = {
    "draft": ("made", "wait"),
    "change": ("changed", "wait"),
    "post": ("posted", "good"),
    "cancel": ("canceled", "plain"),
    "void": ("voided", "plain"),
}
_RUN_WORDS: dict[str, tuple[str, Tone]] = {
    "create": ("Created", "busy"),
    "start": ("Drafting began", "busy"),
    "complete": ("Drafting completed", "good"),
    "fail": ("Failed", "bad"),
    "pause": ("Paused", "wait"),
    "resume": ("Resumed", "busy"),
    "post": ("Posting began", "busy"),
    "finish_post": ("Posted", "good"),
    "fail_post": ("Posting ended with invoices left", "bad"),
    "cancel": ("Canceling began", "plain"),
    "finish_cancel": ("Canceled", "plain"),
    "not_auto_posted": ("Not posted by itself", "bad"),
}


def merge(*sources: Iterable[Moment]) -> list[Moment]:
    """The newest moments of several sources, newest first."""
    everything = sorted((moment for source in sources for moment in source), key=lambda moment: moment.at, reverse=True)
    return list(islice(everything, MOST))


def list_document_moments(events: QuerySet[DocumentEvent], *, names_it: bool = True) -> list[Moment]:
    """What happened to documents; `names_it` where more than one is meant."""
    moments = []
    for event in events.select_related("document").order_by("-at", "-id")[:MOST]:
        document = event.document
        words, tone = _DOCUMENT_WORDS.get(event.event, (event.event, "plain"))
        kind = document.kind.replace("_", " ").capitalize()
        name = f"{kind} {document.number}" if document.number else f"Draft {document.pk}"
        amount = f", {format_minor(document.gross_minor, document.currency)} {document.currency}"
        what = f"{name} {words}{amount}" if names_it else words.capitalize()
        href = reverse("admin:invoice", args=[document.pk]) if names_it else ""
        moments.append(Moment(event.at, what, event.actor_label, event.reason, tone, href))
    return moments


def list_subscription_moments(events: QuerySet[SubscriptionEvent]) -> list[Moment]:
    """What happened to subscriptions."""
    moments = []
    for event in events.select_related("subscription").order_by("-at", "-id")[:MOST]:
        what = f"Subscription {event.subscription.external_id}: {event.event.replace('_', ' ')}"
        if event.from_status != event.to_status:
            what += f", now {event.to_status.replace('_', ' ')}"
        href = reverse("admin:subscription", args=[event.subscription_id])
        moments.append(Moment(event.at, what, event.actor_label, event.reason, "plain", href))
    return moments


def list_run_moments(events: QuerySet[BillRunEvent]) -> list[Moment]:
    """What happened to a bill run."""
    moments = []
    for event in events.order_by("-at", "-id")[:MOST]:
        words, tone = _RUN_WORDS.get(event.event, (event.event.replace("_", " ").capitalize(), "plain"))
        moments.append(Moment(event.at, words, event.actor_label, event.reason, tone))
    return moments


_SCHEDULE_WORDS: dict[str, tuple[str, Tone]] = {
    "create": ("Made", "busy"),
    "pause": ("Paused", "wait"),
    "resume": ("Resumed", "busy"),
    "finish": ("Finished", "plain"),
    "cancel": ("Series canceled", "plain"),
}


def list_schedule_moments(events: QuerySet[BillRunScheduleEvent]) -> list[Moment]:
    """What happened to a schedule."""
    moments = []
    for event in events.order_by("-at", "-id")[:MOST]:
        words, tone = _SCHEDULE_WORDS.get(event.event, (event.event, "plain"))
        moments.append(Moment(event.at, words, event.actor_label, event.reason, tone))
    return moments


_PAYMENT_RUN_WORDS: dict[str, tuple[str, Tone]] = {
    "create": ("Created", "busy"),
    "start": ("Collecting began", "busy"),
    "complete": ("Completed", "good"),
    "fail": ("Failed", "bad"),
    "cancel": ("Canceled", "plain"),
    "retry": ("Charged again", "busy"),
    "close": ("Failure closed", "plain"),
}


def list_payment_run_moments(events: QuerySet[PaymentRunEvent]) -> list[Moment]:
    """What happened to a payment run, and what people did about its failures."""
    moments = []
    for event in events.select_related("item__document").order_by("-at", "-id")[:MOST]:
        words, tone = _PAYMENT_RUN_WORDS.get(event.event, (event.event.replace("_", " ").capitalize(), "plain"))
        what = f"{words}: invoice {event.item.document}" if event.item else words
        moments.append(Moment(event.at, what, event.actor_label, event.reason, tone))
    return moments


def list_delivery_moments(events: QuerySet[DeliveryEvent]) -> list[Moment]:
    """How documents went out."""
    words: dict[str, tuple[str, Tone]] = {
        "queue": ("queued", "plain"),
        "send": ("sent", "good"),
        "skip": ("left out", "plain"),
        "fail": ("not sent", "bad"),
        "bounce": ("came back", "bad"),
        "retry": ("queued again", "busy"),
    }
    moments = []
    for event in events.select_related("delivery__document").order_by("-at", "-id")[:MOST]:
        delivery = event.delivery
        said, tone = words.get(event.event, (event.event, "plain"))
        way = f"by e-mail to {delivery.recipient}" if delivery.channel == "email" else "to print"
        what = f"{delivery.document} {said} {way}"
        href = reverse("admin:invoice", args=[delivery.document_id])
        moments.append(Moment(event.at, what, event.actor_label, event.reason, tone, href))
    return moments


def list_attempt_moments(events: QuerySet[AttemptEvent]) -> list[Moment]:
    """What became of tries to charge; only how they ended."""
    moments = []
    ends = events.filter(to_status__in=("succeeded", "failed", "canceled", "expired", "not_executed"))
    for event in ends.select_related("attempt__method").order_by("-at", "-id")[:MOST]:
        attempt = event.attempt
        amount = f"{format_minor(attempt.amount_minor, attempt.currency)} {attempt.currency}"
        is_success = event.to_status == "succeeded"
        what = f"{amount} {'collected from' if is_success else 'not collected from'} {attempt.method.label}"
        why = "" if is_success else explain(attempt.failure_code or event.to_status).words
        moments.append(Moment(event.at, what, event.actor_label, why, "good" if is_success else "bad"))
    return moments


def list_settlement_moments(allocations: QuerySet[Allocation]) -> list[Moment]:
    """What was matched to documents, and taken back."""
    moments = []
    for each in allocations.select_related("source", "document", "source__document").order_by("-pk")[:MOST]:
        amount = f"{format_minor(abs(each.amount_minor), each.document.currency)} {each.document.currency}"
        source = str(each.source.document) if each.source.document else f"payment {each.source.payment_id}"
        what = f"{amount} settled by {source}" if each.amount_minor > 0 else f"{amount} of {source} taken back"
        moments.append(Moment(each.created_at, what, "settlement", tone="good" if each.amount_minor > 0 else "wait"))
    return moments
