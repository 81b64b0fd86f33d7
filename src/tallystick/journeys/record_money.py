"""The one way in for money that arrives: record it, make it customer credit, settle what is open. One transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.ask_way_back import ask_way_back
from tallystick.invoicing.operations.follow_up_account import reserve_shortfalls
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.journeys.follow_self_serve import follow_answers
from tallystick.journeys.give_back import record_money_back
from tallystick.journeys.issue_link import follow_paid_links
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.payments.operations.apply_answers import ArrivedMoney, apply_answers
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.plumbing.actor import Actor

DOCUMENT = "document:"


def record_answers(answers: Sequence[Answered], *, at: datetime, actor: Actor) -> list[ArrivedMoney]:
    """Apply gateways' answers and record what arrived by them: attempts, payments, ledger and settlement at once.

    Then subscriptions follow, each in a transaction of its own; what is killed in between is found by the next look.
    """
    with transaction.atomic():
        arrived = apply_answers(answers, at=at, actor=actor)
        record_money(arrived, at=at)
        record_money_back(answers, at=at, actor=actor)
        follow_paid_links(arrived, at=at, actor=actor)
    follow_answers(answers, at=at, actor=actor)
    return arrived


def record_money(arrived: Sequence[ArrivedMoney], *, at: datetime) -> None:
    """Book arrived money and allocate it: the documents that it was asked for first, then the oldest due (UNI-9).

    A payment is dated by the day on which the gateway had it, its allocation by the day on which we know of it, both
    where the seller is.
    """
    by_zone: dict[str, list[ArrivedMoney]] = defaultdict(list)
    for money in arrived:
        by_zone[money.time_zone].append(money)
    with transaction.atomic():
        # all accounts at once and in their order, whatever zones they lie in
        lock_balances([money.account_id for money in arrived])
        for zone, received in by_zone.items():
            _record(received, ZoneInfo(zone), at)


def _record(arrived: Sequence[ArrivedMoney], zone: ZoneInfo, at: datetime) -> None:
    on = at.astimezone(zone).date()
    payments = record_payments([_compose_payment(money, zone) for money in arrived], on=on, at=at)
    add_credit_sources(payments)
    asked_for = [(purpose, money.account_id, money.amount_minor) for money in arrived for purpose in money.purposes]
    reserve_shortfalls(asked_for, at=at)
    named = {
        int(purpose.removeprefix(DOCUMENT))
        for money in arrived
        for purpose in money.purposes
        if purpose.startswith(DOCUMENT)
    }
    account_ids = sorted({money.account_id for money in arrived})
    settle_accounts(account_ids, on=on, at=at, first=named)
    ask_way_back(account_ids)


def _compose_payment(money: ArrivedMoney, zone: ZoneInfo) -> NewPayment:
    return NewPayment(
        account_id=money.account_id,
        amount_minor=money.amount_minor,
        currency=money.currency,
        attempt_id=money.attempt_id,
        gateway=money.gateway,
        reference=money.reference,
        received_on=money.paid_at.astimezone(zone).date(),
    )
