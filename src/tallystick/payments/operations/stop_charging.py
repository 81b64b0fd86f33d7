"""Charge an account's saved methods no more: it pays otherwise from now on (DEM-3, DEM-7)."""

from datetime import datetime

from django.db import transaction

from tallystick.payments.models import PaymentAttempt, PaymentMethod, PaymentMethodEvent
from tallystick.payments.operations.close_unsent import withdraw_attempts
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, PAYMENTS_COLLECT


def stop_charging(account_id: int, *, reason: str, at: datetime, actor: Actor) -> list[str]:
    """No method of the account is its default any more, and no charge that was not sent yet goes out; return the labels
    of what is charged no more.

    The mandates stay, for the customer may choose one again. A charge that is on its way ends as it ends, and its money
    is booked. Repeatable.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic():
        methods = PaymentMethod.objects.select_for_update(no_key=True).filter(account_id=account_id, is_default=True)
        stopped = list(methods)
        for method in stopped:
            method.is_default = False
            method.save(update_fields=["is_default"])
            PaymentMethodEvent.objects.create(
                method=method,
                event="stop_charging",
                at=at,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_label=actor.label,
                reason=reason[:300],
            )
        waiting = PaymentAttempt.objects.filter(account_id=account_id, status="created", method__isnull=False)
        withdraw_attempts(list(waiting.values_list("pk", flat=True)), reason=reason[:300], at=at, actor=actor)
    return [method.label for method in stopped]
