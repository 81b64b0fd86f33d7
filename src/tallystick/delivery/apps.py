"""Django app of the room `delivery`."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Registers the tables of `delivery`."""

    name = "tallystick.delivery"
    label = "delivery"
