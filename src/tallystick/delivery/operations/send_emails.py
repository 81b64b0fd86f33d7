"""Send queued e-mails, one after the other over one connection to the mail server.

At least once, and almost always exactly once: a row is marked sent in its own transaction right after the mail server
took the message, so a finished row is never sent again; a worker killed between the two sends that one message a second
time, with the same Message-ID. An invoice that never arrives costs more than one that arrives twice.
"""

import smtplib
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from tallystick.delivery.core.charging import Charge
from tallystick.delivery.core.lifecycle import EMAIL, QUEUED
from tallystick.delivery.models import Delivery
from tallystick.delivery.operations.record_delivery_events import record_delivery_events
from tallystick.delivery.queries.charges import list_charges
from tallystick.delivery.rendering.compose_mail import compose_mail
from tallystick.documents.core.view import DocumentView
from tallystick.documents.queries import list_document_views
from tallystick.documents.rendering.render import render_document_pdf
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.session_lock import hold_session_lock


class MailServerRefused(Exception):
    """The mail server took the connection and not (all of) the messages; asking again later may help."""


def send_emails(delivery_ids: Sequence[int], *, at: datetime, actor: Actor) -> int:
    """Send those of the deliveries that are still queued; return how many went out.

    A message that can't be made, or that its mail server refuses for good, is failed with the reason and stops nobody.
    One that is refused for now stays queued, and so does everything when the server can't be reached: that is raised
    (MailServerRefused, OSError), and the job comes back.
    """
    queued = Delivery.objects.filter(pk__in=list(delivery_ids), channel=EMAIL, status=QUEUED)
    waiting = list(queued.select_related("document__seller").order_by("pk"))
    document_ids = [each.document_id for each in waiting]
    charges = list_charges(document_ids)
    connection: BaseEmailBackend = get_connection()
    sent, refused = 0, []
    try:
        for delivery, view in zip(waiting, list_document_views(document_ids), strict=True):
            try:
                charge = charges[delivery.document_id]
                sent += _send_one(delivery, view, connection, charge=charge, at=at, actor=actor)
            except MailServerRefused as refusal:
                refused.append(str(refusal))
    finally:
        connection.close()
    if refused:
        raise MailServerRefused("; ".join(refused[:3]))
    return sent


def give_up_sending(delivery_ids: Sequence[int], *, reason: str, at: datetime, actor: Actor) -> None:
    """After the last try of a job: what is still queued is failed, so that it is listed and can be asked for again."""
    with transaction.atomic():
        waiting = Delivery.objects.select_for_update(skip_locked=True)
        for delivery in waiting.filter(pk__in=list(delivery_ids), channel=EMAIL, status=QUEUED).order_by("pk"):
            _mark(delivery, event="fail", at=at, actor=actor, reason=f"The mail server did not take it: {reason}")


def _send_one(
    delivery: Delivery, view: DocumentView, connection: BaseEmailBackend, *, charge: Charge, at: datetime, actor: Actor
) -> bool:
    with hold_session_lock(f"delivery:{delivery.pk}"):
        if not Delivery.objects.filter(pk=delivery.pk, status=QUEUED).exists():
            return False
        try:
            connection.send_messages([_compose(delivery, view, charge=charge, at=at)])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            if not _is_for_good(error):
                raise MailServerRefused(_explain(error)) from error
            _mark(delivery, event="fail", at=at, actor=actor, reason=_explain(error))
            return False
        except (RuntimeError, ValueError) as error:  # of the renderer; of a header that can't be written
            _mark(delivery, event="fail", at=at, actor=actor, reason=f"The message could not be made: {error}")
            return False
        _mark(delivery, event="send", at=at, actor=actor)
        return True


def _compose(delivery: Delivery, view: DocumentView, *, charge: Charge, at: datetime) -> EmailMultiAlternatives:
    return compose_mail(
        view,
        recipient=delivery.recipient,
        pdf=render_document_pdf(view),
        message_key=f"delivery:{delivery.pk}",
        written_at=at.astimezone(ZoneInfo(delivery.document.seller.time_zone)),
        charge=charge,
    )


def _is_for_good(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> bool:
    """Whether the server's answer is permanent (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return error.smtp_code >= 500


def _explain(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{who}: {code} {_read(text)}" for who, (code, text) in error.recipients.items())
    return f"{error.smtp_code} {_read(error.smtp_error)}"


def _read(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _mark(delivery: Delivery, *, event: str, at: datetime, actor: Actor, reason: str = "") -> None:
    with transaction.atomic():
        status = record_delivery_events(
            [delivery.pk], event=event, from_status=QUEUED, at=at, actor=actor, reason=reason
        )
        moved = Delivery.objects.filter(pk=delivery.pk, status=QUEUED)
        moved.update(status=status, reason=reason[:300], **({"sent_at": at} if event == "send" else {}))
