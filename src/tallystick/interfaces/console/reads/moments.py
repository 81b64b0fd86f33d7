"""One timeline of everything that happened to an account, a document or a run: what, when, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import F, QuerySet
from django.urls import reverse

from tallystick.accounts.models import AccountEvent
from tallystick.accounts.queries import list_account_events
from tallystick.collection.core.reasons import explain
from tallystick.collection.models import PaymentRunEvent, PaymentRunScheduleEvent
from tallystick.delivery.models import DeliveryEvent, MethodRequest
from tallystick.interfaces.console.chips import Tone
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.reads.money_words import describe_payment
from tallystick.invoicing.models import Allocation, BillRunEvent, BillRunScheduleEvent, CreditSource, DocumentEvent
from tallystick.payments.models import AttemptEvent, PaymentMethodEvent
from tallystick.subscriptions.models import SubscriptionEvent

MOST = 200


class Moment(NamedTuple):
    """Something that happened. `who` is the label of the actor; `why` the reason that was given, if any.
    `is_real_time`: not by the business clock, from which it may lie months away."""

    at: datetime
    what: str
    who: str
    why: str = ""
    tone: Tone = "plain"
    href: str = ""
    is_real_time: bool = False


_DOCUMENT_WORDS: dict[str, tuple[str, Tone]] = {
    "draft": ("made", "wait"),
    "change": ("changed", "wait"),
    "post": ("posted", "good"),
    "cancel": ("canceled", "plain"),
    "void": ("voided", "plain"),
    "credit": ("credited", "wait"),
    "debit": ("debited", "wait"),
    "reverse": ("reversed", "plain"),
}
_RUN_WORDS: dict[str, tuple[str, Tone]] = {
    "create": ("Created", "busy"),
    "change": ("Moved with its schedule", "wait"),
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
    "drop_account": ("Account dropped", "wait"),
    "draft_again": ("Account drafted again", "wait"),
    "not_auto_posted": ("Not posted by itself", "bad"),
}


def merge(*sources: Iterable[Moment]) -> list[Moment]:
    """The newest moments of several sources, newest first."""
    everything = sorted((moment for source in sources for moment in source), key=lambda moment: moment.at, reverse=True)
    return list(islice(everything, MOST))


def list_account_moments(account_id: int) -> list[Moment]:
    """How much the account may owe, who moves its money and whether it takes anything new, as staff changed it."""
    return [
        Moment(event.at, _tell_account_event(event), event.actor_label, event.reason)
        for event in list_account_events(account_id)[-MOST:]
    ]


def _tell_account_event(event: AccountEvent) -> str:
    after = event.after
    if "is_closed" in after:
        return "Account closed for anything new" if after["is_closed"] else "Account opened again"
    if event.event == "set_managed":
        ended = after.get("charges_no_more")
        return f"Set managed; {', '.join(ended)} is charged no more" if ended else "Set managed"
    if event.event == "set_self_serve":
        told = (
            "what they had ended"
            if after["way"] == "free_now"
            else f"they keep what they have until {after['ends_on']}"
        )
        return f"Set self-serve; {told}"
    return f"Funding policy: {str(after['policy']).replace('_', ' ')}, was {event.before['policy']}"


def list_document_moments(events: QuerySet[DocumentEvent], *, names_it: bool = True) -> list[Moment]:
    """What happened to documents; `names_it` where more than one is meant."""
    moments = []
    for event in events.select_related("document").order_by("-at", "-id")[:MOST]:
        document = event.document
        words, tone = _DOCUMENT_WORDS.get(event.event, (event.event, "plain"))
        kind = document.kind.replace("_", " ").capitalize()
        name = f"{kind} {document.number}" if document.number else f"Draft {document.pk}"
        amount = write_money(document.gross_minor, currency=document.currency)
        what = f"{name} {words}, {amount}" if names_it else words.capitalize()
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
    "change": ("Changed", "wait"),
    "pause": ("Paused", "wait"),
    "resume": ("Resumed", "busy"),
    "finish": ("Finished", "plain"),
    "cancel": ("Series canceled", "plain"),
}


def list_schedule_moments(events: QuerySet[BillRunScheduleEvent] | QuerySet[PaymentRunScheduleEvent]) -> list[Moment]:
    """What happened to a schedule."""
    moments = []
    for event in events.order_by("-at", "-id")[:MOST]:
        words, tone = _SCHEDULE_WORDS.get(event.event, (event.event, "plain"))
        moments.append(Moment(event.at, words, event.actor_label, event.reason, tone))
    return moments


_PAYMENT_RUN_WORDS: dict[str, tuple[str, Tone]] = {
    "create": ("Created", "busy"),
    "change": ("Changed", "busy"),
    "start": ("Collecting began", "busy"),
    "complete": ("Completed", "good"),
    "fail": ("Failed", "bad"),
    "cancel": ("Canceled", "plain"),
    "retry": ("Charged again", "busy"),
    "close": ("Failure closed", "plain"),
}


def list_payment_run_moments(events: QuerySet[PaymentRunEvent], *, names_it: bool = True) -> list[Moment]:
    """What happened to a payment run, and what people did about its failures; on an invoice's page it names the run."""
    moments = []
    for event in events.select_related("run", "item__document").order_by("-at", "-id")[:MOST]:
        words, tone = _PAYMENT_RUN_WORDS.get(event.event, (event.event.replace("_", " ").capitalize(), "plain"))
        of = f"invoice {event.item.document}" if event.item and names_it else "" if names_it else event.run.number
        href = "" if names_it else reverse("admin:payment_run", args=[event.run_id])
        moments.append(Moment(event.at, f"{words}: {of}" if of else words, event.actor_label, event.reason, tone, href))
    return moments


def list_delivery_moments(events: QuerySet[DeliveryEvent], *, names_it: bool = True) -> list[Moment]:
    """How documents went out; `names_it` where more than one is meant."""
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
        what = f"{delivery.document} {said} {way}" if names_it else f"{said.capitalize()} {way}"
        href = reverse("admin:invoice", args=[delivery.document_id]) if names_it else ""
        moments.append(Moment(event.at, what, event.actor_label, event.reason, tone, href))
    return moments


_ATTEMPT_WORDS: dict[str, tuple[str, Tone]] = {
    "succeeded": ("collected from", "good"),
    "failed": ("not collected from", "bad"),
    "canceled": ("not collected from", "bad"),
    "expired": ("not collected from", "bad"),
    "not_executed": ("not collected from", "bad"),
}
_ATTEMPT_STEPS: dict[str, tuple[str, Tone]] = {
    "processing": ("asked of, the bank takes its time with", "busy"),
    "action_required": ("asked of, the customer has to approve it on", "wait"),
    "unknown": ("asked of, the gateway has not answered about", "wait"),
}


def list_attempt_moments(events: QuerySet[AttemptEvent], *, tells_steps: bool = False) -> list[Moment]:
    """What became of tries to charge: how they ended, and what came before where `tells_steps`."""
    words = {**_ATTEMPT_WORDS, **_ATTEMPT_STEPS} if tells_steps else _ATTEMPT_WORDS
    moves = events.filter(to_status__in=list(words)).exclude(from_status=F("to_status"))
    moments = []
    for event in moves.select_related("attempt__method").order_by("-at", "-id")[:MOST]:
        attempt = event.attempt
        said, tone = words[event.to_status]
        what = f"{write_money(attempt.amount_minor, currency=attempt.currency)} {said} {attempt.paid_with}"
        # A failure that the gateway took back later has no reason any more.
        code = attempt.failure_code if event.to_status == "failed" else event.to_status
        why = explain(code).words if tone == "bad" else ""
        href = reverse("admin:attempt", args=[attempt.pk])
        moments.append(Moment(event.at, what, event.actor_label, why, tone, href))
    return moments


def list_settlement_moments(allocations: QuerySet[Allocation], *, names_it: bool = False) -> list[Moment]:
    """What was matched to documents, and taken back; `names_it` where more than one document is meant."""
    moments = []
    rows = allocations.select_related("document", "source__document", "source__payment__attempt__method")
    for each in rows.order_by("-pk")[:MOST]:
        amount = write_money(abs(each.amount_minor), currency=each.document.currency)
        of = f" of {each.document}" if names_it else ""
        source, href = _describe_source(each.source)
        is_given = each.amount_minor > 0
        what = f"{amount}{of} settled by {source}" if is_given else f"{amount}{of} no longer settled by {source}"
        moments.append(Moment(each.created_at, what, "settlement", tone="good" if is_given else "wait", href=href))
    return moments


def _describe_source(source: CreditSource) -> tuple[str, str]:
    if source.payment is not None:
        return f"the payment of {describe_payment(source.payment)}", reverse("admin:payment", args=[source.payment.pk])
    if source.document is not None:
        return str(source.document), reverse("admin:invoice", args=[source.document.pk])
    return "customer credit", ""


_REQUEST_WORDS = {
    "failed": "it can't be charged any more",
    "unconfirmed": "the bank wants them to confirm",
    "expiring": "it expires",
}


def list_request_moments(requests: QuerySet[MethodRequest]) -> list[Moment]:
    """That customers were asked for a new payment method, or that no mail server took it."""
    moments = []
    for each in requests.select_related("method").order_by("-pk")[:MOST]:
        why = f"{_REQUEST_WORDS[each.occasion]}; day {each.step_days}"
        what = f"Asked for a new payment method instead of {each.method.label}"
        href = reverse("admin:payment_method", args=[each.method_id])
        if each.sent_at is None:
            moments.append(Moment(each.requested_at, f"{what}: not sent", "requests", each.problem, "bad", href))
        else:
            moments.append(Moment(each.sent_at, f"{what}: {each.recipient}", "requests", why, "busy", href))
    return moments


def list_release_moments(events: QuerySet[AttemptEvent]) -> list[Moment]:
    """That people let held attempts go on, and why."""
    released = events.filter(event="release").order_by("-at", "-id")[:MOST]
    return [Moment(event.at, "Released", event.actor_label, event.reason, "busy") for event in released]


_METHOD_WORDS = {
    "resume": "Resumed",
    "set_limit": "Failure limit set",
    "refresh": "The gateway was asked",
    "update": "Renewed by the gateway",
}


def list_method_moments(events: QuerySet[PaymentMethodEvent]) -> list[Moment]:
    """What people and the gateway did about a saved method."""
    return [
        Moment(event.at, _METHOD_WORDS.get(event.event, event.event.capitalize()), event.actor_label, event.reason)
        for event in events.order_by("-at", "-id")[:MOST]
    ]
