"""Create one account."""

from datetime import datetime

from django.db import IntegrityError, transaction

from tallystick.accounts.core.new_account import NewAccount, normalize_account
from tallystick.accounts.errors import AccountExists, AccountInvalid
from tallystick.accounts.models import Account, AccountProfile, Contact
from tallystick.accounts.queries import find_managers, list_account_problems
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE
from tallystick.sellers.models import Seller


def create_account(seller: Seller, *, account: NewAccount, at: datetime, actor: Actor) -> Account:
    """Make an account with its first profile version and its contacts. Refuses AccountExists, AccountInvalid."""
    actor.require(ACCOUNTS_WRITE)
    new = normalize_account(account)
    # The database decides about two at once; asking first makes the usual case a plain answer.
    if Account.objects.filter(seller=seller, external_id=new.external_id).exists():
        raise AccountExists(account=new.external_id)
    refuse_problems(AccountInvalid, [each.problem for each in list_account_problems(seller, accounts=[new])])
    try:
        with transaction.atomic():
            return _save(seller, new, at=at)
    except IntegrityError as broken:
        if "account_external_id_once" in str(broken):
            raise AccountExists(account=new.external_id) from None
        raise


def _save(seller: Seller, new: NewAccount, *, at: datetime) -> Account:
    manager_id = find_managers(seller, emails=[new.manager_email])[new.manager_email] if new.manager_email else None
    account = Account.objects.create(
        seller=seller,
        external_id=new.external_id,
        name=new.party.name,
        manager_id=manager_id,
        created_at=at,
        **new.terms._asdict(),
    )
    AccountProfile.objects.create(account=account, created_at=at, **new.party._asdict())
    for role, contact in ((Contact.ADMIN, new.admin_contact), (Contact.BILLING, new.billing_contact)):
        if contact is not None:
            Contact.objects.create(account=account, role=role, **contact._asdict())
    return account
