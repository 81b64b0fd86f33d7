"""Money that goes back: refunds that we order, and what gateways and banks did by themselves."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.invoicing.operations.ask_way_back import ask_way_back
from tallystick.invoicing.operations.release_uncovered import release_uncovered_holds
from tallystick.invoicing.operations.withdraw_credit import require_free_credit, return_credit, withdraw_credit
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.payments.core.answers import Done
from tallystick.payments.errors import RefundAtGateway
from tallystick.payments.operations import book_money_back as booking
from tallystick.payments.operations.apply_answers import list_snapshots
from tallystick.payments.operations.apply_refund_answers import Moved, What, apply_refund_answer, apply_snapshot
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.count_disputes import count_disputes
from tallystick.payments.operations.open_refund import lock_payment, open_refund
from tallystick.payments.operations.record_refund_events import move_refund
from tallystick.payments.operations.send_refund import RefundAnswer, lock_refund, look_at_refund, send_refund
from tallystick.payments.queries import get_payment
from tallystick.payments.queries.refunds import get_refund, list_paid_attempts, list_refunds_to_look_at
from tallystick.plumbing.actor import Actor, system_actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import PAYMENTS_REFUND

#: Drafts fall with the money that they hold, whoever's news it was that it is gone.
ABLE = system_actor("chargebacks")


def refund_payment(
    payment_id: int, *, amount_minor: int | None, reason: str, at: datetime, actor: Actor, iban: str = ""
) -> int:
    """Give back a part of a payment, or all that is left of it; return the refund's id.

    The intent and its posting are committed first; invoices that the money had paid are open again. Then the gateway is
    asked, once for this refund; an unknown answer is looked up later and never sent blindly again. What came by
    transfer waits for a person who sends it back and confirms that. Refuses what `open_refund` refuses.
    """
    refund_id = ask_refund(payment_id, amount_minor=amount_minor, reason=reason, at=at, actor=actor, iban=iban)
    send_asked_refund(refund_id, at=at, actor=actor)
    return refund_id


def ask_refund(
    payment_id: int, *, amount_minor: int | None, reason: str, at: datetime, actor: Actor, iban: str = ""
) -> int:
    """Write a refund down, with its posting, and ask for the job that sends it; return its id.

    May be a part of a larger transaction, such as that of a call with an idempotency key: nothing is sent before that
    is committed. Refuses what `open_refund` refuses, and credit that drafts hold (CreditHeld).
    """
    actor.require(PAYMENTS_REFUND)
    account_id = get_payment(payment_id).account_id
    with transaction.atomic():
        lock_balances([account_id])
        payment = lock_payment(payment_id)
        refund = open_refund(payment, amount_minor=amount_minor, reason=reason, iban=iban, at=at, actor=actor)
        on = _today(payment.account.seller.time_zone, at)
        withdraw_credit(payment.pk, amount_minor=refund.amount_minor, on=on, at=at)
        require_free_credit(payment.account)
        booking.post_refund_started(refund, on=on, at=at)
        if payment.attempt_id is not None:
            enqueue("payments.send_refund", queue="payments", refund_id=refund.pk)
    return int(refund.pk)


def send_asked_refund(refund_id: int, *, at: datetime, actor: Actor) -> None:
    """Send a refund that waits, and record the answer; one that was sent already is left alone."""
    record_refund_answer(send_refund(refund_id, at=at, actor=actor), at=at, actor=actor)


def confirm_refund(refund_id: int, *, at: datetime, actor: Actor) -> None:
    """A person has sent a transfer back: it has left the bank account. Confirming again changes nothing."""
    _settle_by_hand(refund_id, "is_succeeded", "", at, actor)


def cancel_refund(refund_id: int, *, reason: str, at: datetime, actor: Actor) -> None:
    """A transfer is not sent back after all, or came back: its money is customer credit again."""
    refund = get_refund(refund_id)
    event = "is_failed" if refund.status == "succeeded" else "is_canceled"
    _settle_by_hand(refund_id, event, reason, at, actor)


def look_at_refunds(*, at: datetime, actor: Actor) -> int:
    """Ask about every refund whose time has come; return how many. Not inside a transaction: gateways are asked."""
    due = list_refunds_to_look_at(at)
    for refund_id in due:
        record_refund_answer(look_at_refund(refund_id, at=at, actor=actor), at=at, actor=actor)
    return len(due)


def record_refund_answer(answer: RefundAnswer | None, *, at: datetime, actor: Actor) -> None:
    """Apply what a gateway said of a refund and book what moved, in one transaction."""
    if answer is None:
        return
    with transaction.atomic():
        payment_id = get_refund(answer.refund_id).payment_id
        payment = get_payment(payment_id)
        if isinstance(answer.looked, Done) and answer.looked.value is not None and payment.attempt_id is not None:
            count_disputes({payment.attempt_id: answer.looked.value}, at=at)
        lock_balances([payment.account_id])
        lock_payment(payment_id)
        _book(apply_refund_answer(answer, at=at, actor=actor), at)


def record_money_back(answers: Sequence[Answered], *, at: datetime, actor: Actor) -> None:
    """Book what snapshots tell of refunds and disputes of payments that we have. In the caller's transaction."""
    shown = list_snapshots(answers)
    told = {attempt_id: snapshot for attempt_id, snapshot in shown if snapshot.refunds or snapshot.disputes}
    if not told:
        return
    payments = list_paid_attempts(list(told))
    lock_balances([payment.account_id for payment in payments])
    for found in payments:
        payment = lock_payment(found.pk)
        _book(apply_snapshot(payment, snapshot=told[found.attempt_id or 0], at=at, actor=actor), at)


def _settle_by_hand(refund_id: int, event: str, reason: str, at: datetime, actor: Actor) -> None:
    actor.require(PAYMENTS_REFUND)
    payment_id = get_refund(refund_id).payment_id
    with transaction.atomic():
        lock_balances([get_payment(payment_id).account_id])
        lock_payment(payment_id)
        refund = lock_refund(refund_id)
        if refund.payment.attempt_id is not None:
            raise RefundAtGateway(refund_id=refund_id)
        before = move_refund(refund, event=event, at=at, actor=actor, reason=reason)
        if before != refund.status:
            is_done = refund.status == "succeeded"
            what: What = "refund_done" if is_done else "refund_returned"
            _book([Moved(what, refund.payment, refund, was_done=before == "succeeded")], at)


def _book(moved: Sequence[Moved], at: datetime) -> None:
    for each in moved:
        on = _today(each.payment.account.seller.time_zone, at)
        if each.refund is not None:
            _book_refund(each, on, at)
        elif each.dispute is not None and each.what == "dispute":
            withdraw_credit(each.payment.pk, amount_minor=each.dispute.amount_minor, on=on, at=at)
            booking.post_dispute(each.dispute, on=on, at=at)
            release_uncovered_holds(each.payment.account_id, at=at, actor=ABLE)
        elif each.dispute is not None:
            booking.post_dispute_reversed(each.dispute, on=on, at=at)
            return_credit(each.payment.pk, amount_minor=each.dispute.amount_minor, on=on, at=at)
            ask_way_back([each.payment.account_id])


def _book_refund(moved: Moved, on: date, at: datetime) -> None:
    refund = moved.refund
    if refund is None:
        return
    if moved.what == "refund_found":
        withdraw_credit(moved.payment.pk, amount_minor=refund.amount_minor, on=on, at=at)
        booking.post_external_refund(refund, on=on, at=at)
        release_uncovered_holds(moved.payment.account_id, at=at, actor=ABLE)
    elif moved.what == "refund_done":
        booking.post_refund_done(refund, on=on, at=at)
    else:
        booking.post_refund_returned(refund, was_done=moved.was_done, on=on, at=at)
        return_credit(moved.payment.pk, amount_minor=refund.amount_minor, on=on, at=at)
        ask_way_back([moved.payment.account_id])


def _today(time_zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(time_zone)).date()
