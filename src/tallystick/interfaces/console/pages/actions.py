"""Actions on a subscription: chosen, filled in, shown with what they bill and why, then done or scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from tallystick.errors import NotFound, Refusal
from tallystick.interfaces.console.acting import get_actor, perform, show_refusal
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_day, write_money
from tallystick.interfaces.console.pages.action_forms import ActionForm
from tallystick.interfaces.console.reads.action_words import (
    MEANINGS,
    list_shown_documents,
    write_button,
    write_fingerprint,
    write_intro,
)
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.journeys.take_action import Taken, preview_taking, take_action
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.subscriptions.core.action_kinds import BECOME_EFFECTIVE, DRAFT_KINDS, KINDS, ONE_SERVICE_KINDS
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.schedule_action import cancel_scheduled_action
from tallystick.subscriptions.queries import get_service, get_subscription

_NOT_FILLED_IN = ("csrfmiddlewaretoken", "step", "shown")


def _is_possible(code: str, status: str) -> bool:
    """Whether a subscription in that status can be asked for it: a draft begins, what runs changes."""
    return code in DRAFT_KINDS if status == "draft" else code != BECOME_EFFECTIVE


@needs(SUBSCRIPTIONS_ACT)
def choose(request: HttpRequest, *, subscription_id: int) -> HttpResponseBase:
    """Which action; for one service just those that are about services."""
    subscription = get_subscription(subscription_id)
    about = request.GET.get("service", "")
    service = get_service(int(about)) if about.isdecimal() else None
    kinds = [
        (code, kind, MEANINGS.get(code, ""))
        for code, kind in KINDS.items()
        if (kind.is_about_services or service is None) and _is_possible(code, subscription.status)
    ]
    context = {"subscription": subscription, "kinds": kinds, "service": service}
    return draw_page(
        request,
        template="console/action_choice.html",
        title="Choose an action",
        crumbs=_list_crumbs(subscription),
        context=context,
    )


@needs(SUBSCRIPTIONS_ACT)
def act(request: HttpRequest, *, subscription_id: int, kind: str) -> HttpResponseBase:
    """Fill it in, look at what it will bill and why, and let it be done. Only what was shown is done."""
    if kind not in KINDS:
        raise NotFound(f"There is no action {kind}.", field="kind")
    subscription = get_subscription(subscription_id)
    initial = {"on": today(), **_read_initial(request, kind)}
    form = ActionForm(request.POST or None, subscription=subscription, kind=kind, initial=initial)
    if request.method == "POST" and request.POST.get("step") != "edit" and form.is_valid():
        try:
            action = form.read_action()
            taken = preview_taking(subscription_id, action=action, at=now(), actor=get_actor(request))
            if request.POST.get("step") == "do" and request.POST.get("shown") == write_fingerprint(taken):
                return _do(request, subscription, action, form.cleaned_data["reason"])
            return _draw_preview(request, subscription, action, taken)
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases=form.aliases)
    context = {
        "subscription": subscription,
        "form": form,
        "back": reverse("admin:subscription", args=[subscription.pk]),
    }
    return draw_page(
        request,
        template="console/action.html",
        title=KINDS[kind].name,
        crumbs=_list_crumbs(subscription),
        context=context,
    )


@require_POST
@needs(RECORDS_READ)
def cancel_scheduled(request: HttpRequest, *, subscription_id: int, action_id: int) -> HttpResponse:
    """Take a scheduled action back before its day."""
    perform(
        request,
        act=lambda: cancel_scheduled_action(
            action_id,
            subscription_id=subscription_id,
            reason=request.POST.get("reason", ""),
            at=now(),
            actor=get_actor(request),
        ),
        done=lambda canceled: f"It is canceled; nothing happens on {write_day(canceled.on)}.",
    )
    return redirect("admin:subscription", subscription_id)


def _do(request: HttpRequest, subscription: Subscription, action: Action, reason: str) -> HttpResponse:
    taken = take_action(subscription.pk, action=action, reason=reason, at=now(), actor=get_actor(request))
    messages.success(request, _write_done(action, taken))
    return redirect("admin:subscription", subscription.pk)


def _write_done(action: Action, taken: Taken) -> SafeString:
    name = KINDS[action.kind].name
    if taken.bill is None:
        told = "{}: it waits for {} and is billed then, with the prices of that day."
        return format_html(told, name, write_day(action.on))
    if not taken.bill.documents:
        return format_html("{}: it is done. Nothing was billed.", name)
    links = format_html_join(
        ", ",
        '<a class="underline" href="{}">{}</a> over {}',
        (
            (
                reverse("admin:invoice", args=[each.document_id]),
                each.number,
                write_money(each.gross_minor, currency=taken.bill.currency),
            )
            for each in taken.bill.documents
        ),
    )
    return format_html("{}: it is done. Posted: {}.", name, links)


def _draw_preview(request: HttpRequest, subscription: Subscription, action: Action, taken: Taken) -> HttpResponseBase:
    kind = KINDS[action.kind]
    filled_in = [
        (name, value) for name, values in request.POST.lists() if name not in _NOT_FILLED_IN for value in values
    ]
    context: dict[str, Any] = {
        "subscription": subscription,
        "kind": kind,
        "filled_in": filled_in,
        "shown": write_fingerprint(taken),
        "has_changed": request.POST.get("shown", write_fingerprint(taken)) != write_fingerprint(taken),
        "intro": write_intro(kind, action=action, taken=taken),
        "button": write_button(kind, action=action, taken=taken),
        "bill": taken.bill,
        "documents": list_shown_documents(taken.bill),
        "back": reverse("admin:subscription", args=[subscription.pk]),
    }
    return draw_page(
        request,
        template="console/action_preview.html",
        title=f"{kind.name}?",
        crumbs=_list_crumbs(subscription),
        context=context,
    )


def _read_initial(request: HttpRequest, kind: str) -> dict[str, Any]:
    """What a link on the subscription's page knows already: the service, and how many there are of it."""
    about = request.GET.get("service", "")
    if not about.isdecimal():
        return {}
    service = get_service(int(about))
    return {"about": about if kind in ONE_SERVICE_KINDS else [about], "quantity": service.quantity}


def _list_crumbs(subscription: Subscription) -> Sequence[Crumb]:
    address = reverse("admin:subscription", args=[subscription.pk])
    return [crumb("Subscriptions", name="subscriptions"), Crumb(subscription.external_id, address)]
