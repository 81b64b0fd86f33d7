"""Django app of the room `catalog`."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the tables of `catalog`."""

    name = "tallystick.catalog"
    label = "catalog"
