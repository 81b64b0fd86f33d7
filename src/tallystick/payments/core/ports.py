"""Where gateways are plugged in. The project's wiring registers them; operations ask for them by kind."""

from collections.abc import Callable

from tallystick.payments.core.answers import Gateway
from tallystick.payments.errors import GatewayMissing

_factories: dict[str, Callable[[], Gateway]] = {}


def register_gateway(kind: str, *, factory: Callable[[], Gateway]) -> None:
    """Plug a gateway in; a second one of the same kind takes the place of the first."""
    _factories[kind] = factory


def get_gateway(kind: str) -> Gateway:
    """The gateway of that kind; raises GatewayMissing."""
    factory = _factories.get(kind)
    if factory is None:
        raise GatewayMissing(kind=kind, known=", ".join(sorted(_factories)) or "none")
    return factory()
