"""The plumbing as a Django app."""

from django.apps import AppConfig


class PlumbingConfig(AppConfig):
    """Tables of the plumbing; label `plumbing`."""

    name = "tallystick.plumbing"
    label = "plumbing"
    verbose_name = "Plumbing"
