"""A pause ends: days used before are billed, the service goes on, billed from that day, or stays off (CRM-24)."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.queries import get_account_by_id
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.invoicing.operations.bill_change import BillingScope, bill_change
from tallystick.invoicing.operations.renew_account import renew_account
from tallystick.invoicing.queries.action_bill import ActionBill, read_action_bill
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.action_kinds import END_RESTING
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.operations.activate_short_term import end_short_terms
from tallystick.subscriptions.operations.apply_action import apply_action
from tallystick.subscriptions.operations.pause_service import leave_off, resume_service
from tallystick.subscriptions.queries import get_subscription, list_service_marks
from tallystick.subscriptions.queries.deactivation import get_service_account, list_paused_services, list_pauses_to_end


def end_pause(
    subscription_service_id: int, *, reason: str, at: datetime, actor: Actor, goes_on_from: date | None = None
) -> bool:
    """Let a paused service go on today; False where what is then due can't be paid and the service stays off.

    `goes_on_from` is its first day on where that was before today, and is billed from then.

    One transaction. Billed is what is not billed yet; a service in arrears has nothing due before its period is over.
    Refuses ServiceUnknown, WrongSubscriptionState, and what assembly refuses.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    service_id = subscription_service_id
    account = get_account_by_id(get_service_account(service_id))
    on = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
    with transaction.atomic():
        lock_balances([account.pk])
        mark = transaction.savepoint()
        renew_account(account, service_ids={service_id}, on=on, occasion=reason, at=at, actor=actor)
        goes_on = resume_service(service_id, on=goes_on_from or on, reason=reason, at=at, actor=actor)
        bill = renew_account(account, service_ids={service_id}, on=on, occasion=reason, at=at, actor=actor)
        if goes_on and not bill.not_renewed:
            transaction.savepoint_commit(mark)
            return True
        why = bill.not_renewed[0].reason if bill.not_renewed else "no_funds"
        transaction.savepoint_rollback(mark)
        leave_off(service_id, why=why, on=goes_on_from or on, reason=reason, at=at, actor=actor)
    return False


def end_pauses_by_action(
    subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor
) -> ActionBill:
    """Let paused services (all, where the action names none) go on from the day of the action, each billed from there.

    Return what was billed. What can't be paid stays off, to come back by money, and the others go on (CRM-43, CRM-44).
    In the caller's transaction. Refuses what `apply_action` refuses; with several services, nothing of it is done then.
    """
    account = get_account_by_id(get_subscription(subscription_id).account_id)
    today = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
    bills: list[ActionBill] = []
    paused = list_paused_services(subscription_id, status="resting" if action.kind == END_RESTING else "short_term_off")
    for service_id in action.service_ids or paused or (0,):
        alone = action._replace(service_ids=(service_id,) if service_id else ())
        mark = transaction.savepoint()
        before = list_service_marks(subscription_id)
        apply_action(subscription_id, action=alone, reason=reason, at=at, actor=actor)
        try:
            with transaction.atomic():
                scope = BillingScope(services=list_touched(subscription_id, before))
                billed = bill_change(subscription_id, as_of=today, reason=reason, at=at, actor=actor, scope=scope)
                bills.append(read_action_bill(billed.documents, draws=billed.draws))
            transaction.savepoint_commit(mark)
        except ActionNotFunded:
            transaction.savepoint_rollback(mark)
            leave_off(service_id, why="no_funds", on=action.on, reason=reason, at=at, actor=actor)
    currency = next((each.currency for each in bills if each.currency), "")
    return ActionBill(currency, tuple(document for each in bills for document in each.documents))


def list_touched(subscription_id: int, before: Mapping[int, tuple[object, ...]], /) -> list[int]:
    """Services of a subscription that are new or otherwise than they were `before`."""
    now = list_service_marks(subscription_id)
    return [service_id for service_id, mark in now.items() if before.get(service_id) != mark]


def end_due_pauses(seller_id: int, *, on: date, at: datetime, actor: Actor) -> int:
    """End every pause and every short term of a seller whose last day is over; return how many. Repeatable.

    Each ends on its own day, however late that is noticed (UNI-10).
    """
    ended = end_short_terms(seller_id, on=on, at=at, actor=actor)
    due = list_pauses_to_end(seller_id, on=on)
    for service_id, ends_by_on in due:
        end_pause(service_id, reason="its last day is over", at=at, actor=actor, goes_on_from=ends_by_on)
    return ended + len(due)
