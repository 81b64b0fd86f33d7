"""Django app of the room `sellers`."""

from django.apps import AppConfig


class SellersConfig(AppConfig):
    """Registers the tables of `sellers`."""

    name = "tallystick.sellers"
    label = "sellers"
