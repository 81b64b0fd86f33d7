"""A customer's subscription: see it, cancel it at its period's end, keep it after all, come back to it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tallystick.access.queries import OwnAccount
from tallystick.documents.rendering.formats import write_money
from tallystick.errors import Refusal
from tallystick.interfaces.portal.drawing import draw_portal_page
from tallystick.interfaces.portal.signing_in import get_actor, get_own_account, signed_in
from tallystick.interfaces.portal.subscription_reads import ShownSubscription, read_subscriptions
from tallystick.interfaces.portal.words.languages import get_phrases
from tallystick.interfaces.portal.words.paying import PAYING
from tallystick.interfaces.portal.words.subscribing import SUBSCRIBING
from tallystick.journeys.start_subscribing import preview_subscribing
from tallystick.journeys.stop_and_resume import cancel_at_period_end, resume_subscription
from tallystick.journeys.subscribe import subscribe
from tallystick.payments.queries import list_default_methods
from tallystick.plumbing import clock
from tallystick.subscriptions.queries.paying import Former, find_former

TOLD = ("canceled", "kept", "begun", "waiting", "failed", "limit", "not_possible")
_GOOD = ("canceled", "kept", "begun", "waiting")
_OF_ATTEMPT = {"succeeded": "begun", "failed": "failed", "canceled": "failed"}
_REFUSED = {"method_not_charged": "limit", "already_being_paid": "waiting"}
_CANCELED, _KEPT = "canceled by the customer in the portal", "kept by the customer in the portal"


@require_GET
@signed_in
def show(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """What the account has, and what can be done about it."""
    account, _ = get_own_account(request, account_id)
    say = get_phrases(account.language)
    told = request.GET.get("told", "")
    shown = read_subscriptions(account, say=say)
    context = {
        "shown": shown,
        "again": shown.words.again.format(plan=shown.again),
        "back": PAYING[say.language].back,
        "told": getattr(SUBSCRIBING[say.language], f"told_{told}") if told in TOLD else "",
        "is_good_news": told in _GOOD,
    }
    return draw_portal_page(request, "subscription", context, account=account)


@require_http_methods(["GET", "POST"])
@signed_in
def cancel(request: HttpRequest, account_id: int, subscription_id: int) -> HttpResponseBase:
    """Ask, naming the day on which it would end; then let it end with that day."""
    account, _ = get_own_account(request, account_id)
    shown, words = _get_shown(account, subscription_id), SUBSCRIBING[get_phrases(account.language).language]
    if request.method == "GET":
        context = {
            "question": words.cancel_question.format(plan=shown.plan),
            "hint": words.cancel_hint.format(date=shown.ends_on),
            "button": words.cancel if shown.may_cancel else "",
            "back": words.keep,
        }
        return draw_portal_page(request, "subscription_question", context, account=account)
    if not shown.may_cancel:
        return _go(account, "not_possible")
    try:
        cancel_at_period_end(shown.id, reason=_CANCELED, at=clock.now(), actor=get_actor(request))
    except Refusal:
        return _go(account, "not_possible")
    return _go(account, "canceled")


@require_POST
@signed_in
def keep(request: HttpRequest, account_id: int, subscription_id: int) -> HttpResponseBase:
    """Take the cancellation back."""
    account, _ = get_own_account(request, account_id)
    shown = _get_shown(account, subscription_id)
    try:
        resume_subscription(shown.id, reason=_KEPT, at=clock.now(), actor=get_actor(request))
    except Refusal:
        return _go(account, "not_possible")
    return _go(account, "kept")


@require_http_methods(["GET", "POST"])
@signed_in
def come_back(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """Ask, naming what is charged now and with what; then subscribe again."""
    account, _ = get_own_account(request, account_id)
    former = find_former(account.id)
    if former is None:
        return _go(account, "not_possible")
    try:
        if request.method == "GET":
            return _ask(request, account, former)
        made = subscribe(
            account.id, plan=former.plan, quantities=former.quantities, at=clock.now(), actor=get_actor(request)
        )
    except Refusal as refusal:
        return _go(account, _REFUSED.get(refusal.code, "not_possible"))
    return _go(account, _OF_ATTEMPT.get(made.status, "waiting"))


def _ask(request: HttpRequest, account: OwnAccount, former: Former) -> HttpResponse:
    say = get_phrases(account.language)
    words = SUBSCRIBING[say.language]
    first = preview_subscribing(
        account.id, plan=former.plan, quantities=former.quantities, at=clock.now(), actor=get_actor(request)
    )
    method = list_default_methods([account.id]).get(account.id)
    is_ready = method is not None and method.state == "valid" and method.gateway_is_active
    amount = write_money(first.amount_minor, currency=first.currency, locale=say.locale)
    hint = words.again_hint.format(amount=amount, method=method.label) if method and is_ready else words.needs_method
    context = {
        "question": words.again_question.format(plan=former.plan_name),
        "hint": hint,
        "button": words.again.format(plan=former.plan_name) if is_ready else "",
        "back": PAYING[say.language].back,
    }
    return draw_portal_page(request, "subscription_question", context, account=account)


def _get_shown(account: OwnAccount, subscription_id: int) -> ShownSubscription:
    rows = read_subscriptions(account, say=get_phrases(account.language)).rows
    found = next((each for each in rows if each.id == subscription_id), None)
    if found is None:
        raise Http404
    return found


def _go(account: OwnAccount, told: str) -> HttpResponse:
    return redirect(f"{reverse('portal:subscription', args=[account.id])}?told={told}")
