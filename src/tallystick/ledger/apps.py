"""Django app of the room `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Registers the tables of `ledger`."""

    name = "tallystick.ledger"
    label = "ledger"
