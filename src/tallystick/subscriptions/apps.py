"""Django app of the room `subscriptions`."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Registers the tables of `subscriptions`."""

    name = "tallystick.subscriptions"
    label = "subscriptions"
