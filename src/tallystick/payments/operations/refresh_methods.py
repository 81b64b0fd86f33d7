"""Ask a gateway which of an account's mandates still stand: it sends no word when a bank or a customer ends one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tallystick.payments.core.answers import Done, Mandate
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.models import GatewayCustomer, PaymentMethod, PaymentMethodEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE


def refresh_methods(account_id: int, *, at: datetime, actor: Actor) -> int:
    """Bring the account's methods to what its gateways say; return how many changed.

    A mandate that became valid may be charged from now on; one that is invalid or gone never again. Where a gateway
    does not answer, nothing changes. Methods that we have stopped or given up ourselves stay so. Refuses to run inside
    a transaction: a gateway is never asked with one open.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    changed = 0
    customers = GatewayCustomer.objects.filter(account_id=account_id).select_related("gateway_account__seller")
    with transaction.atomic(durable=True):
        to_ask = list(customers.order_by("pk"))
    for customer in to_ask:
        holder = Holder(customer.gateway_account.seller.code, customer.gateway_account.mode)
        answer = get_gateway(customer.gateway_account.kind, holder=holder).mandates(customer.gateway_ref)
        if isinstance(answer, Done):
            changed += _bring_up_to_date(customer, answer.value, at, actor)
    return changed


def _bring_up_to_date(customer: GatewayCustomer, mandates: Sequence[Mandate], at: datetime, actor: Actor) -> int:
    states = {mandate.ref: mandate.state for mandate in mandates}
    expiries = {mandate.ref: mandate.expires_on for mandate in mandates if mandate.expires_on is not None}
    changed = 0
    with transaction.atomic(durable=True):
        methods = PaymentMethod.objects.select_for_update(no_key=True).filter(
            gateway_account=customer.gateway_account, customer_ref=customer.gateway_ref, state__in=["pending", "valid"]
        )
        for method in methods.order_by("pk"):
            state = states.get(method.gateway_ref, "invalid")
            expires_on = expiries.get(method.gateway_ref, method.expires_on)
            if expires_on != method.expires_on:
                PaymentMethod.objects.filter(pk=method.pk).update(expires_on=expires_on)
            if state != method.state:
                reason = f"the gateway says {state}" if method.gateway_ref in states else "the gateway has it no more"
                _record(method, reason, at, actor)
                method.state = state
                method.save(update_fields=["state"])
                changed += 1
    return changed


def _record(method: PaymentMethod, reason: str, at: datetime, actor: Actor) -> None:
    PaymentMethodEvent.objects.create(
        method=method,
        event="refresh",
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason,
    )
