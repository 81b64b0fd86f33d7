"""Ask a gateway which of an account's mandates still stand: it sends no word when a bank or a customer ends one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tallystick.payments.core.answers import Done, Mandate
from tallystick.payments.core.method_rules import ALIVE, Shown, describe_update
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.models import GatewayCustomer, PaymentMethod
from tallystick.payments.operations.keep_method import record_method_event
from tallystick.payments.queries.methods import list_customers_to_ask
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE

MOST_A_NIGHT = 2000


def refresh_methods(account_id: int, *, at: datetime, actor: Actor) -> int:
    """Bring the account's methods to what its gateways say; return how many things changed.

    A mandate that became valid may be charged from now on; one that is invalid or gone never again. Where a gateway
    does not answer, nothing changes. Methods that we have stopped or given up ourselves stay so. A card that its bank
    renewed is shown as it is now. Refuses to run inside a transaction: a gateway is never asked with one open.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    customers = GatewayCustomer.objects.filter(account_id=account_id).select_related("gateway_account__seller")
    with transaction.atomic(durable=True):
        to_ask = list(customers.order_by("pk"))
    return sum(_ask(customer, at, actor) for customer in to_ask)


def watch_methods(*, at: datetime, actor: Actor, limit: int = MOST_A_NIGHT) -> int:
    """Ask about the methods of customers whose turn it is: those that wait or end soon each night, the others every
    four weeks; return how many things changed. Who gave no answer is asked the next time. Not inside a transaction."""
    actor.require(PAYMENT_METHODS_WRITE)
    with transaction.atomic(durable=True):
        to_ask = list(list_customers_to_ask(at, limit=limit))
    return sum(_ask(customer, at, actor) for customer in to_ask)


def refresh_customer(gateway_account_id: int, *, named: str, at: datetime, actor: Actor) -> bool:
    """Ask about the methods of a gateway's customer, named by its reference there or by that of one of its methods,
    since the gateway says that they changed; whether it answered.

    Nobody's customer counts as answered: there is nothing of ours to change. Not inside a transaction.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    methods = PaymentMethod.objects.filter(gateway_account_id=gateway_account_id, gateway_ref=named)
    customers = GatewayCustomer.objects.filter(
        Q(gateway_ref=named) | Q(gateway_ref__in=methods.values("customer_ref")), gateway_account_id=gateway_account_id
    )
    with transaction.atomic(durable=True):
        customer = customers.select_related("gateway_account__seller").first()
    return customer is None or _look(customer, at, actor) is not None


def _ask(customer: GatewayCustomer, at: datetime, actor: Actor) -> int:
    return _look(customer, at, actor) or 0


def _look(customer: GatewayCustomer, at: datetime, actor: Actor) -> int | None:
    """How many things changed; None where there was no answer."""
    holder = Holder(customer.gateway_account.seller.code, customer.gateway_account.mode)
    answer = get_gateway(customer.gateway_account.kind, holder=holder).mandates(customer.gateway_ref)
    return _bring_up_to_date(customer, answer.value, at, actor) if isinstance(answer, Done) else None


def _bring_up_to_date(customer: GatewayCustomer, mandates: Sequence[Mandate], at: datetime, actor: Actor) -> int:
    by_ref = {mandate.ref: mandate for mandate in mandates}
    changed = 0
    with transaction.atomic(durable=True):
        methods = PaymentMethod.objects.select_for_update(no_key=True).filter(
            gateway_account=customer.gateway_account, customer_ref=customer.gateway_ref, state__in=ALIVE
        )
        GatewayCustomer.objects.filter(pk=customer.pk).update(asked_at=at)
        for method in methods.order_by("pk"):
            mandate = by_ref.get(method.gateway_ref)
            changed += _take_over(method, mandate, at, actor) + _follow_state(method, mandate, at, actor)
    return changed


def _take_over(method: PaymentMethod, mandate: Mandate | None, at: datetime, actor: Actor) -> int:
    """Show what the gateway shows: banks renew cards, and the gateway hears of the new digits and the new last day."""
    if mandate is None:
        return 0
    after = Shown(mandate.label or method.label, mandate.expires_on or method.expires_on)
    told = describe_update(Shown(method.label, method.expires_on), after=after)
    if not told:
        return 0
    method.label, method.expires_on = after
    method.fingerprint = mandate.fingerprint or method.fingerprint
    method.save(update_fields=["label", "expires_on", "fingerprint"])
    record_method_event(method, event="update", reason=told, at=at, actor=actor)
    return 1


def _follow_state(method: PaymentMethod, mandate: Mandate | None, at: datetime, actor: Actor) -> int:
    state = mandate.state if mandate is not None else "invalid"
    if state == method.state:
        return 0
    method.state = state
    method.save(update_fields=["state"])
    reason = f"the gateway says {state}" if mandate is not None else "the gateway has it no more"
    record_method_event(method, event="refresh", reason=reason, at=at, actor=actor)
    return 1
