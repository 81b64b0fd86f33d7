"""Tokens in notify URLs: where a gateway signs nothing, they prove that a notice is about a payment we asked for."""

from django.core.signing import BadSignature, Signer

from tallystick.payments.core.answers import BadNotice


def sign_notice_token(kind: str, *, our_id: str) -> str:
    """The token for one payment at one kind of gateway: our id and its signature, fit for a path."""
    return _get_signer(kind).sign(our_id)


def read_notice_token(kind: str, *, token: str) -> str:
    """Our id in a token; raises BadNotice when it is not ours. Tokens signed with a former secret key stay good."""
    try:
        return _get_signer(kind).unsign(token)
    except BadSignature:
        raise BadNotice("the token of the notify URL is not ours") from None


def _get_signer(kind: str) -> Signer:
    return Signer(sep="~", salt=f"payments.notice.{kind}")
