"""Ask customers for a new payment method: when a charge failed so that only they can help, and before a card ends."""

from datetime import date, datetime
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.delivery.core.method_mails import MethodMail, get_method_mail
from tallystick.delivery.core.method_requests import Due, choose_due, is_office_hour
from tallystick.delivery.models import MethodRequest
from tallystick.delivery.operations.mail_portal import mail_method_request
from tallystick.delivery.queries.method_needs import count_open, list_needs
from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.payments.models import PaymentMethod
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.outbox import announce
from tallystick.plumbing.permissions import DELIVERIES_SEND
from tallystick.plumbing.session_lock import hold_session_lock
from tallystick.sellers.queries import get_current_profile, list_sellers

log = structlog.get_logger()


def ask_for_methods(
    *, at: datetime, actor: Actor, portal_address: str, waits_for_morning: bool = True
) -> list[MethodRequest]:
    """Mail what is due on this day of each seller; return what was sent now. Repeatable, as often as one likes.

    An account is told once a day at most, of several steps only the latest, and nothing more once its method is
    replaced or its invoices are paid. With `waits_for_morning` only between 8 and 20 o'clock, where the seller is.
    What a mail server does not take is kept with the reason, and tried again by the next call. Not inside a
    transaction.
    """
    actor.require(DELIVERIES_SEND)
    sent = []
    for seller in list_sellers():
        local = at.astimezone(ZoneInfo(seller.time_zone))
        if waits_for_morning and not is_office_hour(local.hour):
            continue
        for due in choose_due(list_needs(seller, at=at), on=local.date()):
            with hold_session_lock(f"method_request:{due.need.account_id}"):
                request = _ask(due, local.date(), at, portal_address)
            if request is not None and request.sent_at is not None:
                sent.append(request)
    return sent


def _ask(due: Due, on: date, at: datetime, portal_address: str) -> MethodRequest | None:
    """Keep that it is asked, send it, and note that it was sent; None where the account was told today already."""
    account = Account.objects.select_related("seller").get(pk=due.need.account_id)
    method = PaymentMethod.objects.get(pk=due.need.method_id)
    what = {"method": method, "occasion": due.need.occasion, "step_days": due.step, "recipient": due.need.recipient}
    request, is_new = MethodRequest.objects.get_or_create(
        account=account, told_on=on, defaults={**what, "requested_at": at}
    )
    if request.sent_at is not None:
        return None
    if not is_new:
        MethodRequest.objects.filter(pk=request.pk).update(**what)
        request.refresh_from_db()
    mail = _compose(due, account, method)
    key = f"method_request:{request.pk}"
    try:
        mail_method_request(account, to=request.recipient, request=mail, portal_address=portal_address, key=key)
    except (OSError, SMTPException) as failure:
        log.warning("method_request_not_sent", request=request.pk, reason=str(failure)[:200])
        request.problem = f"the mail server did not take it: {failure}"[:300]
        request.save(update_fields=["problem"])
        return request
    with transaction.atomic():
        request.sent_at, request.problem = at, ""
        request.save(update_fields=["sent_at", "problem"])
        announce("method_request", [request.pk], event="send", at=at)
    return request


def _compose(due: Due, account: Account, method: PaymentMethod) -> MethodMail:
    words = get_method_mail(account.language, occasion=due.need.occasion)
    locale = get_words(account.language).locale
    owed = count_open(account.pk)
    told = {
        "seller": get_current_profile(account.seller_id).legal_name,
        "method": method.label,
        "amount": " + ".join(write_money(minor, currency=currency, locale=locale) for currency, minor in owed),
        "day": write_date(method.expires_on, locale=locale) if method.expires_on else "",
    }
    return MethodMail(*(sentence.format(**told) for sentence in words))
