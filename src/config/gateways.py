"""Keys of gateways, from the environment and nowhere else: never in the database, never in a line of a log.

    TALLYSTICK_GATEWAY_KEYS             acme/mollie=live_… acme/mollie=test_… acme/stripe=sk_live_…
    TALLYSTICK_GATEWAY_WEBHOOK_SECRETS  acme/stripe/live=whsec_…
    TALLYSTICK_GATEWAY_URLS             mollie=http://127.0.0.1:4010

Entries are apart by spaces. A key says itself whether it is a test or a live one. Several webhook secrets for one
account are all accepted, which is how one takes over from another. Addresses are for trials against another server.
"""

from collections.abc import Iterator, Mapping

from django.core.exceptions import ImproperlyConfigured

#: How the keys of each gateway begin, by mode.
PREFIXES: dict[str, dict[str, tuple[str, ...]]] = {
    "mollie": {"test": ("test_",), "live": ("live_",)},
    "stripe": {"test": ("sk_test_", "rk_test_"), "live": ("sk_live_", "rk_live_")},
}


class GatewayKeys:
    """What an installation needs to use gateways, by seller, kind and mode. Prints nothing of it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._keys: dict[tuple[str, str, str], str] = {}
        self._secrets: dict[tuple[str, str, str], list[str]] = {}
        for account, key in _read_entries(environment, "TALLYSTICK_GATEWAY_KEYS"):
            seller, kind = _split(account, 2, "TALLYSTICK_GATEWAY_KEYS", "seller/gateway")
            place = (seller, kind, _find_mode(kind, key, account))
            if place in self._keys:
                raise ImproperlyConfigured(f"TALLYSTICK_GATEWAY_KEYS: two {place[2]} keys for {account}")
            self._keys[place] = key
        for account, secret in _read_entries(environment, "TALLYSTICK_GATEWAY_WEBHOOK_SECRETS"):
            name = "TALLYSTICK_GATEWAY_WEBHOOK_SECRETS"
            seller, kind, mode = _split(account, 3, name, "seller/gateway/mode")
            self._secrets.setdefault((seller, kind, mode), []).append(secret)
        self._urls = dict(_read_entries(environment, "TALLYSTICK_GATEWAY_URLS"))

    def __repr__(self) -> str:
        """How many there are, and no more."""
        return f"GatewayKeys({len(self._keys)} keys)"

    def find_key(self, kind: str, *, seller: str, mode: str) -> str:
        """The API key of an account; "" where there is none."""
        return self._keys.get((seller, kind, mode), "")

    def list_accounts(self) -> list[tuple[str, str, str]]:
        """The seller, kind and mode of each key."""
        return sorted(self._keys)

    def list_webhook_secrets(self, kind: str, *, seller: str, mode: str) -> tuple[str, ...]:
        """The secrets with which an account's notices may be signed."""
        return tuple(self._secrets.get((seller, kind, mode), ()))

    def find_url(self, kind: str) -> str | None:
        """Where the gateway is reached, if not at its own address."""
        return self._urls.get(kind)


def _read_entries(environment: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    for entry in environment.get(name, "").split():
        account, equals, value = entry.partition("=")
        if not equals or not value:
            raise ImproperlyConfigured(f"{name}: an entry is written as account=value")  # never the entry itself
        yield account, value


def _split(account: str, parts: int, name: str, form: str) -> list[str]:
    words = account.split("/")
    if len(words) != parts or not all(words):
        raise ImproperlyConfigured(f"{name}: an account is written as {form}")
    return words


def _find_mode(kind: str, key: str, account: str) -> str:
    modes = PREFIXES.get(kind)
    if modes is None:
        raise ImproperlyConfigured(f"TALLYSTICK_GATEWAY_KEYS: {account} names no gateway of {', '.join(PREFIXES)}")
    for mode, prefixes in modes.items():
        if key.startswith(prefixes):
            return mode
    begin = " or ".join(prefix for prefixes in modes.values() for prefix in prefixes)
    raise ImproperlyConfigured(f"TALLYSTICK_GATEWAY_KEYS: the key for {account} does not begin with {begin}")
