"""Send attempts to their gateways and record what comes back; look again at those whose outcome is unknown."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.journeys.record_money import record_answers
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.queries import list_attempts_to_look_up, list_attempts_to_send
from tallystick.plumbing.actor import Actor

BATCH = 100


def collect_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor, concurrency: int = 1) -> None:
    """Charge attempts that were never sent, in batches; each batch's answers are recorded before the next goes out.

    Not inside a transaction: a gateway is never called while locks are held. Killed in between, what was sent is found
    again by `resolve_attempts`, never charged twice.
    """
    for start in range(0, len(attempt_ids), BATCH):
        answers = send_attempts(attempt_ids[start : start + BATCH], at=at, actor=actor, concurrency=concurrency)
        record_answers(answers, at=at, actor=actor)


def resolve_attempts(*, at: datetime, actor: Actor) -> int:
    """The janitor: send what waits, look up what is unknown or processing and due; return how many it asked."""
    to_send = list_attempts_to_send(at)
    collect_attempts(to_send, at=at, actor=actor)
    to_look_up = list_attempts_to_look_up(at)
    record_answers(look_up_attempts(to_look_up, at=at, actor=actor), at=at, actor=actor)
    return len(to_send) + len(to_look_up)
