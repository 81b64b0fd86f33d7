"""Take credit of a payment that goes back: what it settled is open again as far as needed, the newest first."""

from datetime import date, datetime

from tallystick.accounts.models import Account
from tallystick.invoicing.errors import CreditHeld
from tallystick.invoicing.models import CreditSource
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.undo_allocations import free_allocations
from tallystick.invoicing.queries.held_credit import sum_credit, sum_free_credit
from tallystick.invoicing.queries.placed import list_placed
from tallystick.money.amount import format_minor


def withdraw_credit(payment_id: int, *, amount_minor: int, on: date, at: datetime) -> None:
    """Lower what is left of a payment's credit, undoing its allocations as far as it needs them.

    A step of larger operations, under the account's lock, beside the posting against customer credit. What drafts hold
    of the credit goes last. More than the payment was may go only by a chargeback of money that was refunded already:
    what is left is then below zero.
    """
    source = CreditSource.objects.select_for_update(no_key=True).get(payment_id=payment_id)
    missing = amount_minor - min(source.remaining_minor, max(sum_free_credit(source.account_id), 0))
    if missing > 0:
        free_allocations(list_placed(source_ids=[source.pk]), free_minor=missing, on=on, at=at)
        source.refresh_from_db()
    source.remaining_minor -= amount_minor
    source.withdrawn_minor += amount_minor
    source.save(update_fields=["remaining_minor", "withdrawn_minor"])


def require_free_credit(account: Account) -> None:
    """Refuse (CreditHeld) where what is left of an account's credit does not cover what its drafts hold."""
    free_minor = sum_free_credit(account.pk)
    if free_minor < 0:
        held_minor = sum_credit(account.pk) - free_minor
        raise CreditHeld(held=f"{format_minor(held_minor, account.currency)} {account.currency}")


def return_credit(payment_id: int, *, amount_minor: int, on: date, at: datetime) -> None:
    """Raise it again, for money that came back to us, and settle what is open with it. Under the account's lock."""
    source = CreditSource.objects.select_for_update(no_key=True).get(payment_id=payment_id)
    source.remaining_minor += amount_minor
    source.withdrawn_minor -= amount_minor
    source.save(update_fields=["remaining_minor", "withdrawn_minor"])
    settle_accounts([source.account_id], on=on, at=at)
