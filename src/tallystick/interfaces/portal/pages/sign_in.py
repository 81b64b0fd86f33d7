"""Sign in by an e-mailed code, and out."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tallystick.access.errors import CodeNotAccepted
from tallystick.access.operations.sign_in_customer import ask_login_code, sign_in_customer
from tallystick.access.queries import list_customer_accounts
from tallystick.delivery.operations.mail_portal import mail_login_code
from tallystick.interfaces.portal.drawing import draw_portal_page, read_phrases
from tallystick.interfaces.portal.signing_in import forget, keep_signed_in, list_own_accounts

_LOG = logging.getLogger(__name__)
_LONGEST = 254


def show_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Ask for the address; with an address, send a code and ask for that."""
    if list_own_accounts(request):
        return redirect("portal:home")
    email = request.POST.get("email", "").strip()[:_LONGEST] if request.method == "POST" else ""
    if not email:
        return draw_portal_page(request, "sign_in", {})
    _send_code(email)
    return draw_portal_page(
        request, "code", {"email": email, "sent": read_phrases(request).code_sent.format(email=email)}
    )


@require_POST
def enter_code(request: HttpRequest) -> HttpResponse:
    """Sign in with the code; a wrong one is told so and may be tried again."""
    email = request.POST.get("email", "").strip()[:_LONGEST]
    try:
        person = sign_in_customer(email, code=request.POST.get("code", "")[:20], at=timezone.now())
    except CodeNotAccepted:
        return draw_portal_page(request, "code", {"email": email, "is_wrong": True}, status=422)
    keep_signed_in(request, customer_user_id=person.pk)
    return redirect("portal:home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget who this browser is."""
    forget(request)
    return redirect("portal:sign-in")


def _send_code(email: str) -> None:
    """Mail a code where there is somebody to send it to; the page says the same in any case."""
    sent = ask_login_code(email, at=timezone.now())
    if sent is None:
        return
    account = list_customer_accounts(sent.person.pk)[0]
    try:
        mail_login_code(account.id, to=sent.person.email, code=sent.code)
    except (OSError, SMTPException):
        # Told nobody on the page, or a broken mail server would tell who is a customer.
        _LOG.exception("a login code could not be mailed")
