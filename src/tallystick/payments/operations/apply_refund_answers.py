"""What gateways say of refunds and disputes becomes rows, each once: whole facts, in any order, late truth included."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID, uuid4

from tallystick.payments.core.answers import (
    DisputeStatus,
    Done,
    NotSent,
    RefundFact,
    RefundStatus,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.refund_lifecycle import RETURNED
from tallystick.payments.core.refundable import find_next_look, is_given_up
from tallystick.payments.models import Dispute, Payment, Refund
from tallystick.payments.operations.record_refund_events import move_refund, record_refund_event
from tallystick.payments.operations.send_refund import RefundAnswer, lock_refund
from tallystick.plumbing.actor import Actor

What = Literal["refund_done", "refund_returned", "refund_found", "dispute", "dispute_reversed"]


class Moved(NamedTuple):
    """Something whose money has to be booked in this transaction. `was_done`: a refund that had gone through before."""

    what: What
    payment: Payment
    refund: Refund | None = None
    dispute: Dispute | None = None
    was_done: bool = False


def apply_refund_answer(answer: RefundAnswer, *, at: datetime, actor: Actor) -> list[Moved]:
    """Move a refund by what came of sending it or of looking at its payment; say what has to be booked."""
    refund = lock_refund(answer.refund_id)
    match answer.sent if answer.sent is not None else answer.looked:
        case Done(value=RefundFact() as fact):
            return _apply_fact(refund, fact, at, actor)
        case Done(value=Snapshot() as snapshot):
            found = apply_snapshot(refund.payment, snapshot=snapshot, at=at, actor=actor)
            return found + _wait_on(lock_refund(answer.refund_id), at, actor)
        case Refused(failure=failure) if answer.sent is not None:
            refund.failure_code, refund.failure_detail = failure.code, (failure.raw_message or failure.raw_code)[:300]
            before = move_refund(refund, event="refused", at=at, actor=actor, reason=failure.code)
            return [Moved("refund_returned", refund.payment, refund)] if before != refund.status == "failed" else []
        case NotSent(reason=reason) if answer.sent is not None:
            move_refund(refund, event="not_sent", at=at, actor=actor, reason=reason)
        case Unknown(reason=reason) if answer.sent is not None:
            move_refund(refund, event="no_answer", at=at, actor=actor, reason=reason)
        case _:
            _look_later(refund, at)
    return []


def _wait_on(refund: Refund, at: datetime, actor: Actor) -> list[Moved]:
    """The payment was shown: what is still open is looked at later, or given up where it never reached the gateway."""
    if refund.status not in ("unknown", "pending") or refund.look_again_at is None or refund.look_again_at > at:
        return []
    if refund.status == "unknown" and refund.first_sent_at is not None:
        refund.misses += 1
        if is_given_up(refund.first_sent_at, misses=refund.misses, at=at):
            refund.failure_code = "never_arrived"
            move_refund(refund, event="is_failed", at=at, actor=actor, reason="the gateway never got it")
            return [Moved("refund_returned", refund.payment, refund)]
    _look_later(refund, at)
    return []


def apply_snapshot(payment: Payment, *, snapshot: Snapshot, at: datetime, actor: Actor) -> list[Moved]:
    """Bring the refunds and disputes of a payment, locked by the caller, to what the gateway knows of them."""
    moved: list[Moved] = []
    for fact in snapshot.refunds:
        if fact.amount.currency == payment.currency:
            moved += _apply_refund(payment, fact, at, actor)
    for found in snapshot.disputes:
        if found.amount.currency != payment.currency:
            continue
        is_won = found.status is DisputeStatus.WON
        dispute, is_new = Dispute.objects.get_or_create(
            payment=payment,
            gateway_ref=found.ref,
            defaults={
                "amount_minor": found.amount.minor,
                "currency": found.amount.currency,
                "status": str(found.status),
                "code": found.code[:40],
                "reason": found.reason[:300],
                "opened_at": found.opened_at,
                "recorded_at": at,
                "reversed_at": (found.reversed_at or at) if is_won else None,
            },
        )
        if is_new:
            moved.append(Moved("dispute", payment, dispute=dispute))
            moved += _call_back(payment, at, actor)
        if is_won and (is_new or dispute.status != "won"):
            moved.append(Moved("dispute_reversed", payment, dispute=dispute))
        if not is_new and dispute.status != found.status and dispute.status != "won":
            dispute.status, dispute.reversed_at = str(found.status), (found.reversed_at or at) if is_won else None
            dispute.save(update_fields=["status", "reversed_at"])
    return moved


def _call_back(payment: Payment, at: datetime, actor: Actor) -> list[Moved]:
    """Refunds that nobody has sent yet are not sent any more: the bank has given the money back already."""
    unsent = Refund.objects.select_for_update(of=("self",), no_key=True).select_related("payment")
    called_back = []
    for refund in unsent.filter(payment=payment, status="created").order_by("pk"):
        move_refund(refund, event="is_canceled", at=at, actor=actor, reason="the payer's bank took the money back")
        called_back.append(Moved("refund_returned", payment, refund))
    return called_back


def _apply_refund(payment: Payment, fact: RefundFact, at: datetime, actor: Actor) -> Sequence[Moved]:
    ours = Refund.objects.select_for_update(of=("self",), no_key=True).select_related("payment")
    refund = ours.filter(payment=payment, gateway_ref=fact.ref).first()
    if refund is None and (our_id := _read_id(fact.our_id)) is not None:
        refund = ours.filter(payment=payment, our_id=our_id, gateway_ref="").first()
    is_known = refund is not None and (refund.status not in RETURNED or bool(refund.gateway_ref))
    if refund is not None and is_known:
        return _apply_fact(refund, fact, at, actor)
    if fact.status in (RefundStatus.FAILED, RefundStatus.CANCELED):
        return []  # nothing of it ever left
    return [Moved("refund_found", payment, _write_found(payment, fact, at, actor))]


def _write_found(payment: Payment, fact: RefundFact, at: datetime, actor: Actor) -> Refund:
    our_id = uuid4()
    refund = Refund.objects.create(
        payment=payment,
        our_id=our_id,
        key=f"refund-{our_id}",
        amount_minor=fact.amount.minor,
        currency=fact.amount.currency,
        status="succeeded",
        reason="found at the gateway",
        is_external=True,
        gateway_ref=fact.ref,
        created_at=at,
        final_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id[:80],
        actor_label=actor.label[:120],
    )
    record_refund_event(refund, event="find", from_status="", at=at, actor=actor)
    return refund


def _apply_fact(refund: Refund, fact: RefundFact, at: datetime, actor: Actor) -> list[Moved]:
    if fact.amount.minor != refund.amount_minor or fact.amount.currency != refund.currency:
        refund.failure_detail = f"the gateway reports {fact.amount.minor} {fact.amount.currency}"
        refund.look_again_at = None
        refund.save(update_fields=["failure_detail", "look_again_at"])
        return []
    refund.gateway_ref = fact.ref
    before = move_refund(refund, event=f"is_{fact.status}", at=at, actor=actor)
    if refund.status == before:
        return []
    if refund.status == "succeeded":
        return [Moved("refund_done", refund.payment, refund)]
    if refund.status in ("failed", "canceled"):
        return [Moved("refund_returned", refund.payment, refund, was_done=before == "succeeded")]
    return []


def _look_later(refund: Refund, at: datetime) -> None:
    refund.looks += 1
    refund.look_again_at = find_next_look(refund.looks, at=at)
    refund.save(update_fields=["looks", "misses", "look_again_at"])


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
