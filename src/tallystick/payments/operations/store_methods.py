"""Save payment methods in bulk: mandates that were given elsewhere, taken over by a gateway."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.payments.core.answers import Done, Gateway, Mandate, MandateToImport
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import MandateRefused
from tallystick.payments.models import GatewayAccount, GatewayCustomer, PaymentMethod
from tallystick.payments.operations.choose_method import make_default
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE
from tallystick.sellers.models import Seller


class NewMethod(NamedTuple):
    """A method to be saved for an account, by the number of its card or IBAN (test gateways only)."""

    account_id: int
    number: str


def store_methods(
    seller: Seller, *, methods: Sequence[NewMethod], gateway_kind: str, at: datetime, actor: Actor
) -> int:
    """Save each account's method as its default one; return how many are new. The same number again changes nothing.

    The number goes to the gateway and is not kept here. Customers and mandates come before our own rows: if we fail in
    between, the next call finds the same ones. Raises MandateRefused for a number that the gateway does not take; then
    no method is saved. Refuses to run inside a transaction: the gateway is never called with one open.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    return _store(seller, methods, gateway_kind, at)[0]


def store_default_method(account: Account, *, number: str, gateway_kind: str, at: datetime, actor: Actor) -> bool:
    """Save one method, which pays by itself from now on, also where it was saved before; whether it is new.

    As `store_methods`; refuses MethodGone for one that was saved before and can't be charged any more.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    new, refs = _store(account.seller, [NewMethod(account.pk, number)], gateway_kind, at)
    if not new:
        saved = PaymentMethod.objects.get(account=account, gateway_account__kind=gateway_kind, gateway_ref=refs[0])
        make_default(account.pk, method_id=saved.pk, at=at, actor=actor)
    return bool(new)


def _store(seller: Seller, methods: Sequence[NewMethod], gateway_kind: str, at: datetime) -> tuple[int, list[str]]:
    """How many are new, and the gateway's references of all."""
    gateway = get_gateway(gateway_kind, holder=Holder(seller.code, GatewayAccount.TEST))
    with transaction.atomic(durable=True):
        account, _ = GatewayAccount.objects.get_or_create(seller=seller, kind=gateway_kind, mode=GatewayAccount.TEST)
    refs = _ensure_customers(account, gateway, sorted({method.account_id for method in methods}))
    mandates = gateway.import_mandates([MandateToImport(refs[method.account_id], method.number) for method in methods])
    with transaction.atomic(durable=True):
        new = _save(account, [(m.account_id, mandate) for m, mandate in zip(methods, mandates, strict=True)], at)
    return new, [mandate.ref for mandate in mandates]


def _ensure_customers(account: GatewayAccount, gateway: Gateway, account_ids: Collection[int]) -> dict[int, str]:
    """The gateway's reference for each account, made known where it is not."""
    customers = GatewayCustomer.objects.filter(gateway_account=account, account_id__in=account_ids)
    known = dict(customers.values_list("account_id", "gateway_ref"))
    fresh = []
    for account_id in account_ids:
        if account_id in known:
            continue
        answer = gateway.customer(f"account:{account_id}", key=f"customer-{account.pk}-{account_id}")
        if not isinstance(answer, Done):
            raise MandateRefused(reason="the gateway did not take the customer; try again", can_retry=True)
        known[account_id] = answer.value
        fresh.append(GatewayCustomer(gateway_account=account, account_id=account_id, gateway_ref=answer.value))
    GatewayCustomer.objects.bulk_create(fresh, batch_size=2000, ignore_conflicts=True)
    return known


def _save(account: GatewayAccount, mandates: Sequence[tuple[int, Mandate]], at: datetime) -> int:
    refs = [mandate.ref for _, mandate in mandates]
    stored = PaymentMethod.objects.filter(gateway_account=account, gateway_ref__in=refs)
    known = set(stored.values_list("gateway_ref", flat=True))
    fresh = {mandate.ref: (account_id, mandate) for account_id, mandate in mandates if mandate.ref not in known}
    # of several new methods of one account the last given is its default
    defaults = {account_id: ref for ref, (account_id, _) in fresh.items()}
    PaymentMethod.objects.filter(account_id__in=list(defaults), is_default=True).update(is_default=False)
    PaymentMethod.objects.bulk_create(
        [
            _compose_row(account, account_id, mandate, is_default=defaults[account_id] == ref, at=at)
            for ref, (account_id, mandate) in fresh.items()
        ],
        batch_size=2000,
    )
    return len(fresh)


def _compose_row(
    account: GatewayAccount, account_id: int, mandate: Mandate, *, is_default: bool, at: datetime
) -> PaymentMethod:
    return PaymentMethod(
        account_id=account_id,
        gateway_account=account,
        customer_ref=mandate.customer_ref,
        gateway_ref=mandate.ref,
        kind=mandate.kind,
        label=mandate.label,
        fingerprint=mandate.fingerprint,
        state=mandate.state,
        expires_on=mandate.expires_on,
        is_default=is_default,
        created_at=at,
    )
