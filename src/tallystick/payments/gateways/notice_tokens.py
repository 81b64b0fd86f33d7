"""Tokens in notify URLs: where a gateway signs nothing, they prove that a notice is about a payment we asked for."""

import re
from urllib.parse import parse_qs

from django.core.signing import BadSignature, Signer

from tallystick.payments.core.answers import BadNotice, Delivery, Notice


def sign_notice_token(kind: str, *, our_id: str) -> str:
    """The token for one payment at one kind of gateway: our id and its signature, fit for a path."""
    return _get_signer(kind).sign(our_id)


def read_notice_token(kind: str, *, token: str) -> str:
    """Our id in a token; raises BadNotice when it is not ours. Tokens signed with a former secret key stay good."""
    try:
        return _get_signer(kind).unsign(token)
    except BadSignature:
        raise BadNotice("the token of the notify URL is not ours") from None


def read_form_notice(kind: str, *, delivery: Delivery) -> Notice:
    """A form that holds nothing but the id of a payment, at an address with our token; raises BadNotice."""
    our_id = read_notice_token(kind, token=delivery.path_token)
    try:
        refs = parse_qs(delivery.body.decode("ascii"), max_num_fields=4).get("id", [])
    except ValueError:
        refs = []
    if len(refs) != 1 or not re.fullmatch(r"tr_[A-Za-z0-9]{1,60}", refs[0]):
        raise BadNotice("it names no payment")
    return Notice(payment_ref=refs[0], our_id=our_id)


def _get_signer(kind: str) -> Signer:
    return Signer(sep="~", salt=f"payments.notice.{kind}")
