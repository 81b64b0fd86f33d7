"""Gateway keys in the settings that nobody uses: a mistyped seller, or one that was not connected yet."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.conf import settings

from tallystick.payments.queries.gateways import ConnectedGateway


class UnusedKey(NamedTuple):
    """Whose key it is said to be, at which gateway, of which mode. Never the key."""

    seller: str
    kind: str
    mode: str


def list_unused_keys(connected: Mapping[str, Sequence[ConnectedGateway]]) -> list[UnusedKey]:
    """Keys that belong to none of the accounts that these sellers, by code, are connected to."""
    used = {(code, each.kind, each.mode) for code, those in connected.items() for each in those}
    return [UnusedKey(*each) for each in settings.GATEWAYS.list_accounts() if each not in used]
