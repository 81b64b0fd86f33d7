"""Where webhooks may go: to public addresses by HTTPS. Ours is the only server that may call into our own network."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from tallystick.delivery.errors import WebhookAddressRefused

LONGEST = 500


def check_address(url: str, *, may_be_private: bool) -> str:
    """The address as it is kept, or WebhookAddressRefused with the reason. Names are resolved only when it is sent to.

    `may_be_private` is for trials on one's own machine: plain HTTP and internal addresses are then allowed.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as invalid:
        raise _refuse(text, f"is no address ({invalid})") from invalid
    _require_plain(parts, text)
    if not may_be_private:
        if parts.scheme != "https":
            raise _refuse(text, "must begin with https://")
        if port == 0 or is_private_name(parts.hostname or ""):
            raise _refuse(text, "leads into a private network")
    return text


def _require_plain(parts: SplitResult, text: str) -> None:
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise _refuse(text, "must be an address such as https://example.com/hooks")
    if len(text) > LONGEST:
        raise _refuse(text[:60] + "…", f"is longer than {LONGEST} characters")
    if parts.username or parts.password:
        raise _refuse(f"{parts.scheme}://…@{parts.hostname}", "must not carry a name or password")
    if parts.fragment:
        raise _refuse(text, "must not carry a #fragment")


def is_private_name(host: str) -> bool:
    """Whether a host is an internal address, or a name that only a private network knows."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        name = host.rstrip(".").lower()
        return name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or "." not in name


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open Internet; an IPv6 one that wraps an IPv4 one is judged by what it wraps."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def choose_address(found: Sequence[str], *, url: str, may_be_private: bool) -> str:
    """The one of the resolved addresses to connect to; refuses as soon as one of them is not public.

    All of them count: a name that leads outside and inside is not trusted for the half that leads outside.
    """
    if not found:
        raise _refuse(url, "has a host name that leads nowhere")
    if not may_be_private and not all(is_public(ip_address(each)) for each in found):
        raise _refuse(url, "leads into a private network")
    return found[0]


def _refuse(url: str, reason: str) -> WebhookAddressRefused:
    return WebhookAddressRefused(url=url, reason=reason, field="url")
