"""Django app of the room `taxes`."""

from django.apps import AppConfig


class TaxesConfig(AppConfig):
    """Registers the tables of `taxes`."""

    name = "tallystick.taxes"
    label = "taxes"
