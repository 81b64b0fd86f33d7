"""Keep a mandate that a customer left at a gateway as their payment method, in the place of another if they say so."""

from datetime import datetime

from tallystick.payments.core.answers import Mandate
from tallystick.payments.models import MethodSetup, PaymentMethod, PaymentMethodEvent
from tallystick.plumbing.actor import Actor


def keep_method(setup: MethodSetup, *, mandate: Mandate, at: datetime, actor: Actor) -> PaymentMethod:
    """Save the method as the account's default one. The same card or bank account again stays one method, with the
    newer mandate and without the failures of the older (ZUO-42). A step of a larger operation, in its transaction.
    """
    same = PaymentMethod.objects.select_for_update(no_key=True).filter(
        account_id=setup.account_id, gateway_account_id=setup.gateway_account_id, fingerprint=mandate.fingerprint
    )
    method = same.exclude(fingerprint="").order_by("-pk").first() or PaymentMethod(
        account_id=setup.account_id, gateway_account_id=setup.gateway_account_id, created_at=at
    )
    PaymentMethod.objects.filter(account_id=setup.account_id, is_default=True).update(is_default=False)
    method.customer_ref, method.gateway_ref = mandate.customer_ref, mandate.ref
    method.kind, method.label, method.state = mandate.kind, mandate.label, mandate.state
    method.fingerprint, method.expires_on = mandate.fingerprint, mandate.expires_on
    method.is_default, method.consecutive_failures, method.last_failed_at = True, 0, None
    method.save()
    record_method_event(method, event="set_up", reason="left at the gateway by the customer", at=at, actor=actor)
    if setup.replaces is not None and setup.replaces_id != method.pk:
        setup.replaces.state, setup.replaces.is_default = "revoked", False
        setup.replaces.save(update_fields=["state", "is_default"])
        record_method_event(setup.replaces, event="replace", reason=f"by {method.label}", at=at, actor=actor)
    return method


def record_method_event(method: PaymentMethod, *, event: str, reason: str, at: datetime, actor: Actor) -> None:
    """Append what was done about a method, in the transaction that did it."""
    PaymentMethodEvent.objects.create(
        method=method,
        event=event,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )
