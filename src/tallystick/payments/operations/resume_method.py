"""Let a saved method be charged again: a person has looked (ZUO-42: staff can reset the counter)."""

from datetime import datetime

from django.db import transaction

from tallystick.payments.core.method_rules import RESUMABLE
from tallystick.payments.errors import MethodGone, MethodUnknown
from tallystick.payments.models import PaymentMethod, PaymentMethodEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE


def resume_method(method_id: int, *, reason: str, at: datetime, actor: Actor) -> PaymentMethod:
    """Forget the failures in a row, and lift a stop. A method that the bank has refused for good can't be resumed.

    Refuses MethodUnknown, MethodGone.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    with transaction.atomic():
        method = PaymentMethod.objects.select_for_update(no_key=True).filter(pk=method_id).first()
        if method is None:
            raise MethodUnknown(method=method_id)
        if method.state not in RESUMABLE:
            raise MethodGone(label=method.label, state=method.state)
        method.state, method.consecutive_failures = "valid", 0
        method.save(update_fields=["state", "consecutive_failures"])
        PaymentMethodEvent.objects.create(
            method=method,
            event="resume",
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            reason=reason,
        )
    return method
