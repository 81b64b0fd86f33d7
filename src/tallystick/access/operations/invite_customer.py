"""Let someone of the customer see an account in the portal and pay for it; and take that back."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tallystick.access.errors import CustomerUserUnknown, EmailNotValid
from tallystick.access.models import CustomerAccess, CustomerUser
from tallystick.accounts.queries import get_account_by_id
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


def invite_customer(account_id: int, *, email: str, at: datetime, actor: Actor, name: str = "") -> CustomerAccess:
    """Give the person with this address access to the account; one who has it keeps it as it is.

    The same person may have several accounts. Who they are is their address, trimmed and in lower case. `at` is real
    time. Refuses NotFound, EmailNotValid.
    """
    actor.require(ACCOUNTS_WRITE)
    account = get_account_by_id(account_id)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise EmailNotValid(email=email) from None
    with transaction.atomic():
        person, is_new = CustomerUser.objects.get_or_create(
            email=address, defaults={"name": name.strip()[:120], "created_at": at}
        )
        if name.strip() and not is_new and not person.name:
            person.name = name.strip()[:120]
            person.save(update_fields=["name"])
        access, _ = CustomerAccess.objects.get_or_create(
            customer_user=person,
            account=account,
            ended_at=None,
            defaults={"invited_at": at, "invited_by": actor.label},
        )
    return access


def end_customer_access(account_id: int, *, email: str, at: datetime, actor: Actor) -> CustomerAccess:
    """Take the access to an account back; effective with their next click. `at` is real time.

    Refuses CustomerUserUnknown for one who has none.
    """
    actor.require(ACCOUNTS_WRITE)
    with transaction.atomic():
        live = CustomerAccess.objects.select_for_update().filter(account_id=account_id, ended_at__isnull=True)
        access = live.filter(customer_user__email=email.strip().lower()).first()
        if access is None:
            raise CustomerUserUnknown(email=email)
        access.ended_at, access.ended_by = at, actor.label
        access.save(update_fields=["ended_at", "ended_by"])
    return access
