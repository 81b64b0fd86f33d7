"""Tokens of pages that need no sign-in: what the page is about, signed, so that none can be guessed or changed."""

from __future__ import annotations

from typing import NamedTuple, Protocol
from urllib.parse import quote, unquote

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from tallystick.invoicing.queries.customer_documents import ISSUED, find_document_id

_SIGNER_SALT = "tallystick.pay-page"
#: What a page can be about: a payment link, or one document; the latter by its number too, as it is printed.
LINK, DOCUMENT = "l", "d"
_BY_NUMBER = "n"


class IsIssued(Protocol):
    """What is asked of a document: which it is, and whether it is issued."""

    pk: int
    status: str


class Subject(NamedTuple):
    """A payment link or a document, by its id."""

    kind: str
    id: int


def make_token(subject: Subject) -> str:
    """The token of that page; the same each time, so that a link in a mail stays good."""
    return _get_signer().sign(f"{subject.kind}{subject.id}")


def read_token(token: str) -> Subject:
    """What the page is about; Http404 for a token that is not ours, whatever is wrong with it."""
    try:
        text = _get_signer().unsign(token)
    except BadSignature:
        raise Http404 from None
    if text[:1] == _BY_NUMBER:
        return _read_number(text[1:])
    if text[:1] not in (LINK, DOCUMENT) or not text[1:].isdecimal():
        raise Http404
    return Subject(text[0], int(text[1:]))


def make_printed_address(seller_code: str, *, number: str) -> str:
    """The page of a document as it is printed and mailed; "" while nobody has said where this site is.

    Made of what the document shows, not of an id: printed again, by whichever database, it is the same.
    """
    if not settings.SITE_ADDRESS:
        return ""
    token = _get_signer().sign(f"{_BY_NUMBER}{quote(f'{seller_code}:{number}', safe=':')}")
    return f"{settings.SITE_ADDRESS}{reverse('pay:page', args=[token])}"


def make_address(subject: Subject, *, site_address: str = "") -> str:
    """The page's whole address, as it is mailed or copied."""
    base = site_address or settings.SITE_ADDRESS or settings.LOCAL_ADDRESS
    return f"{base}{reverse('pay:page', args=[make_token(subject)])}"


def find_document_address(document: IsIssued, *, site_address: str = "") -> str:
    """The hosted page of a document; "" where it has none, since it is not issued."""
    if document.status not in ISSUED:
        return ""
    return make_address(Subject(DOCUMENT, document.pk), site_address=site_address)


def _read_number(text: str) -> Subject:
    seller_code, _, number = unquote(text).partition(":")
    document_id = find_document_id(seller_code, number=number)
    if document_id is None:
        raise Http404
    return Subject(DOCUMENT, document_id)


def _get_signer() -> Signer:
    return Signer(sep="~", salt=_SIGNER_SALT)
