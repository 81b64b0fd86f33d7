"""Seats follow who uses the product: metered, never blocked; what is added is billed and charged at once (DEM 1.8)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.core.new_account import SELF_SERVE
from tallystick.accounts.operations.set_billing_mode import lock_account
from tallystick.collection.operations.follow_seat_charges import record_seat_charge
from tallystick.collection.queries.seats import SeatStanding, list_failed, read_seat_standing
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.errors import Refusal
from tallystick.invoicing.operations.bill_change import BillingScope, bill_change
from tallystick.journeys.charge_document import charge_document
from tallystick.journeys.follow_seats import follow_seats
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import (
    BILL_RUNS_EDIT,
    BILL_RUNS_POST,
    DELIVERIES_SEND,
    INVOICES_ADJUST,
    PAYMENTS_COLLECT,
    SUBSCRIPTIONS_ACT,
    SUBSCRIPTIONS_WRITE,
)
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.core.seats import Holder, decide_change
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.operations.add_services import add_services
from tallystick.subscriptions.operations.record_seats import record_seats
from tallystick.subscriptions.operations.save_seat_holders import save_seat_holders
from tallystick.subscriptions.queries.scheduled_ends import is_canceling
from tallystick.subscriptions.queries.seats import SeatService, find_seat_service

STEPS = (SUBSCRIPTIONS_WRITE, BILL_RUNS_EDIT, BILL_RUNS_POST, INVOICES_ADJUST, PAYMENTS_COLLECT, DELIVERIES_SEND)
REASON = "seats as they are used"


def sync_seats(account_id: int, *, holders: Sequence[Holder], at: datetime, actor: Actor) -> SeatStanding:
    """Take over who has which seat, bill what is above the period's mark, and charge it; how it stands then.

    Repeatable: the same list again changes nothing. Of a managed account only the recorded number moves (DEM-46). A
    charge that fails leaves the seats; its invoice stays open and is tried again (DEM-45). Not inside a transaction.
    Refuses AccountUnknown, SeatHoldersInvalid, and ActionNotPossible for more seats than are billed while a payment is
    past due or the subscription is canceled (DEM-51); nothing is changed then.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    able = actor.also_allowed(*STEPS)
    with transaction.atomic(durable=True):
        account = lock_account(account_id)
        on = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
        live = save_seat_holders(account_id, holders=holders, at=at, actor=able).live
        service = find_seat_service(account_id, on=on)
        document_id = None
        if service is not None:
            is_self_serve = account.billing_mode == SELF_SERVE
            document_id = _follow(service, live, is_self_serve=is_self_serve, on=on, at=at, actor=able)
    if document_id is not None:
        _charge(account_id, document_id, at, able)
        if document_id not in {each.document_id for each in list_failed(account_id)}:  # whose failure was mailed
            queue_deliveries(Selection(document_ids=(document_id,)), at=at, actor=able)
    return read_seat_standing(account_id, on=on)


def reconcile_seats(*, at: datetime, actor: Actor) -> int:
    """Try the open charges for seats again, within the limits of their methods; return how many were paid now.

    What a limit or the method forbids is left to the customer, who was asked. Not inside a transaction.
    """
    able = actor.also_allowed(PAYMENTS_COLLECT)
    follow_seats(at=at, actor=able)
    before = list_failed()
    for each in before:
        _charge(each.subscription.account_id, each.document_id, at, able)
    left = {each.pk for each in list_failed()}
    return sum(each.pk not in left for each in before)


def _follow(
    service: SeatService, live: int, *, is_self_serve: bool, on: date, at: datetime, actor: Actor
) -> int | None:
    """Record the seats of the next bill; the invoice for those that are added in a period that is billed already."""
    subscription = service.subscription
    change = decide_change(live, watermark=service.watermark)
    if is_self_serve and service.billed_until is not None and change.added:
        _require_paid_up(service)
        return _add(service, change.added, on, at, actor)
    if service.recorded != change.next_seats:
        record_seats(subscription.pk, seats=change.next_seats, reason=REASON, at=at, actor=actor)
    return None


def _add(service: SeatService, added: int, on: date, at: datetime, actor: Actor) -> int | None:
    subscription, seats = service.subscription, service.watermark + added
    if service.recorded != seats:
        record_seats(subscription.pk, seats=seats, reason=REASON, at=at, actor=actor)
    name = f"{service.service_code}+{added}@{at:%Y-%m-%dT%H:%M:%S}"
    extra = NewService(
        service.service_code, on, ends_on=service.billed_until, quantity=Decimal(added), external_id=name
    )
    rows = add_services(subscription.pk, services=[extra], reason=REASON, at=at, actor=actor)
    scope = BillingScope(services=[each.pk for each in rows], is_tested=False)
    billed = bill_change(subscription.pk, as_of=on, reason=REASON, at=at, actor=actor, scope=scope)
    for document in billed.documents:
        record_seat_charge(subscription.pk, document_id=document.pk, seats_before=service.watermark, seats=seats, at=at)
    return billed.documents[0].pk if billed.documents else None


def _require_paid_up(service: SeatService) -> None:
    subscription = service.subscription
    told = "a payment is past due" if subscription.status == "past_due" else ""
    if not told and is_canceling(subscription):
        told = "the subscription is canceled"
    if told:
        raise ActionNotPossible(action="adding seats", reason=f"{told}; nothing can be added", field="holders")


def _charge(account_id: int, document_id: int, at: datetime, actor: Actor) -> None:
    """What can't be charged stays open: the seats stand, and the stamp or the next payment run follows it up."""
    refused = []
    try:
        charge_document(account_id, document_id=document_id, at=at, actor=actor)
    except Refusal:
        refused.append(document_id)
    follow_seats(at=at, actor=actor, account_ids=[account_id], refused=refused)
