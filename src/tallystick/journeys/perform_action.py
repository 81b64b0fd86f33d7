"""An action on a subscription: change it, bill the change, and both or neither stand (CRM 5.5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import Refusal
from tallystick.invoicing.operations.bill_change import BillingScope, bill_change
from tallystick.invoicing.queries.action_bill import ActionBill, read_action_bill
from tallystick.journeys.end_pauses import end_pauses_by_action, list_touched
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import (
    BILL_RUNS_EDIT,
    BILL_RUNS_POST,
    INVOICES_ADJUST,
    SUBSCRIPTIONS_ACT,
    SUBSCRIPTIONS_WRITE,
)
from tallystick.subscriptions.core.action_kinds import (
    AMEND_TERMS,
    BECOME_EFFECTIVE,
    FULLY_TESTED_KINDS,
    MOST_AT_ONCE,
    PAUSE_ENDING_KINDS,
)
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.billing_scheme import becomes_normal
from tallystick.subscriptions.operations.apply_action import apply_action
from tallystick.subscriptions.operations.record_refused_action import record_refused_action
from tallystick.subscriptions.queries import get_subscription, list_service_marks
from tallystick.subscriptions.queries.deactivation import list_short_term_services

DAY = timedelta(days=1)

#: What an action is made of: whoever may do actions may do these in it, and nowhere else by that.
STEPS = (SUBSCRIPTIONS_WRITE, BILL_RUNS_EDIT, BILL_RUNS_POST, INVOICES_ADJUST)


class _Preview(Exception):
    """Carries what an action would bill out of the transaction that is given up."""

    def __init__(self, bill: ActionBill) -> None:
        self.bill = bill


def perform_action(subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor) -> ActionBill:
    """Do an action and bill it in one transaction; return the bill, posted.

    Where the plan is paid before it is billed, the bill must be settled from the account's own funds, else the whole
    action is refused (CRM-25) and nothing but an event that says so remains. Prices are those of the day on which it is
    done (CRM-26). Refuses what `apply_action` and `bill_change` refuse.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    try:
        with transaction.atomic():
            return carry_out(subscription_id, action=action, reason=reason, at=at, actor=actor)
    except Refusal as refusal:
        record_refused_action(subscription_id, action=action, told=str(refusal), at=at, actor=actor)
        raise


def preview_action(subscription_id: int, *, action: Action, at: datetime, actor: Actor) -> ActionBill:
    """What an action would bill and why (CRM-26): it is really done, and given up before anything of it is kept.

    Refuses what doing it would refuse; the numbers that the documents would get are left out.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    try:
        with transaction.atomic():
            raise _Preview(carry_out(subscription_id, action=action, reason="preview", at=at, actor=actor))
    except _Preview as preview:
        documents = preview.bill.documents
        return preview.bill._replace(documents=tuple(each._replace(number="", document_id=0) for each in documents))


def carry_out(subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor) -> ActionBill:
    """Change the subscription and bill the change: the inside of an action. In the transaction of its caller."""
    actor.require(SUBSCRIPTIONS_ACT)
    able = actor.also_allowed(*STEPS)
    if action.kind in PAUSE_ENDING_KINDS and len(action.service_ids) <= MOST_AT_ONCE:
        return end_pauses_by_action(subscription_id, action=action, reason=reason, at=at, actor=able)
    scheme, before = get_subscription(subscription_id).scheme, list_service_marks(subscription_id)
    changed_from = apply_action(subscription_id, action=action, reason=reason, at=at, actor=able)
    subscription = get_subscription(subscription_id)
    as_of = at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date()
    scope = BillingScope(is_tested_in_full=action.kind in FULLY_TESTED_KINDS)
    if action.kind == AMEND_TERMS:
        scope = scope._replace(bills_due=becomes_normal(scheme, after=subscription.scheme))
    elif action.until_on is not None:
        # What is on for some days only is billed for exactly these at once, beyond the next cycle day too (CRM-46).
        started = list_short_term_services(subscription_id, until_on=action.until_on)
        as_of, scope = action.until_on - DAY, scope._replace(services=started)
    elif action.kind != BECOME_EFFECTIVE:
        # Only what the action is about; what else is due waits for its run (CRM-40 to CRM-51).
        scope = scope._replace(services=list_touched(subscription_id, before))
    billed = bill_change(
        subscription_id, as_of=as_of, reason=reason, at=at, actor=able, changed_from=changed_from, scope=scope
    )
    return read_action_bill(billed.documents, draws=billed.draws)
