"""Invite someone of the customer to the portal: access first, then the mail that says so (DEM-4: staff only)."""

from datetime import datetime
from smtplib import SMTPException
from typing import NamedTuple

from tallystick.access.operations.invite_customer import invite_customer
from tallystick.accounts.queries import get_account_by_id
from tallystick.delivery.operations.mail_portal import mail_invitation
from tallystick.plumbing.actor import Actor


class Invited(NamedTuple):
    """Who was invited; `is_mailed` False where the mail server did not take the message, and `problem` says why."""

    email: str
    is_mailed: bool
    problem: str


def invite_to_portal(
    account_id: int, *, email: str, at: datetime, actor: Actor, portal_address: str, name: str = ""
) -> Invited:
    """Give access and mail the invitation; asked again, it is mailed again. `at` is real time.

    The access stands when the mail could not be sent: they can sign in, and the invitation be repeated.
    Refuses what `invite_customer` refuses.
    """
    access = invite_customer(account_id, email=email, name=name, at=at, actor=actor)
    address = access.customer_user.email
    account = get_account_by_id(account_id)
    try:
        mail_invitation(account, to=address, portal_address=portal_address)
    except (OSError, SMTPException) as failure:
        return Invited(address, False, f"the mail server did not take it: {failure}"[:300])
    return Invited(address, True, "")
