"""Work the inbox of webhooks: look at each payment that a notice names, and record what is found like any answer."""

from datetime import datetime

from django.db import transaction

from tallystick.journeys.record_money import record_answers
from tallystick.payments.operations.ask_about_notices import ask_about_notices, list_answers
from tallystick.payments.operations.settle_notices import settle_notices
from tallystick.plumbing.actor import Actor

BATCH = 100


def work_inbox(*, at: datetime, actor: Actor) -> int:
    """Work every notice whose time has come; return how many. Killed in between, it is taken up two minutes later.

    Not inside a transaction: gateways are asked.
    """
    worked = 0
    while asked := ask_about_notices(at=at, actor=actor, limit=BATCH):
        with transaction.atomic():
            record_answers(list_answers(asked), at=at, actor=actor)
            settle_notices(asked, at=at)
        worked += len(asked)
    return worked
