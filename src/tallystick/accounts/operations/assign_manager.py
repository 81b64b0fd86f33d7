"""Assign or clear the account manager (DEM-10, DEM-11, DEM-13)."""

from django.db import transaction

from tallystick.accounts.errors import AccountUnknown, ManagerNotAllowed
from tallystick.accounts.models import Account
from tallystick.accounts.queries import find_managers
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE
from tallystick.sellers.core.email_addresses import normalize_email


def assign_manager(account_id: int, *, email: str | None, actor: Actor) -> Account:
    """Let the staff user with this address manage the account, whatever its billing mode; None clears it.

    Refuses AccountUnknown, and ManagerNotAllowed for an address outside the seller's own domain or of nobody.
    """
    actor.require(ACCOUNTS_WRITE)
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            raise AccountUnknown(account=account_id)
        account.manager_id = _get_manager_id(account, normalize_email(email)) if email is not None else None
        account.save(update_fields=["manager"])
    return account


def _get_manager_id(account: Account, email: str) -> int:
    found = find_managers(account.seller, emails=[email])[email]
    if isinstance(found, str):
        raise ManagerNotAllowed(email=email, reason=found)
    return found
