"""Connect a seller to its account at a gateway, and switch that on and off. Keys stay in the settings, never here."""

from datetime import datetime

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.payments.core.ports import Holder, get_gateway
from tallystick.payments.errors import GatewayConnected
from tallystick.payments.models import GatewayAccount, GatewayAccountEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.models import Seller

KINDS = ("mollie", "stripe", "sandbox")
MODES = (GatewayAccount.TEST, GatewayAccount.LIVE)


def connect_gateway(seller: Seller, *, kind: str, mode: str, at: datetime, actor: Actor) -> GatewayAccount:
    """Let customers of the seller pay through that gateway from now on.

    Refuses a kind or mode that there is not, a live sandbox, GatewayConnected, and GatewayKeyMissing where the settings
    have no key of that mode: nothing could be charged by it.
    """
    actor.require(SELLERS_WRITE)
    if kind not in KINDS:
        raise InvalidInput(f"must be one of {', '.join(KINDS)}, but is {kind!r}", field="kind")
    if mode not in MODES or (kind, mode) == ("sandbox", GatewayAccount.LIVE):
        raise InvalidInput("must be test or live, and of the sandbox test", field="mode")
    get_gateway(kind, holder=Holder(seller.code, mode))
    with transaction.atomic():
        Seller.objects.select_for_update().get(pk=seller.pk)
        if GatewayAccount.objects.filter(seller=seller, kind=kind, mode=mode).exists():
            raise GatewayConnected(kind=kind, mode=mode)
        account = GatewayAccount.objects.create(seller=seller, kind=kind, mode=mode)
        _record(account, "connect", "", at, actor)
    return account


def switch_gateway(gateway_account_id: int, *, is_active: bool, reason: str, at: datetime, actor: Actor) -> None:
    """Send nothing to it any more, or send again. A reason is mandatory; what is under way there is still looked at.

    Switching to what it is already changes nothing.
    """
    actor.require(SELLERS_WRITE)
    if not reason.strip() or len(reason) > 300:
        raise InvalidInput("Say in at most 300 characters why.", field="reason")
    with transaction.atomic():
        account = GatewayAccount.objects.select_for_update().get(pk=gateway_account_id)
        if account.is_active == is_active:
            return
        account.is_active = is_active
        account.save(update_fields=["is_active"])
        _record(account, "switch_on" if is_active else "switch_off", reason.strip(), at, actor)


def _record(account: GatewayAccount, event: str, reason: str, at: datetime, actor: Actor) -> None:
    GatewayAccountEvent.objects.create(
        gateway_account=account,
        event=event,
        reason=reason,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id[:80],
        actor_label=actor.label[:120],
    )
