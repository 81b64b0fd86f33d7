"""Set or remove whom to talk to at a customer."""

from django.db import transaction

from tallystick.accounts.core.new_account import ContactDetails, find_contact_problems
from tallystick.accounts.errors import AccountInvalid, AccountUnknown, ContactRoleUnknown
from tallystick.accounts.models import Account, Contact
from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE
from tallystick.sellers.core.email_addresses import normalize_email


def set_contact(account_id: int, *, role: str, contact: ContactDetails | None, actor: Actor) -> Contact | None:
    """Set the contact of a role (admin or billing); None removes it.

    Refuses AccountUnknown, ContactRoleUnknown, AccountInvalid.
    """
    actor.require(ACCOUNTS_WRITE)
    if role not in (Contact.ADMIN, Contact.BILLING):
        raise ContactRoleUnknown(role=role)
    with transaction.atomic():
        if not Account.objects.select_for_update(no_key=True).filter(pk=account_id).exists():
            raise AccountUnknown(account=account_id)
        if contact is None:
            Contact.objects.filter(account_id=account_id, role=role).delete()
            return None
        details = ContactDetails(contact.name.strip(), normalize_email(contact.email), contact.phone.strip())
        refuse_problems(AccountInvalid, find_contact_problems(details, role=role))
        saved, _ = Contact.objects.update_or_create(account_id=account_id, role=role, defaults=details._asdict())
        return saved
