"""Save payment methods in bulk: mandates that were given elsewhere, taken over by a gateway."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.payments.core.answers import Done, MandateToImport
from tallystick.payments.core.ports import get_gateway
from tallystick.payments.errors import MandateRefused
from tallystick.payments.models import GatewayAccount, GatewayCustomer, PaymentMethod
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

    Raises MandateRefused for a number that the gateway does not take; then nothing is saved.
    """
    actor.require(PAYMENT_METHODS_WRITE)
    gateway = get_gateway(gateway_kind)
    with transaction.atomic():
        account, _ = GatewayAccount.objects.get_or_create(seller=seller, kind=gateway_kind, mode="test")
        refs = _customers(account, sorted({method.account_id for method in methods}))
        mandates = gateway.import_mandates(
            [MandateToImport(refs[method.account_id], method.number) for method in methods]
        )
        known = set(PaymentMethod.objects.filter(gateway_account=account).values_list("gateway_ref", flat=True))
        rows = {
            mandate.ref: PaymentMethod(
                account_id=method.account_id,
                gateway_account=account,
                customer_ref=mandate.customer_ref,
                gateway_ref=mandate.ref,
                kind=mandate.kind,
                label=mandate.label,
                fingerprint=mandate.fingerprint,
                state=mandate.state,
                created_at=at,
            )
            for method, mandate in zip(methods, mandates, strict=True)
            if mandate.ref not in known
        }
        replaced = [row.account_id for row in rows.values()]
        PaymentMethod.objects.filter(account_id__in=replaced, is_default=True).update(is_default=False)
        PaymentMethod.objects.bulk_create(rows.values(), batch_size=2000)
    return len(rows)


def _customers(account: GatewayAccount, account_ids: Sequence[int]) -> dict[int, str]:
    gateway = get_gateway(account.kind)
    known = dict(
        GatewayCustomer.objects.filter(gateway_account=account, account_id__in=account_ids).values_list(
            "account_id", "gateway_ref"
        )
    )
    fresh = []
    for account_id in account_ids:
        if account_id not in known:
            answer = gateway.customer(f"account:{account_id}", key=f"customer-{account.pk}-{account_id}")
            if not isinstance(answer, Done):
                raise MandateRefused(reason="the gateway did not take the customer; try again", can_retry=True)
            fresh.append(GatewayCustomer(gateway_account=account, account_id=account_id, gateway_ref=answer.value))
    GatewayCustomer.objects.bulk_create(fresh, batch_size=2000)
    return known | {row.account_id: row.gateway_ref for row in fresh}
