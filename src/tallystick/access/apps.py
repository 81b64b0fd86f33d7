"""Django app of the room `access`."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the tables of `access`."""

    name = "tallystick.access"
    label = "access"
