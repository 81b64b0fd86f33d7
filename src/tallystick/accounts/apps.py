"""Django app of the room `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the tables of `accounts`."""

    name = "tallystick.accounts"
    label = "accounts"
