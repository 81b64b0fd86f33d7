"""From a document's view to the e-mail that carries it: one purpose, plain text and HTML, PDF attached, no tracking."""

import hashlib
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from tallystick.delivery.core.batching import compose_document_name
from tallystick.delivery.core.languages import LANGUAGES
from tallystick.delivery.core.mail_words import MailWords
from tallystick.documents.core.languages.chosen import get_words
from tallystick.documents.core.paying import decide_paying
from tallystick.documents.core.view import DocumentView
from tallystick.documents.core.words import Words
from tallystick.documents.rendering.formats import write_date, write_money
from tallystick.documents.rendering.sheet_payment import compose_payment


def compose_mail(view: DocumentView, *, recipient: str, pdf: bytes, message_key: str) -> EmailMultiAlternatives:
    """The message for one posted document, in the account's language.

    It comes from our own address under the seller's name; an answer goes to the seller. `message_key` names the
    delivery: the same one has the same Message-ID, so that a mail server that got it twice can know.
    """
    words = get_words(view.language)
    says = LANGUAGES[words.code]
    facts = _list_facts(view, words)
    context = _compose_context(view, words, says, facts)
    message = EmailMultiAlternatives(
        subject=says.get_subject(decide_paying(view)).format_map(facts),
        body=render_to_string("delivery/document.txt", context),
        from_email=formataddr((view.seller.legal_name, _own_address())),
        to=[recipient],
        reply_to=[view.seller.email] if view.seller.email else None,
        headers={"Message-ID": compose_message_id(message_key), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("delivery/document.html", context), "text/html")
    message.attach(compose_document_name(view.number), pdf, "application/pdf")
    return message


def compose_message_id(message_key: str) -> str:
    """A stable Message-ID that tells nothing about what it is made of."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{message_key}".encode()).hexdigest()[:32]
    return f"<{digest}@{_own_address().rpartition('@')[2]}>"


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _list_facts(view: DocumentView, words: Words) -> dict[str, str]:
    minor = view.open_minor or view.gross_minor
    return {
        "title": words.kinds[view.kind].title,
        "number": view.number,
        "amount": write_money(minor, currency=view.currency, locale=words.locale),
        "date": write_date(view.due_on, locale=words.locale),
    }


def _say_attached(view: DocumentView, words: Words, says: MailWords) -> str:
    """What is attached, and of a note what it corrects."""
    issued_on = write_date(view.invoice_on, locale=words.locale)
    told = [says.attached[view.kind].format(number=view.number, date=issued_on)]
    if view.corrects is not None:
        corrected_on = write_date(view.corrects.invoice_on, locale=words.locale)
        told.append(says.corrects[view.corrects.kind].format(number=view.corrects.number, date=corrected_on))
    return " ".join(told)


def _compose_context(view: DocumentView, words: Words, says: MailWords, facts: dict[str, str]) -> dict[str, Any]:
    asks = view.open_minor > 0
    kind = words.kinds[view.kind]
    return {
        "language": words.code,
        "subject": says.get_subject(decide_paying(view)).format_map(facts),
        "color": view.seller.brand_color or "#1f4e79",
        "greeting": says.greeting.format(name=view.buyer.name),
        "attached": _say_attached(view, words, says),
        "amount_label": kind.amount if asks or view.is_credit else words.table.total,
        "amount": facts["amount"],
        "due_label": words.due_on if asks else "",
        "due": facts["date"] if asks else "",
        "payment": compose_payment(view, words=words),
        "questions": says.questions if view.seller.email else "",
        "seller": view.seller,
    }
