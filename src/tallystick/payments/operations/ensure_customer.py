"""Make an account known to a gateway as its customer, before it pays or leaves a method there."""

from tallystick.payments.core.answers import Done, Gateway
from tallystick.payments.errors import SetupNotOpened
from tallystick.payments.models import GatewayAccount, GatewayCustomer


def ensure_customer(account_id: int, *, gateway_account: GatewayAccount, gateway: Gateway) -> str:
    """The account's reference there, made once. Refuses SetupNotOpened where the gateway does not answer."""
    known = GatewayCustomer.objects.filter(gateway_account=gateway_account, account_id=account_id).first()
    if known is not None:
        return known.gateway_ref
    answer = gateway.customer(f"account:{account_id}", key=f"customer-{gateway_account.pk}-{account_id}")
    if not isinstance(answer, Done):
        raise SetupNotOpened(reason="the gateway did not take the customer", can_retry=True)
    customer = GatewayCustomer(gateway_account=gateway_account, account_id=account_id, gateway_ref=answer.value)
    GatewayCustomer.objects.bulk_create([customer], ignore_conflicts=True)
    return answer.value
