"""Give a saved method a failure limit of its own, or the billing rule's again (ZUO-42)."""

from datetime import datetime

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.payments.errors import MethodUnknown
from tallystick.payments.models import PaymentMethod, PaymentMethodEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE

HIGHEST_LIMIT = 100


def set_failure_limit(method_id: int, *, limit: int | None, reason: str, at: datetime, actor: Actor) -> PaymentMethod:
    """After how many failures in a row this method rests, 1 to 100; None: as the billing rule says.

    A reason is mandatory. Refuses MethodUnknown.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    if limit is not None and not 1 <= limit <= HIGHEST_LIMIT:
        raise InvalidInput(f"Give 1 to {HIGHEST_LIMIT} failures in a row.", field="limit")
    if not reason.strip():
        raise InvalidInput("Say why the limit is changed; the reason stays in its history.", field="reason")
    with transaction.atomic():
        method = PaymentMethod.objects.select_for_update(no_key=True).filter(pk=method_id).first()
        if method is None:
            raise MethodUnknown(method=method_id)
        method.failure_limit = limit
        method.save(update_fields=["failure_limit"])
        told = "as the billing rule says" if limit is None else str(limit)
        PaymentMethodEvent.objects.create(
            method=method,
            event="set_limit",
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            reason=f"{told}: {reason.strip()}"[:300],
        )
    return method
