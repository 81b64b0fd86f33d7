"""Ports and adapters: the only file that knows a gateway by name."""

from django.conf import settings

from tallystick.documents.core.page_address import register_page_address
from tallystick.payments.core.answers import Gateway
from tallystick.payments.core.ports import (
    Holder,
    register_account_gateway,
    register_gateway,
    register_local_post,
    set_public_url,
)
from tallystick.payments.errors import GatewayKeyMissing
from tallystick.payments.operations.pace import set_calls_per_second


def wire() -> None:
    """Plug the gateways in; called once, when the payments room is ready."""
    # its tables exist only from here on
    from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
    from tallystick.payments.gateways.sandbox.notices import post_due_notices, register_postman

    set_public_url(settings.SITE_ADDRESS)
    set_calls_per_second(settings.GATEWAY_CALLS_PER_SECOND)
    register_gateway("sandbox", factory=_open_slow_sandbox if settings.SANDBOX_LATENCY_MS else SandboxGateway)
    register_postman(_post_to_ourselves)
    register_local_post(post_due_notices)
    register_account_gateway("mollie", factory=_open_mollie)
    register_account_gateway("stripe", factory=_open_stripe)
    register_page_address(_compose_page_address)


def _compose_page_address(seller_code: str, *, number: str) -> str:
    from tallystick.interfaces.portal.page_tokens import make_printed_address  # it asks tables

    return make_printed_address(seller_code, number=number)


def _post_to_ourselves(url: str, body: bytes) -> int:
    from tallystick.interfaces.webhooks.posting import post_to_ourselves  # addresses exist only once all is ready

    return post_to_ourselves(url, body)


def _open_slow_sandbox() -> Gateway:
    from tallystick.payments.gateways.sandbox.slow import SlowSandboxGateway  # only where latency is asked for

    return SlowSandboxGateway(latency_ms=settings.SANDBOX_LATENCY_MS)


def _open_mollie(holder: Holder) -> Gateway:
    from tallystick.payments.gateways.mollie.gateway import MollieGateway  # large, and not everybody uses it

    return MollieGateway(_get_key("mollie", holder), url=settings.GATEWAYS.find_url("mollie"))


def _open_stripe(holder: Holder) -> Gateway:
    from tallystick.payments.gateways.stripe.gateway import StripeGateway  # large, and not everybody uses it

    secrets = settings.GATEWAYS.list_webhook_secrets("stripe", seller=holder.seller, mode=holder.mode)
    key = _get_key("stripe", holder)
    return StripeGateway(key, webhook_secrets=secrets, url=settings.GATEWAYS.find_url("stripe"))


def _get_key(kind: str, holder: Holder) -> str:
    key: str = settings.GATEWAYS.find_key(kind, seller=holder.seller, mode=holder.mode)
    if not key:
        raise GatewayKeyMissing(kind=kind, mode=holder.mode, seller=holder.seller)
    return key
