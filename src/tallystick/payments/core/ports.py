"""Where gateways are plugged in. The project's wiring registers them; operations ask for them by kind and holder."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tallystick.payments.core.answers import Gateway
from tallystick.payments.errors import GatewayMissing


class Holder(NamedTuple):
    """Whose account at a gateway it is: the seller's code, and the mode (test or live)."""

    seller: str
    mode: str


#: Where gateways reach us, such as https://billing.example; empty where they can't, and no notices are asked for.
_public_url: list[str] = [""]
#: Where a gateway of this house posts to when nobody else can reach us.
LOCAL_URL = "http://localhost"
_local_posts: list[Callable[[datetime], int]] = []
_factories: dict[str, Callable[[], Gateway]] = {}
_account_factories: dict[str, Callable[[Holder], Gateway]] = {}
_opened: dict[tuple[str, Holder], Gateway] = {}


def register_gateway(kind: str, *, factory: Callable[[], Gateway]) -> None:
    """Plug in a gateway that is the same for all; a second one of the same kind takes the place of the first."""
    _factories[kind] = factory


def register_account_gateway(kind: str, *, factory: Callable[[Holder], Gateway]) -> None:
    """Plug in a gateway at which each seller has an account. It is opened once for each, in each process.

    The factory raises GatewayKeyMissing where there is no key for the account.
    """
    _account_factories[kind] = factory
    for opened in [each for each in _opened if each[0] == kind]:
        del _opened[opened]


def get_gateway(kind: str, *, holder: Holder | None = None) -> Gateway:
    """The gateway of that kind as its holder uses it; raises GatewayMissing, also where there is no key."""
    shared = _factories.get(kind)
    if shared is not None:
        return shared()
    factory = _account_factories.get(kind)
    if factory is None or holder is None:
        raise GatewayMissing(kind=kind, known=", ".join(sorted((*_factories, *_account_factories))) or "none")
    if (kind, holder) not in _opened:
        _opened[kind, holder] = factory(holder)
    return _opened[kind, holder]


def set_public_url(url: str) -> None:
    """Say under which address gateways reach us; empty: they can't."""
    _public_url[0] = url.rstrip("/")


def find_notify_url(kind: str, *, holder: Holder | None, gateway: Gateway, our_id: str) -> str:
    """Where that gateway may tell that a payment changed; empty where it sends no notices or can't reach us."""
    address = _public_url[0] if is_reachable() else LOCAL_URL if gateway.abilities.is_local else ""
    if not address or holder is None or not gateway.abilities.pushes:
        return ""
    return f"{address}/hooks/{kind}/{holder.seller}/{holder.mode}/{gateway.notice_token(our_id)}"


def find_hook_address(kind: str, *, holder: Holder, gateway: Gateway) -> str:
    """The address to enter at that gateway for its notices; empty where nothing is entered, or it can't reach us."""
    if not _public_url[0] or not gateway.abilities.hook_events:
        return ""
    return f"{_public_url[0]}/hooks/{kind}/{holder.seller}/{holder.mode}/"


def is_reachable() -> bool:
    """Whether gateways can reach us: an address is known and leads out of this machine."""
    host = _public_url[0].partition("://")[2].partition("/")[0].partition(":")[0]
    return bool(host) and host not in ("localhost", "127.0.0.1", "[")


def register_local_post(post: Callable[[datetime], int]) -> None:
    """Plug in what posts the notices of a gateway of this house whose time has come; it returns how many."""
    _local_posts[:] = [post]


def post_local_notices(*, at: datetime) -> int:
    """Have the gateways of this house post their notices; how many. Real gateways post without being asked."""
    return sum(post(at) for post in _local_posts)
