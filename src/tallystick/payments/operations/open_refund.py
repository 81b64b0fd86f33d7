"""Write down that a part of a payment goes back: the intent, committed before anybody is asked to send it."""

from datetime import datetime
from uuid import uuid4

from tallystick.errors import InvalidInput
from tallystick.money.amount import format_minor
from tallystick.payments.core.refundable import GivenBack, compute_refundable, find_next_look, is_undone
from tallystick.payments.errors import RefundDisputed, RefundNeedsPlace, RefundTooLarge
from tallystick.payments.models import Payment, Refund
from tallystick.payments.operations.record_refund_events import move_refund, record_refund_event
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_REFUND
from tallystick.sellers.core.iban import is_iban

LONGEST_REASON = 300


def lock_payment(payment_id: int) -> Payment:
    """The payment under its lock, so that two who refund it wait for each other. It must exist."""
    locked = Payment.objects.select_related("account__seller", "attempt__gateway_account__seller")
    return locked.select_for_update(of=("self",), no_key=True).get(pk=payment_id)


def list_given_back(payment: Payment) -> list[GivenBack]:
    """Its refunds and disputes."""
    refunds = [GivenBack(each.amount_minor, is_undone(each.status)) for each in payment.refunds.all()]
    disputes = [GivenBack(each.amount_minor, each.status == "won") for each in payment.disputes.all()]
    return refunds + disputes


def open_refund(
    payment: Payment, *, amount_minor: int | None, reason: str, iban: str = "", at: datetime, actor: Actor
) -> Refund:
    """Write the refund of `amount_minor` (None: all that is left) of a payment that the caller has locked.

    A step of the journey that takes the credit for it in the same transaction. A transfer goes back to an IBAN, by a
    person. Refuses RefundDisputed, RefundTooLarge, RefundNeedsPlace, and what is not above zero or has no reason.
    """
    actor.require(PAYMENTS_REFUND)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput("Say in at most 300 characters why it goes back.", field="reason")
    if payment.disputes.exclude(status="won").exists():
        raise RefundDisputed(payment=payment.pk)
    left = compute_refundable(payment.amount_minor, given_back=list_given_back(payment))
    amount = left if amount_minor is None else amount_minor
    if amount <= 0 and amount_minor is not None:
        raise InvalidInput("The amount must be above zero.", field="amount_minor")
    if amount > left or not left:
        asked, rest = (f"{format_minor(each, payment.currency)} {payment.currency}" for each in (amount, left))
        raise RefundTooLarge(payment=payment.pk, left=rest, asked=asked if amount > left else "anything")
    place = "".join(iban.split()).upper()
    if payment.attempt_id is None and not is_iban(place):
        raise RefundNeedsPlace(payment=payment.pk, field="iban")
    return _write(payment, amount, reason.strip(), place if payment.attempt_id is None else "", at, actor)


def _write(payment: Payment, amount: int, reason: str, iban: str, at: datetime, actor: Actor) -> Refund:
    our_id = uuid4()
    refund = Refund.objects.create(
        payment=payment,
        our_id=our_id,
        key=f"refund-{our_id}",
        amount_minor=amount,
        currency=payment.currency,
        reason=reason,
        iban=iban,
        created_at=at,
        look_again_at=find_next_look(0, at=at) if payment.attempt_id is not None else None,
        actor_kind=actor.kind,
        actor_id=actor.id[:80],
        actor_label=actor.label[:120],
    )
    record_refund_event(refund, event="create", from_status="", at=at, actor=actor, reason=reason)
    if payment.attempt_id is None:
        move_refund(refund, event="await_transfer", at=at, actor=actor)
    return refund
