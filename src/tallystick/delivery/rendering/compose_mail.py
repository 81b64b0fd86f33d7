"""From a document's view to the e-mail that carries it: one purpose, plain text and HTML, PDF attached, no tracking."""

import hashlib
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from tallystick.delivery.core.batching import compose_document_name
from tallystick.delivery.core.charging import Charge
from tallystick.delivery.core.languages import LANGUAGES
from tallystick.delivery.core.mail_words import MailWords
from tallystick.delivery.rendering.compose_request import Request, compose_request
from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.core.view import DocumentView, SellerBlock
from tallystick.documents.core.words import Words
from tallystick.documents.rendering.formats import write_date


def compose_mail(
    view: DocumentView,
    *,
    recipient: str,
    pdf: bytes,
    message_key: str,
    written_at: datetime,
    charge: Charge = Charge.PLANNED,
) -> EmailMultiAlternatives:
    """The message for one posted document, in the account's language.

    It comes from the seller's own address, where the seller has none from ours under the seller's name. `written_at`
    is its date, in the seller's zone; `charge` says how far an automatic collection has come by then. `message_key`
    names the delivery: the same one has the same Message-ID, so that a mail server that got it twice can know.
    """
    request = compose_request(view, written_on=written_at.date(), charge=charge)
    context = _compose_context(view, request)
    sender = _sender_address(view.seller)
    message = EmailMultiAlternatives(
        subject=request.subject,
        body=render_to_string("delivery/document.txt", context),
        from_email=formataddr((view.seller.legal_name, sender)),
        to=[recipient],
        headers={
            "Message-ID": compose_message_id(message_key, sender=sender),
            "Date": format_datetime(written_at),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("delivery/document.html", context), "text/html")
    message.attach(compose_document_name(view.number), pdf, "application/pdf")
    return message


def compose_message_id(message_key: str, *, sender: str) -> str:
    """A stable Message-ID in the sender's domain that tells nothing about what it is made of."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{message_key}".encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _sender_address(seller: SellerBlock) -> str:
    """The seller's own, as the document froze it; ours only where the seller has none."""
    return seller.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _say_attached(view: DocumentView, words: Words, says: MailWords) -> str:
    """What is attached, and of a note what it corrects."""
    issued_on = write_date(view.invoice_on, locale=words.locale)
    told = [says.attached[view.kind].format(number=view.number, date=issued_on)]
    if view.corrects is not None:
        corrected_on = write_date(view.corrects.invoice_on, locale=words.locale)
        told.append(says.corrects[view.corrects.kind].format(number=view.corrects.number, date=corrected_on))
    return " ".join(told)


def _compose_context(view: DocumentView, request: Request) -> dict[str, Any]:
    words = get_words(view.language)
    says = LANGUAGES[words.code]
    return {
        "language": words.code,
        "color": view.seller.brand_color or "#1f4e79",
        "greeting": says.greeting.format(name=view.buyer.name),
        "attached": _say_attached(view, words, says),
        "request": request,
        "colon": says.colon,
        "questions": says.questions if view.seller.email else "",
        "seller": view.seller,
    }
