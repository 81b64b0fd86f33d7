"""Django app of the room `documents`."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Registers the tables of `documents`."""

    name = "tallystick.documents"
    label = "documents"
