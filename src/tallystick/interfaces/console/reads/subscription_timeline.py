"""Everything about a subscription in order of time: what lies ahead, what happened, and what was billed for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from tallystick.interfaces.console.chips import Tone
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.console.reads.line_words import write_period
from tallystick.invoicing.models import DocumentEvent, DocumentLine, Draw
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.candidacy import REASONS_IN_WORDS
from tallystick.subscriptions.models import (
    DeactivationCandidate,
    ScheduledAction,
    ServiceInterruption,
    Subscription,
    SubscriptionEvent,
    SubscriptionService,
)

MOST = 200
_MOST_PARTS = 4


class Entry(NamedTuple):
    """Something on a day; `at` is its instant where it has one, `who` did it. What `is_ahead` has not come yet."""

    on: date
    what: str
    at: datetime | None = None
    who: str = ""
    why: str = ""
    tone: Tone = "plain"
    href: str = ""
    is_ahead: bool = False


_EVENTS: dict[str, tuple[str, Tone]] = {
    "create": ("Agreed", "good"),
    "add_service": ("{service} added", "good"),
    "replace_service": ("{service} replaced", "busy"),
    "end_service": ("{service} ended", "plain"),
    "cancel": ("Canceled", "plain"),
    "schedule_cancel": ("Its end is set", "wait"),
    "expire": ("Expired", "plain"),
    "rest": ("{service} rests", "wait"),
    "end_rest": ("{service} goes on after its rest", "good"),
    "stop_short_term": ("{service} is off for a short term", "wait"),
    "end_short_term": ("{service} goes on after its short term", "good"),
    "deactivate": ("{service} is switched off", "bad"),
    "activate": ("{service} is on again", "good"),
    "clear_from_queue": ("{service} has left the deactivation queue", "good"),
    "schedule_action": ("Action scheduled", "busy"),
    "do_scheduled_action": ("Scheduled action done", "good"),
    "refuse_action": ("Action refused", "bad"),
    "cancel_scheduled_action": ("Scheduled action canceled", "plain"),
}
_DOCUMENTS: dict[str, tuple[str, Tone]] = {
    "post": ("posted", "good"),
    "void": ("voided", "plain"),
    "reverse": ("reversed", "plain"),
}
#: A change of quantity is told by what is replaced and what is added for it.
_ABOUT_QUANTITY = ("add_service", "replace_service")
#: Told from the queue itself, which knows why.
_TOLD_ELSEWHERE = ("queue_for_deactivation",)


def list_timeline(subscription: Subscription) -> list[Entry]:
    """What lies ahead, farthest first, then what happened, newest first: a handful of queries."""
    entries = [
        *_list_scheduled(subscription),
        *_list_pauses(subscription),
        *_list_spans(subscription),
        *_list_events(subscription),
        *_list_queued(subscription),
        *_list_documents(subscription),
        *_list_draws(subscription),
    ]
    return sorted(entries, key=_place, reverse=True)[:MOST]


def _place(entry: Entry) -> datetime:
    # A day without an instant stands where it begins, before what happened in it.
    return entry.at or timezone.make_aware(datetime.combine(entry.on, time.min))


def _list_scheduled(subscription: Subscription) -> Iterator[Entry]:
    for each in ScheduledAction.objects.filter(subscription=subscription, status="scheduled"):
        kind = KINDS.get(each.action["kind"])
        what = f"{kind.name if kind else each.action['kind']}, as scheduled"
        yield Entry(each.on, what, who=each.scheduled_by, why=each.reason, tone="busy", is_ahead=True)


def _list_pauses(subscription: Subscription) -> Iterator[Entry]:
    """Only what is to come of them: that they began and ended are events."""
    open_ones = ServiceInterruption.objects.filter(
        subscription_service__subscription=subscription, until_on__isnull=True, ends_by_on__isnull=False
    )
    for each in open_ones.select_related("subscription_service__service"):
        if each.ends_by_on is not None:
            what = f"{each.subscription_service.service.name} goes on"
            yield Entry(each.ends_by_on, what, tone="busy", is_ahead=each.ends_by_on > today())


def _list_spans(subscription: Subscription) -> Iterator[Entry]:
    """The first day of each service, and the first without it that is to come; ends of the past are events."""
    services = SubscriptionService.objects.filter(subscription=subscription).select_related("service")
    for each in services:
        name = each.description or each.service.name
        yield Entry(each.starts_on, f"{name} starts", tone="good", is_ahead=each.starts_on > today())
        if each.ends_on is not None and each.ends_on > today() and each.service.kind != "one_off":
            yield Entry(each.ends_on, f"First day without {name}", tone="wait", is_ahead=True)


def _list_events(subscription: Subscription) -> Iterator[Entry]:
    events = SubscriptionEvent.objects.filter(subscription=subscription).exclude(event__in=_TOLD_ELSEWHERE)
    for event in events.select_related("subscription_service__service").order_by("-at", "-id")[:MOST]:
        service = event.subscription_service
        name = _name(service, tells_quantity=event.event in _ABOUT_QUANTITY) if service else ""
        words, tone = _EVENTS.get(event.event, ("", "plain"))
        what = words.format(service=name or "Every service") if words else _spell(event.event, name)
        yield Entry(_day(event.at), what, event.at, event.actor_label, event.reason, tone)


def _name(service: SubscriptionService, *, tells_quantity: bool) -> str:
    name = service.description or service.service.name
    return f"{service.quantity.normalize():f} × {name}" if tells_quantity and service.quantity != 1 else name


def _spell(event: str, name: str) -> str:
    words = event.replace("_", " ").capitalize()
    return f"{words}: {name}" if name else words


def _list_queued(subscription: Subscription) -> Iterator[Entry]:
    queued = DeactivationCandidate.objects.filter(subscription_service__subscription=subscription)
    for each in queued.select_related("subscription_service__service").order_by("-pk")[:MOST]:
        what = f"{each.subscription_service.service.name} was not renewed and waits to be switched off"
        why = REASONS_IN_WORDS[each.reason].capitalize()
        href = reverse("admin:deactivation_queue")
        yield Entry(_day(each.queued_at), what, each.queued_at, each.queued_by, why, "wait", href)


def _list_documents(subscription: Subscription) -> Iterator[Entry]:
    lines = DocumentLine.objects.filter(subscription_service__subscription=subscription)
    events = DocumentEvent.objects.filter(document_id__in=lines.values("document_id"), event__in=list(_DOCUMENTS))
    newest = list(events.select_related("document").order_by("-at", "-id")[:MOST])
    covered = _list_covered(lines, {event.document_id for event in newest})
    for event in newest:
        document = event.document
        words, tone = _DOCUMENTS[event.event]
        kind = document.kind.replace("_", " ").capitalize()
        amount = write_money(document.gross_minor, currency=document.currency)
        href = reverse("admin:invoice", args=[document.pk])
        what = f"{kind} {document.number} {words}, {amount}"
        why = event.reason or _join(covered[document.pk])
        yield Entry(_day(event.at), what, event.at, event.actor_label, why, tone, href)


def _list_covered(lines: QuerySet[DocumentLine], document_ids: Collection[int]) -> dict[int, list[str]]:
    """What of this subscription stands on each document: services with their days."""
    covered: dict[int, list[str]] = defaultdict(list)
    rows = lines.filter(document_id__in=document_ids).order_by("document_id", "position")
    for document_id, description, start_on, end_on in rows.values_list(
        "document_id", "description", "period_start_on", "period_end_on"
    ):
        covered[document_id].append(_with_days(description, start_on, end_on))
    return covered


def _list_draws(subscription: Subscription) -> Iterator[Entry]:
    draws = Draw.objects.filter(subscription_service__subscription=subscription).order_by("-pk")
    for draw in draws[:MOST]:
        amount = write_money(draw.net_minor, currency=subscription.account.currency)
        why = _with_days(draw.description, draw.period_start_on, draw.period_end_on)
        yield Entry(draw.drawn_on, f"Charged on the account, {amount} before tax", why=why, tone="good")


def _with_days(description: str, start_on: date | None, end_on: date | None) -> str:
    return ", ".join(filter(None, (description, write_period(start_on, end_on=end_on))))


def _join(parts: Sequence[str]) -> str:
    more = len(parts) - _MOST_PARTS
    return "; ".join(parts[:_MOST_PARTS]) + (f"; and {more} more" if more > 0 else "")


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
