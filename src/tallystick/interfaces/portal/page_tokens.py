"""Tokens of pages that need no sign-in: what the page is about, signed, so that none can be guessed or changed."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

_SIGNER_SALT = "tallystick.pay-page"
#: What a page can be about: a payment link, or one document.
LINK, DOCUMENT = "l", "d"


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
    if text[:1] not in (LINK, DOCUMENT) or not text[1:].isdecimal():
        raise Http404
    return Subject(text[0], int(text[1:]))


def make_address(subject: Subject, *, site_address: str = "") -> str:
    """The page's whole address, as it is mailed or copied."""
    base = site_address or settings.SITE_ADDRESS or "http://localhost:8000"
    return f"{base}{reverse('pay:page', args=[make_token(subject)])}"


def _get_signer() -> Signer:
    return Signer(sep="~", salt=_SIGNER_SALT)
