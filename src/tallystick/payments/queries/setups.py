"""Set-ups of payment methods: at which gateway, and which are to be looked at again."""

from collections.abc import Collection
from datetime import datetime

from tallystick.accounts.models import Account
from tallystick.payments.errors import SetupNotOpened
from tallystick.payments.models import GatewayAccount, MethodSetup


def find_gateway_for(account: Account) -> GatewayAccount:
    """Where an account leaves its method: where its default one is, else at the seller's live account, else at the one
    for tests. Refuses SetupNotOpened where the seller has none that is on."""
    active = GatewayAccount.objects.select_related("seller").filter(seller_id=account.seller_id, is_active=True)
    present = active.filter(payment_methods__account=account, payment_methods__is_default=True).first()
    found = present or active.filter(mode=GatewayAccount.LIVE).order_by("pk").first() or active.order_by("pk").first()
    if found is None:
        raise SetupNotOpened(reason="the seller has no gateway that is switched on")
    return found


def list_setups_to_look_at(at: datetime, *, limit: int = 100) -> list[int]:
    """Set-ups whose page may have been used although nobody came back to tell, the longest due first."""
    due = MethodSetup.objects.filter(look_again_at__lte=at).order_by("look_again_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def find_setup(account_id: int, *, our_id: str) -> MethodSetup | None:
    """A set-up of an account by the id in its return address; None for another's."""
    return MethodSetup.objects.filter(account_id=account_id, our_id=our_id).first()


def list_sellers_with_gateway(seller_ids: Collection[int]) -> set[int]:
    """Those of the sellers whose customers can pay online: they have a gateway account that is switched on."""
    active = GatewayAccount.objects.filter(seller_id__in=seller_ids, is_active=True)
    return set(active.values_list("seller_id", flat=True))
