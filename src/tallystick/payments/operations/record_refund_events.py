"""Move a refund by its lifecycle and append the event; used by everything that changes one."""

from datetime import datetime

from tallystick.payments.core.refund_lifecycle import UNSETTLED, apply_refund_event
from tallystick.payments.core.refundable import find_next_look
from tallystick.payments.models import Refund, RefundEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.outbox import announce

ANNOUNCED = {"succeeded": "succeed", "failed": "fail", "canceled": "fail"}


def move_refund(refund: Refund, *, event: str, at: datetime, actor: Actor, reason: str = "") -> str:
    """Apply `event` to a refund locked by the caller; return the status before. What changes nothing is not kept."""
    before = refund.status
    refund.status = apply_refund_event(before, event=event)
    is_unsettled = refund.status in UNSETTLED
    is_by_gateway = refund.payment.attempt_id is not None
    refund.looks = refund.looks + 1 if refund.status == before else 0
    refund.look_again_at = find_next_look(refund.looks, at=at) if is_unsettled and is_by_gateway else None
    refund.final_at = None if is_unsettled else (refund.final_at if refund.status == before else at)
    refund.save()
    if refund.status != before:
        record_refund_event(refund, event=event, from_status=before, at=at, actor=actor, reason=reason)
        if refund.status in ANNOUNCED:
            announce("refund", [refund.pk], event=ANNOUNCED[refund.status], at=at, previous={"status": before})
    return before


def record_refund_event(
    refund: Refund, *, event: str, from_status: str, at: datetime, actor: Actor, reason: str = ""
) -> None:
    """Append what led a refund to its present status."""
    RefundEvent.objects.create(
        refund=refund,
        event=event,
        from_status=from_status,
        to_status=refund.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )
