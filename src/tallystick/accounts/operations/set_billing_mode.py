"""Set who moves the money: self-serve or managed (DEM-1, DEM-2). The journeys decide whether that may be."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from tallystick.accounts.core.new_account import BILLING_MODES
from tallystick.accounts.errors import AccountInvalid, AccountUnknown
from tallystick.accounts.models import Account, AccountEvent
from tallystick.errors import InvalidInput, Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE

LONGEST_REASON = 300


def lock_account(account_id: int) -> Account:
    """The account under its lock, so that two who change how it pays wait for each other; refuses AccountUnknown.

    A step of a larger operation, inside its transaction.
    """
    found = Account.objects.select_related("seller").select_for_update(no_key=True, of=("self",))
    account = found.filter(pk=account_id).first()
    if account is None:
        raise AccountUnknown(account=account_id)
    return account


def set_billing_mode(
    account_id: int,
    *,
    billing_mode: str,
    event: str,
    reason: str,
    at: datetime,
    actor: Actor,
    said: Mapping[str, object] = MappingProxyType({}),
) -> Account:
    """Write the mode and append what was before and after, with what else is `said`; the plan stays as it is.

    A step of a journey, in its transaction. A reason is mandatory. Refuses AccountUnknown and a mode that there is not.
    """
    actor.require(ACCOUNTS_WRITE)
    if not reason.strip():
        raise InvalidInput("Say why; the reason stays in the account's history.", field="reason")
    if billing_mode not in BILLING_MODES:
        refuse_problems(AccountInvalid, [Problem("billing_mode", f"must be one of {', '.join(BILLING_MODES)}")])
    with transaction.atomic():
        account = lock_account(account_id)
        before, account.billing_mode = account.billing_mode, billing_mode
        account.save(update_fields=["billing_mode"])
        AccountEvent.objects.create(
            account=account,
            event=event,
            before={"billing_mode": before},
            after={"billing_mode": billing_mode, **said},
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            reason=reason[:LONGEST_REASON],
        )
    return account
