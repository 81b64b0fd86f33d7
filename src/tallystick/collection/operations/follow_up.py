"""Follow up failures: charge again, or close with a note (ZUO-43, ZUO-50)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.collection.core.eligibility import find_refusal
from tallystick.collection.core.item_lifecycle import FAILED, OPEN, apply_follow_up_event
from tallystick.collection.core.reasons import explain
from tallystick.collection.errors import FollowUpClosed, ItemNotFailed, ItemUnknown, NothingToRetry, RetryRefused
from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.collection.operations.advance_run import record_follow_up
from tallystick.collection.operations.charge_items import ChargeOrder, charge_items
from tallystick.collection.operations.update_items import ItemChange, update_items
from tallystick.collection.queries.charging import get_retry_rules, list_items_to_charge
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, PAYMENTS_COLLECT


class RefusedRetry(NamedTuple):
    """An item that can't be charged again now, and why."""

    item_id: int
    number: str
    reason: str
    next_step: str


class Retried(NamedTuple):
    """What came of trying again: how many are charged now, and which are not."""

    attempt_ids: tuple[int, ...]
    refused: tuple[RefusedRetry, ...]


def retry_items(run: PaymentRun, *, at: datetime, actor: Actor, item_ids: Sequence[int] = ()) -> Retried:
    """Charge failed items again, these or all open failures of the run; staff need not wait (ZUO-43).

    The failure limit and hard declines hold: such items are told and left. One item alone that can't be charged is
    refused (RetryRefused), and so is asking when there is nothing to charge (NothingToRetry).
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic():
        items = {item.pk: item for item in _lock_failures(run, item_ids)}
        charges, refused = _judge(run, list(items), at)
        if not charges:
            raise _refuse(run, refused)
        attempt_ids = charge_items(charges, from_status=FAILED, is_joined=run.joins_payments, at=at, actor=actor)
        record_follow_up([items[order.case.item_id] for order in charges], event="retry", at=at, actor=actor)
        enqueue("payment_run.submit_attempts", queue="payments", run_id=run.pk, attempt_ids=attempt_ids)
    return Retried(tuple(attempt_ids), tuple(refused))


def close_items(run: PaymentRun, *, item_ids: Sequence[int], note: str, at: datetime, actor: Actor) -> int:
    """Close open failures with a note: nothing more is done about them in this run; the invoices stay owed."""
    actor.require(PAYMENT_RUNS_CREATE)
    if not note.strip():
        raise InvalidInput("Say why the failure is closed; the note stays with it.", field="note")
    with transaction.atomic():
        items = _lock_failures(run, item_ids)
        follow_up = apply_follow_up_event(OPEN, event="close")
        update_items(
            [
                ItemChange(item.pk, item.status, item.reason_code, follow_up=follow_up, note=note.strip()[:300])
                for item in items
            ]
        )
        record_follow_up(items, event="close", at=at, actor=actor, reason=note)
    return len(items)


def _lock_failures(run: PaymentRun, item_ids: Sequence[int]) -> list[PaymentRunItem]:
    """The named items, each of which must be an open failure; without names all open failures."""
    items = PaymentRunItem.objects.select_for_update(of=("self",)).filter(run=run).order_by("pk")
    if not item_ids:
        return list(items.filter(status=FAILED, follow_up=OPEN))
    found = list(items.filter(pk__in=list(item_ids)).select_related("document"))
    if len(found) != len(set(item_ids)):
        raise ItemUnknown(number=run.number, field="items")
    for item in found:
        if item.status != FAILED:
            raise ItemNotFailed(document=item.document, status=item.status, field="items")
        if item.follow_up != OPEN:
            raise FollowUpClosed(document=item.document, follow_up=item.follow_up, field="items")
    return found


def _judge(run: PaymentRun, item_ids: Sequence[int], at: datetime) -> tuple[list[ChargeOrder], list[RefusedRetry]]:
    rules = get_retry_rules(run.seller_id)
    follow_up = apply_follow_up_event(OPEN, event="retry")
    charges: list[ChargeOrder] = []
    refused: list[RefusedRetry] = []
    for case in list_items_to_charge(item_ids, at=at):
        reason = find_refusal(case.case, rules=rules)
        if reason:
            refused.append(RefusedRetry(case.item_id, case.number, *explain(reason)))
        else:
            charges.append(ChargeOrder(case, follow_up))
    return charges, refused


def _refuse(run: PaymentRun, refused: Sequence[RefusedRetry]) -> NothingToRetry | RetryRefused:
    if len(refused) == 1:
        only = refused[0]
        return RetryRefused(document=only.number, reason=only.reason, next_step=only.next_step, field="items")
    return NothingToRetry(number=run.number, field="items")
