"""Close an account for anything new, and open it again (CRM-27)."""

from datetime import datetime

from django.db import transaction

from tallystick.accounts.errors import AccountUnknown
from tallystick.accounts.models import Account, AccountEvent
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


def close_account(account_id: int, *, reason: str, at: datetime, actor: Actor) -> Account:
    """Let an account take nothing new, at once: no subscription, and no action but one that ends something.

    What was agreed goes on being billed and collected until it is ended. Refuses AccountUnknown. A reason is mandatory.
    Closing what is closed already changes nothing.
    """
    return _set_closed(account_id, is_closed=True, reason=reason, at=at, actor=actor)


def reopen_account(account_id: int, *, reason: str, at: datetime, actor: Actor) -> Account:
    """Let a closed account take something new again. Refuses as `close_account` does."""
    return _set_closed(account_id, is_closed=False, reason=reason, at=at, actor=actor)


def _set_closed(account_id: int, *, is_closed: bool, reason: str, at: datetime, actor: Actor) -> Account:
    actor.require(ACCOUNTS_WRITE)
    if not reason.strip():
        told = "closed" if is_closed else "opened again"
        raise InvalidInput(f"Say why the account is {told}; the reason stays in its history.", field="reason")
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            raise AccountUnknown(account=account_id)
        if account.is_closed == is_closed:
            return account
        account.is_closed = is_closed
        account.save(update_fields=["is_closed"])
        AccountEvent.objects.create(
            account=account,
            event="close_account" if is_closed else "reopen_account",
            before={"is_closed": not is_closed},
            after={"is_closed": is_closed},
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            reason=reason[:300],
        )
    return account
