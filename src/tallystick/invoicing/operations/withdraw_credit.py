"""Take credit of a payment that goes back: what it settled is open again as far as needed, the newest first."""

from datetime import date, datetime

from tallystick.invoicing.models import CreditSource
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.undo_allocations import free_allocations
from tallystick.invoicing.queries.placed import list_placed


def withdraw_credit(payment_id: int, *, amount_minor: int, on: date, at: datetime) -> None:
    """Lower what is left of a payment's credit, undoing its allocations as far as it needs them.

    A step of larger operations, under the account's lock, beside the posting against customer credit. More than the
    payment was may go only by a chargeback of money that was refunded already: what is left is then below zero.
    """
    source = CreditSource.objects.select_for_update(no_key=True).get(payment_id=payment_id)
    missing = amount_minor - source.remaining_minor
    if missing > 0:
        free_allocations(list_placed(source_ids=[source.pk]), free_minor=missing, on=on, at=at)
        source.refresh_from_db()
    source.remaining_minor -= amount_minor
    source.withdrawn_minor += amount_minor
    source.save(update_fields=["remaining_minor", "withdrawn_minor"])


def return_credit(payment_id: int, *, amount_minor: int, on: date, at: datetime) -> None:
    """Raise it again, for money that came back to us, and settle what is open with it. Under the account's lock."""
    source = CreditSource.objects.select_for_update(no_key=True).get(payment_id=payment_id)
    source.remaining_minor += amount_minor
    source.withdrawn_minor -= amount_minor
    source.save(update_fields=["remaining_minor", "withdrawn_minor"])
    settle_accounts([source.account_id], on=on, at=at)
