"""A seller's accounts at gateways."""

from collections.abc import Sequence

from tallystick.errors import NotFound
from tallystick.payments.models import GatewayAccount, GatewayAccountEvent


def list_gateway_accounts(seller_id: int) -> Sequence[GatewayAccount]:
    """All that a seller was ever connected to, in the order of connecting."""
    return list(GatewayAccount.objects.filter(seller_id=seller_id).select_related("seller").order_by("pk"))


def get_gateway_account(seller_id: int, *, kind: str, mode: str) -> GatewayAccount:
    """The seller's account at a gateway in a mode. Raises NotFound."""
    found = GatewayAccount.objects.filter(seller_id=seller_id, kind=kind, mode=mode).select_related("seller").first()
    if found is None:
        raise NotFound(f"The seller is not connected to {kind} ({mode}).")
    return found


def list_gateway_events(seller_id: int) -> Sequence[GatewayAccountEvent]:
    """What was done about a seller's gateway accounts, the latest first."""
    events = GatewayAccountEvent.objects.filter(gateway_account__seller_id=seller_id).select_related("gateway_account")
    return list(events.order_by("-pk")[:100])
