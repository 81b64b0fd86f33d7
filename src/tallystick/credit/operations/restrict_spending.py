"""Restrict a postpaid account by hand, and lift that again (BIL-35). Nothing else ever restricts one."""

from datetime import datetime

from django.db import transaction

from tallystick.accounts.core.funding import POSTPAID
from tallystick.accounts.models import Account
from tallystick.accounts.queries import get_account_by_id
from tallystick.credit.errors import NothingRestricts, NotPostpaid
from tallystick.credit.models import SpendingRestriction
from tallystick.credit.queries import list_restrictions
from tallystick.errors import InvalidInput
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CREDIT_WRITE


def restrict_spending(
    account_id: int, *, stops_purchases: bool, stops_renewals: bool, reason: str, at: datetime, actor: Actor
) -> SpendingRestriction:
    """Stop new purchases, renewals on the balance, or both, from now on; one that held before gives way to it.

    A reason is mandatory. Refuses AccountUnknown and NotPostpaid. Services that are paid run on to the end of their
    period.
    """
    actor.require(CREDIT_WRITE)
    _require_reason(reason)
    if not (stops_purchases or stops_renewals):
        raise InvalidInput("Say what is stopped: new purchases, renewals, or both.", field="stops_purchases")
    with transaction.atomic():
        account = _lock(account_id)
        if account.funding_policy != POSTPAID:
            policy = account.funding_policy.replace("_", " ")
            raise NotPostpaid(account=account.name, policy=policy, field="account")
        present = list_restrictions([account_id]).get(account_id)
        if present is not None:
            _lift(present, f"replaced: {reason}", at, actor)
        return SpendingRestriction.objects.create(
            account=account,
            stops_purchases=stops_purchases,
            stops_renewals=stops_renewals,
            reason=reason[:300],
            restricted_at=at,
            restricted_by=actor.label,
        )


def lift_restriction(account_id: int, *, reason: str, at: datetime, actor: Actor) -> SpendingRestriction:
    """Let the account spend again, at once. A reason is mandatory. Refuses AccountUnknown and NothingRestricts."""
    actor.require(CREDIT_WRITE)
    _require_reason(reason)
    with transaction.atomic():
        account = _lock(account_id)
        present = list_restrictions([account_id]).get(account_id)
        if present is None:
            raise NothingRestricts(account=account.name, field="account")
        return _lift(present, reason, at, actor)


def _lock(account_id: int) -> Account:
    account = get_account_by_id(account_id)
    lock_balances([account_id])
    return account


def _lift(present: SpendingRestriction, reason: str, at: datetime, actor: Actor) -> SpendingRestriction:
    present.lifted_at, present.lifted_by, present.lifted_reason = at, actor.label, reason[:300]
    present.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    return present


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput("Say why; the reason stays in the account's history.", field="reason")
