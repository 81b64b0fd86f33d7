"""Django app of the room `rollups`."""

from django.apps import AppConfig


class RollupsConfig(AppConfig):
    """Registers the tables of `rollups`."""

    name = "tallystick.rollups"
    label = "rollups"
