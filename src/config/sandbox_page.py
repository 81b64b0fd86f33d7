"""The sandbox's own payment page, in the place of a real gateway's: one can click what the customer or bank does."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tallystick.money.amount import format_minor
from tallystick.payments.core.failures import explain_failure
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.sandbox.notices import post_again
from tallystick.payments.gateways.sandbox.pages import cancel_page, expire_page, pay_page, read_page
from tallystick.plumbing import clock

#: What can be tried, as buttons: the number, and what comes of it.
NUMBERS = (
    ("4242424242424242", "Pay by card"),
    ("NL77SAND0000000001", "Pay by direct debit, confirmed in 3 bank days"),
    ("4000000000000002", "Card declined"),
    ("4000000000009995", "Card without enough money"),
)


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, ref: str) -> HttpResponseBase:
    """A payment that waits; a press does what its button says and leads back to the seller. One
    that is over can have its webhook sent again."""
    page = read_page(ref, at=clock.now())
    if page is None:
        raise Http404
    failure, answer = "", None
    act = request.POST.get("act", "")
    if act == "notify" and not page.is_open:
        answer = post_again(ref, at=clock.now())
    elif request.method == "POST" and page.is_open:
        failure = _act(ref, act, request.POST.get("number", ""))
        if not failure:
            return HttpResponseRedirect(page.return_url)
    context = {
        "page": page,
        "amount": format_minor(page.amount_minor, page.currency),
        "numbers": NUMBERS,
        "failure": failure,
        "answer": answer,
        "status": "paid" if page.status == "succeeded" else page.status.replace("_", " "),
    }
    return render(request, "portal/sandbox_page.html", context)


def _act(ref: str, act: str, number: str) -> str:
    """What is told; "" where it is done."""
    if act == "cancel":
        cancel_page(ref, at=clock.now())
        return ""
    if act == "expire":
        expire_page(ref, at=clock.now())
        return ""
    try:
        code = pay_page(ref, number=number, at=clock.now())
    except MandateRefused as refused:
        return str(refused)
    return explain_failure(code) if code else ""
