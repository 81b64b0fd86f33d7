"""The one way in for money that arrives: record it, make it customer credit, settle what is open. One transaction."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.queries import get_time_zone
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.payments.operations.apply_answers import ArrivedMoney, apply_answers
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.payments.operations.send_attempts import Answered
from tallystick.plumbing.actor import Actor

DOCUMENT = "document:"


def record_answers(answers: Sequence[Answered], *, at: datetime, actor: Actor) -> list[ArrivedMoney]:
    """Apply gateways' answers and record what arrived by them: attempts, payments, ledger and settlement at once."""
    with transaction.atomic():
        arrived = apply_answers(answers, at=at, actor=actor)
        record_money(arrived, at=at)
    return arrived


def record_money(arrived: Sequence[ArrivedMoney], *, at: datetime) -> None:
    """Book arrived money and allocate it: the documents that it was asked for first, then the oldest due (UNI-9)."""
    if not arrived:
        return
    zone = get_time_zone(arrived[0].account_id)
    on = at.astimezone(ZoneInfo(zone)).date()
    with transaction.atomic():
        payments = record_payments(
            [
                NewPayment(m.account_id, m.amount_minor, m.currency, m.attempt_id, m.gateway, m.reference)
                for m in arrived
            ],
            on=on,
            at=at,
        )
        add_credit_sources(payments)
        named = {
            int(purpose.removeprefix(DOCUMENT))
            for money in arrived
            for purpose in money.purposes
            if purpose.startswith(DOCUMENT)
        }
        settle_accounts(sorted({money.account_id for money in arrived}), on=on, at=at, first=named)
