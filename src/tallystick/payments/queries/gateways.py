"""A seller's accounts at gateways: which there are, and whether they can work."""

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.errors import NotFound
from tallystick.payments.core.ports import Holder, find_hook_address, get_gateway, is_reachable
from tallystick.payments.errors import GatewayMissing
from tallystick.payments.models import GatewayAccount, GatewayAccountEvent

MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class ConnectedGateway:
    """A seller's account at a gateway as a person sees it: never its key, only whether there is one.

    `hook_address` and `hook_events` are to be entered at the gateway; both empty: nothing is. `lacks` says in plain
    words what stands in the way of charging or of hearing from it; empty: nothing.
    """

    pk: int
    kind: str
    mode: str
    is_active: bool
    has_key: bool
    hook_address: str
    hook_events: tuple[str, ...]
    lacks: str


def list_connected_gateways(seller_id: int) -> Sequence[ConnectedGateway]:
    """All that a seller was ever connected to, in the order of connecting."""
    accounts = GatewayAccount.objects.filter(seller_id=seller_id).select_related("seller").order_by("pk")
    return [_compose(each) for each in accounts]


def get_connected_gateway(seller_id: int, *, gateway_account_id: int) -> ConnectedGateway:
    """One of a seller's. Raises NotFound."""
    accounts = GatewayAccount.objects.filter(seller_id=seller_id, pk=gateway_account_id).select_related("seller")
    return _compose(_get(accounts.first(), f"no gateway account {gateway_account_id}"))


def find_gateway_account_id(seller_id: int, *, kind: str, mode: str) -> int:
    """The seller's account at a gateway in a mode. Raises NotFound."""
    accounts = GatewayAccount.objects.filter(seller_id=seller_id, kind=kind, mode=mode)
    return _get(accounts.first(), f"no account at {kind} ({mode})").pk


def list_gateway_events(seller_id: int, *, limit: int = MOST_EVENTS) -> Sequence[GatewayAccountEvent]:
    """What was done about a seller's gateway accounts, the latest first."""
    events = GatewayAccountEvent.objects.filter(gateway_account__seller_id=seller_id).select_related("gateway_account")
    return list(events.order_by("-pk")[:limit])


def _get(account: GatewayAccount | None, told: str) -> GatewayAccount:
    if account is None:
        raise NotFound(f"The seller has {told}.")
    return account


def _compose(account: GatewayAccount) -> ConnectedGateway:
    holder = Holder(account.seller.code, account.mode)
    try:
        gateway = get_gateway(account.kind, holder=holder)
    except GatewayMissing as error:
        return ConnectedGateway(account.pk, account.kind, account.mode, account.is_active, False, "", (), error.message)
    address = find_hook_address(account.kind, holder=holder, gateway=gateway)
    lacks = "" if gateway.abilities.is_local else _find_lack(gateway.can_prove_notices)
    events = gateway.abilities.hook_events
    return ConnectedGateway(account.pk, account.kind, account.mode, account.is_active, True, address, events, lacks)


def _find_lack(can_prove_notices: bool) -> str:
    if not is_reachable():
        return "It can't tell us what became of payments: TALLYSTICK_URL names no address that it reaches."
    if not can_prove_notices:
        return "Its notices can't be proven: TALLYSTICK_GATEWAY_WEBHOOK_SECRETS has no signing secret of it."
    return ""
