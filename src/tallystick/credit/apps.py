"""Django app of the room `credit`."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    """Registers the tables of `credit`."""

    name = "tallystick.credit"
    label = "credit"
