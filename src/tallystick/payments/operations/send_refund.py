"""Ask a gateway to send a refund, once for its key, with no transaction open; or to tell what became of it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, TypeVar

import structlog
from django.db import transaction

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Answer, Done, Gateway, NotSent, RefundFact, RefundOrder, Snapshot, Unknown
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.core.refundable import may_send_again
from tallystick.payments.errors import GatewayMissing
from tallystick.payments.models import Refund
from tallystick.payments.operations.record_refund_events import move_refund
from tallystick.plumbing.actor import Actor

log = structlog.get_logger()

T = TypeVar("T")


class RefundAnswer(NamedTuple):
    """What a gateway answered about a refund that was sent, or about the payment that it is of."""

    refund_id: int
    sent: Answer[RefundFact] | None = None
    looked: Answer[Snapshot | None] | None = None


def send_refund(
    refund_id: int, *, at: datetime, actor: Actor, sendable: tuple[str, ...] = ("created",)
) -> RefundAnswer | None:
    """Claim a refund that waits to be sent and send it; None where it waits no longer. Not inside a transaction."""
    with transaction.atomic(durable=True):
        refund = lock_refund(refund_id)
        if refund.status not in sendable or refund.payment.attempt_id is None:
            return None
        refund.first_sent_at = refund.first_sent_at or at
        move_refund(refund, event="send", at=at, actor=actor)
    order = RefundOrder(
        our_id=str(refund.our_id),
        key=refund.key,
        payment_ref=refund.payment.reference,
        amount=Money(refund.amount_minor, refund.currency),
        description=refund.reason[:140],
    )
    return RefundAnswer(refund_id, sent=_ask(refund, lambda gateway: gateway.refund(order)))


def look_at_refund(refund_id: int, *, at: datetime, actor: Actor) -> RefundAnswer | None:
    """Ask what became of a refund; one that the gateway does not know is sent, while its key lives. None: settled.

    A refund is never repeated blindly (R20): the gateway's own list is read before anything is sent a second time.
    """
    with transaction.atomic(durable=True):
        refund = lock_refund(refund_id)
        if refund.payment.attempt_id is None or refund.look_again_at is None:
            return None
        if refund.status == "submitting":  # whoever sent it is gone
            move_refund(refund, event="no_answer", at=at, actor=actor)
    if refund.status == "created":
        return send_refund(refund_id, at=at, actor=actor)
    answer = _ask(refund, lambda gateway: gateway.payment(refund.payment.reference))
    is_lost = refund.status == "unknown" and _is_missing(refund, answer)
    if is_lost and refund.first_sent_at is not None and may_send_again(refund.first_sent_at, at=at):
        return send_refund(refund_id, at=at, actor=actor, sendable=("unknown",))
    return RefundAnswer(refund_id, looked=answer)


def lock_refund(refund_id: int) -> Refund:
    """The refund under its lock, with its payment, account, seller and gateway. It must exist."""
    found = Refund.objects.select_related("payment__account__seller", "payment__attempt__gateway_account__seller")
    return found.select_for_update(of=("self",), no_key=True).get(pk=refund_id)


def _is_missing(refund: Refund, answer: Answer[Snapshot | None]) -> bool:
    """Whether the gateway answered with the payment, and the refund is not among its refunds."""
    if not isinstance(answer, Done) or answer.value is None:
        return False
    return all(each.our_id != str(refund.our_id) for each in answer.value.refunds)


def _ask(refund: Refund, put: Callable[[Gateway], Answer[T]]) -> Answer[T]:
    account = refund.payment.attempt.gateway_account  # type: ignore[union-attr]
    try:
        gateway = get_gateway(account.kind, holder=Holder(account.seller.code, account.mode))
    except GatewayMissing as missing:
        return NotSent(missing.message)
    try:
        return put(gateway)
    except Exception as error:
        # a gateway that raises breaks its word, and the money may have moved all the same (ZUO-40)
        log.exception("gateway_raised", gateway=account.kind, kind="refund", refund=refund.pk)
        return Unknown(f"{type(error).__name__}: {error}")
