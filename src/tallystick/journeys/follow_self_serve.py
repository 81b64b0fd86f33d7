"""What money does to self-serve subscriptions, found by looking (DEM-49, DEM-51): at once after an answer of a gateway,
and by a sweep that repairs what was missed. Whoever looks first does it; looking again changes nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tallystick.collection.queries.renewals import list_failed_renewals, list_recovered
from tallystick.journeys.begin_paid import begin_paid
from tallystick.journeys.follow_seats import follow_seats
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.queries import list_attempts
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.operations.follow_payment import become_past_due, recover

#: A failure that no sweep has seen by then was seen: sweeps come by the minute.
LOOKS_BACK = timedelta(days=3)


def follow_self_serve(*, at: datetime, actor: Actor, account_ids: Collection[int] | None = None) -> int:
    """Begin what was paid for the first time, let what could not be collected be past due, and bring back what was paid
    after all; of these accounts, or of all. Return how many subscriptions changed."""
    able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
    begun = begin_paid(at=at, actor=actor, account_ids=account_ids)
    failed = list_failed_renewals(since=at - LOOKS_BACK, account_ids=account_ids)
    past_due = become_past_due(failed, at=at, actor=able)
    recovered = recover(list_recovered(account_ids), at=at, actor=able)
    follow_seats(at=at, actor=actor, account_ids=account_ids)
    return begun + len(past_due) + len(recovered)


def follow_answers(answers: Sequence[Answered], *, at: datetime, actor: Actor) -> None:
    """The same for the accounts of attempts that a gateway has just answered about, once what it said is recorded."""
    attempts = list_attempts([each.attempt_id for each in answers])
    account_ids = sorted({each.account_id for each in attempts.values()})
    if account_ids:
        follow_self_serve(at=at, actor=actor, account_ids=account_ids)
