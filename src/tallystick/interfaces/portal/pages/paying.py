"""Pay what is open with the saved method, and what is told afterwards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.errors import NotFound, Refusal
from tallystick.interfaces.portal.signing_in import get_actor, get_own_account, signed_in
from tallystick.interfaces.portal.words.paying import PayingPhrases
from tallystick.journeys.pay_open import Paid, pay_open
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.plumbing import clock

#: What can be told after something was done, as it stands in the address: words of ours, never of whoever wrote it.
TOLD = (
    "paid",
    "waiting",
    "failed_retry",
    "failed_act",
    "failed_new",
    "failed_stop",
    "changed",
    "used",
    "removed",
    "saved",
    "not_saved",
    "not_yet",
    "unavailable",
)
GOOD = ("paid", "used", "removed", "saved", "waiting")
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
    asked = request.POST.get("asked", "")
    try:
        asked_minor = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 18 else 0
        told = _tell(pay_open(account.id, asked_minor=asked_minor, at=clock.now(), actor=get_actor(request)))
    except NotFound:
        raise
    except Refusal as refusal:
        told = "changed" if refusal.code in ("amount_has_changed", "nothing_to_pay") else "unavailable"
    return go_home(account.id, told)


def go_home(account_id: int, told: str) -> HttpResponse:
    """Back to the account, where it is told what came of it."""
    return redirect(f"{reverse('portal:account', args=[account_id])}?told={told}")


def read_told(request: HttpRequest, *, words: PayingPhrases) -> tuple[str, bool]:
    """What is to be told, and whether it is good news; "" for nothing."""
    told = request.GET.get("told", "")
    return (getattr(words, told), told in GOOD) if told in TOLD else ("", True)


def _tell(paid: Paid) -> str:
    if paid.status == "succeeded":
        return "paid"
    if paid.status == "failed":
        return _AFTER[FAILURES[paid.failure_code].advice]
    return "waiting"
