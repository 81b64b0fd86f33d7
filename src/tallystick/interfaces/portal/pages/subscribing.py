"""What is subscribed to: see it, subscribe, cancel at the end of the period, resume; by the operations of the API."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tallystick.access.queries import OwnAccount
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.errors import NotFound, Refusal
from tallystick.interfaces.portal.drawing import draw_portal_page
from tallystick.interfaces.portal.pages.paying import read_minor, tell_attempt
from tallystick.interfaces.portal.signing_in import get_actor, get_own_account, signed_in
from tallystick.interfaces.portal.subscribing_reads import (
    ShownPlan,
    ShownSubscription,
    is_invoiced,
    list_shown_plans,
    list_shown_subscriptions,
    read_subscribing,
)
from tallystick.interfaces.portal.words.languages import get_phrases
from tallystick.interfaces.portal.words.paying import PAYING
from tallystick.interfaces.portal.words.subscribing_languages import SUBSCRIBING
from tallystick.interfaces.record_links import get_site_address
from tallystick.journeys.pay_on_page import follow_page
from tallystick.journeys.start_subscribing import FirstPayment
from tallystick.journeys.stop_and_resume import cancel_at_period_end, resume_subscription
from tallystick.journeys.subscribe import find_label_to_charge, subscribe
from tallystick.journeys.subscribe_on_page import price_subscribing, subscribe_on_page
from tallystick.payments.queries.pages import find_page
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor

#: What can be told after something was done, as it stands in the address; failures of a payment as everywhere.
TOLD = ("begun", "waiting", "canceled", "resumed", "not_begun", "changed", "no_method", "managed", "unavailable")
_FAILED = ("failed_retry", "failed_act", "failed_new", "failed_stop")
_GOOD = ("begun", "waiting", "canceled", "resumed")
_REFUSED = {
    "managed_is_invoiced": "managed",
    "already_subscribed": "changed",
    "amount_has_changed": "changed",
    "not_canceling": "changed",
    "end_not_possible": "changed",
    "wrong_subscription_state": "changed",
    "already_being_paid": "waiting",
    "no_method_to_charge": "no_method",
}
_OF_PAGE = {"succeeded": "begun", "processing": "waiting", "unknown": "waiting", "failed": "failed_retry"}
_ATTEMPT = "00000000-0000-0000-0000-000000000000"
_WHY = "the customer asked for it in the portal"


@require_GET
@signed_in
def show(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """How it stands, or what there is to choose."""
    account, _ = get_own_account(request, account_id)
    say = get_phrases(account.language)
    shown, told = read_subscribing(account, say=say), request.GET.get("told", "")
    context = {
        "subscribing": shown,
        "words": shown.words,
        "back": PAYING[say.language].back,
        "told": getattr(shown.words, told) if told in TOLD else "",
        "is_good_news": told in _GOOD,
    }
    if told in _FAILED:
        context["told"] = getattr(PAYING[say.language], told)
    return draw_portal_page(request, "subscription", context, account=account)


@require_http_methods(["GET", "POST"])
@signed_in
def cancel(request: HttpRequest, account_id: int, subscription_id: int) -> HttpResponseBase:
    """Name the day on which it ends; then let it end on that day, or not at all."""
    account, _ = get_own_account(request, account_id)
    found = _find_subscription(account, subscription_id)
    if not found.may_cancel:
        return _go(account.id, "managed" if is_invoiced(account.id) else "changed")
    if request.method == "GET":
        return _ask_whether(request, account, found)
    if request.POST.get("ends_on") != found.ends_on.isoformat():
        return _go(account.id, "changed")
    try:
        cancel_at_period_end(subscription_id, reason=_WHY, at=clock.now(), actor=get_actor(request))
    except Refusal as refusal:
        return _go_refused(account.id, refusal)
    return _go(account.id, "canceled")


@require_POST
@signed_in
def resume(request: HttpRequest, account_id: int, subscription_id: int) -> HttpResponseBase:
    """Take a cancellation back before its day; nothing is charged."""
    account, _ = get_own_account(request, account_id)
    found = _find_subscription(account, subscription_id)
    if not found.may_resume:
        return _go(account.id, "managed" if is_invoiced(account.id) else "changed")
    try:
        resume_subscription(subscription_id, reason=_WHY, at=clock.now(), actor=get_actor(request))
    except Refusal as refusal:
        return _go_refused(account.id, refusal)
    return _go(account.id, "resumed")


@require_http_methods(["GET", "POST"])
@signed_in
def begin(request: HttpRequest, account_id: int, plan: str) -> HttpResponseBase:
    """Name what is charged now and to what; then charge just that, or lead to the gateway's page for it."""
    account, _ = get_own_account(request, account_id)
    if is_invoiced(account.id):
        return _go(account.id, "managed")
    chosen = _find_plan(account, plan)
    try:
        first = price_subscribing(account.id, plan=plan, at=clock.now(), actor=get_actor(request))
        method = find_label_to_charge(account.id, first=first, at=clock.now())
        if request.method == "GET":
            return _ask_to_begin(request, account, chosen, first, method)
        if request.POST.get("method") != method:
            return _go(account.id, "changed")
        return _charge(request, account, plan) if method else _lead_to_page(request, account, plan)
    except NotFound:
        raise Http404 from None
    except Refusal as refusal:
        return _go_refused(account.id, refusal)


@require_GET
@signed_in
def come_back(request: HttpRequest, account_id: int, attempt_id: UUID) -> HttpResponseBase:
    """Back from the gateway's page, which proves nothing: the gateway is asked."""
    account, _ = get_own_account(request, account_id)
    page = find_page(str(attempt_id))
    if page is None or page.attempt.account_id != account.id:
        raise Http404
    status = follow_page(page.attempt_id, at=clock.now(), actor=system_actor("a customer who came back"))
    return _go(account.id, _OF_PAGE.get(status, "not_begun"))


def _ask_whether(request: HttpRequest, account: OwnAccount, found: ShownSubscription) -> HttpResponse:
    say = get_phrases(account.language)
    words = SUBSCRIBING[say.language]
    day = write_date(found.ends_on, locale=say.locale)
    context = {
        "words": words,
        "question": words.cancel_question.format(plan=found.plan),
        "hints": [words.cancel_now_hint if found.is_ending_today else words.cancel_hint.format(date=day)],
        "button": words.cancel,
        "fields": {"ends_on": found.ends_on.isoformat()},
    }
    return draw_portal_page(request, "subscription_question", context, account=account)


def _ask_to_begin(
    request: HttpRequest, account: OwnAccount, chosen: ShownPlan, first: FirstPayment, method: str
) -> HttpResponse:
    say = get_phrases(account.language)
    words = SUBSCRIBING[say.language]

    def write(minor: int) -> str:
        return write_money(minor, currency=first.currency, locale=say.locale)

    debt_minor = first.amount_minor - first.shares[-1][1]
    hints = [
        words.charged_now.format(amount=write(first.amount_minor)),
        words.charged_debt.format(amount=write(debt_minor)) if debt_minor else "",
        words.by_method.format(method=method) if method else words.by_page,
        f"{chosen.price}. {words.renews}",
    ]
    context = {
        "words": words,
        "question": words.subscribe_question.format(plan=chosen.name),
        "hints": [each for each in hints if each],
        "button": PAYING[say.language].pay.format(amount=write(first.amount_minor)),
        "back": PAYING[say.language].back,
        "fields": {"asked": str(first.amount_minor), "method": method},
    }
    return draw_portal_page(request, "subscription_question", context, account=account)


def _charge(request: HttpRequest, account: OwnAccount, plan: str) -> HttpResponse:
    asked_minor = read_minor(request.POST.get("asked", ""))
    made = subscribe(account.id, plan=plan, asked_minor=asked_minor, at=clock.now(), actor=get_actor(request))
    told = tell_attempt(made.status, made.failure_code)
    return _go(account.id, "begun" if told == "paid" else told)


def _lead_to_page(request: HttpRequest, account: OwnAccount, plan: str) -> HttpResponse:
    path = reverse("portal:subscribe-return", args=[account.id, _ATTEMPT]).replace(_ATTEMPT, "{attempt}")
    page = subscribe_on_page(
        account.id,
        plan=plan,
        asked_minor=read_minor(request.POST.get("asked", "")),
        return_url=f"{get_site_address(request)}{path}",
        at=clock.now(),
        actor=get_actor(request),
    )
    response = HttpResponseRedirect(page.action_url)
    response.status_code = 303
    return response


def _find_subscription(account: OwnAccount, subscription_id: int) -> ShownSubscription:
    """One of theirs that runs; another's is as unknown as one that there is not."""
    for each in list_shown_subscriptions(account, say=get_phrases(account.language)):
        if each.id == subscription_id:
            return each
    raise Http404


def _find_plan(account: OwnAccount, code: str) -> ShownPlan:
    """A plan that is offered; what the seller sells otherwise is not to be had here."""
    for each in list_shown_plans(account, say=get_phrases(account.language)):
        if each.code == code:
            return each
    raise Http404


def _go_refused(account_id: int, refusal: Refusal) -> HttpResponse:
    return _go(account_id, _REFUSED.get(refusal.code, "unavailable"))


def _go(account_id: int, told: str) -> HttpResponse:
    return redirect(f"{reverse('portal:subscription', args=[account_id])}?told={told}")
