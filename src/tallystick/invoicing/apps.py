"""Django app of the room `invoicing`."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """Registers the tables of `invoicing`."""

    name = "tallystick.invoicing"
    label = "invoicing"
