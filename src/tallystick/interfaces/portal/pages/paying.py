"""Pay what is open with the saved method, and what is told afterwards."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tallystick.access.queries import OwnAccount
from tallystick.errors import NotFound, Refusal
from tallystick.interfaces.portal.signing_in import get_actor, get_own_account, signed_in
from tallystick.interfaces.portal.words.paying import PayingPhrases
from tallystick.interfaces.record_links import get_site_address
from tallystick.journeys.pay_on_page import ask_for_open, follow_page, open_pay_page
from tallystick.journeys.pay_open import Paid, pay_open
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.payments.queries.pages import find_page
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor

#: What can be told after something was done, as it stands in the address: words of ours, never of whoever wrote it.
TOLD = (
    "paid",
    "waiting",
    "failed_retry",
    "failed_act",
    "failed_new",
    "failed_stop",
    "changed",
    "not_paid",
    "used",
    "removed",
    "saved",
    "not_saved",
    "not_yet",
    "unavailable",
)
GOOD = ("paid", "used", "removed", "saved", "waiting")
_ATTEMPT = "00000000-0000-0000-0000-000000000000"
_OF_PAGE = {"succeeded": "paid", "processing": "waiting", "unknown": "waiting", "failed": "failed_retry"}
_REFUSED = {
    "amount_has_changed": "changed",
    "nothing_to_pay": "changed",
    "already_being_paid": "waiting",
    "method_not_charged": "failed_new",
}
_AFTER: dict[Advice, str] = {
    Advice.RETRY_LATER: "failed_retry",
    Advice.CUSTOMER_ACTION: "failed_act",
    Advice.NEW_METHOD: "failed_new",
    Advice.STOP: "failed_stop",
    Advice.FIX_SETUP: "unavailable",
}


@require_POST
@signed_in
def pay(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """One press, one charge: what was shown, or nothing."""
    account, _ = get_own_account(request, account_id)
    asked_minor = read_minor(request.POST.get("asked", ""))
    try:
        if request.POST.get("where") == "page":
            return _lead_to_page(request, account, asked_minor)
        told = _tell(pay_open(account.id, asked_minor=asked_minor, at=clock.now(), actor=get_actor(request)))
    except NotFound:
        raise
    except Refusal as refusal:
        told = _REFUSED.get(refusal.code, "unavailable")
    return go_home(account.id, told)


@require_GET
@signed_in
def come_back(request: HttpRequest, account_id: int, attempt_id: UUID) -> HttpResponseBase:
    """Back from the gateway's page, which proves nothing: the gateway is asked."""
    account, _ = get_own_account(request, account_id)
    page = find_page(str(attempt_id))
    if page is None or page.attempt.account_id != account.id:
        raise Http404
    status = follow_page(page.attempt_id, at=clock.now(), actor=system_actor("a customer who came back"))
    return go_home(account.id, _OF_PAGE.get(status, "not_paid"))


def _lead_to_page(request: HttpRequest, account: OwnAccount, asked_minor: int) -> HttpResponse:
    """To the gateway's page, for what was shown: who looks at it may confirm there, or take another card."""
    path = reverse("portal:pay-return", args=[account.id, _ATTEMPT]).replace(_ATTEMPT, "{attempt}")
    page = open_pay_page(
        ask_for_open(account.id, description=account.external_id),
        asked_minor=asked_minor,
        return_url=f"{get_site_address(request)}{path}",
        at=clock.now(),
        actor=system_actor("a customer in the portal"),
    )
    response = HttpResponseRedirect(page.action_url)
    response.status_code = 303
    return response


def go_home(account_id: int, told: str) -> HttpResponse:
    """Back to the account, where it is told what came of it."""
    return redirect(f"{reverse('portal:account', args=[account_id])}?told={told}")


def read_told(request: HttpRequest, *, words: PayingPhrases) -> tuple[str, bool]:
    """What is to be told, and whether it is good news; "" for nothing."""
    told = request.GET.get("told", "")
    return (getattr(words, told), told in GOOD) if told in TOLD else ("", True)


def read_minor(asked: str) -> int:
    """An amount as a form says it was shown; 0 for what is none."""
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 18 else 0


def tell_attempt(status: str, failure_code: str) -> str:
    """What is told of an attempt, one of TOLD."""
    if status == "succeeded":
        return "paid"
    if status == "failed":
        return _AFTER[FAILURES[failure_code].advice]
    return "waiting"


def _tell(paid: Paid) -> str:
    return tell_attempt(paid.status, paid.failure_code)
