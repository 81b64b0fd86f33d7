"""Django app of the room `payments`."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class PaymentsConfig(AppConfig):
    """Registers the tables of `payments`, and lets the project plug its gateways in."""

    name = "tallystick.payments"
    label = "payments"

    def ready(self) -> None:
        """Call the project's wiring, the only place that knows a gateway by name."""
        import_string(settings.TALLYSTICK_WIRING)()
