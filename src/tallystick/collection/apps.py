"""Django app of the room `collection`."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """Registers the tables of `collection`."""

    name = "tallystick.collection"
    label = "collection"
