"""One timeline of everything that happened to an account, a document or a run: what, when, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from tallystick.interfaces.console.chips import Tone
from tallystick.invoicing.models import BillRunEvent, DocumentEvent
from tallystick.money.amount import format_minor
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
    "draft": ("drafted", "wait"),
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
        name = f"{document.kind.replace('_', ' ').capitalize()} {document.number or f'draft {document.pk}'}"
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
