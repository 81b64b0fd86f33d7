"""Events of attempts: who moved it from where to where, and why. Written in bulk, never changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tallystick.payments.models import AttemptEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows
from tallystick.plumbing.outbox import announce

EVENTS = AttemptEvent._meta.db_table
COLUMNS = (
    "attempt_id",
    "event",
    "from_status",
    "to_status",
    "reason",
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
)


class Moved(NamedTuple):
    """An attempt that an event moved from one status to another."""

    attempt_id: int
    event: str
    from_status: str
    to_status: str
    reason: str = ""


def record_events(moved: Iterable[Moved], *, at: datetime, actor: Actor) -> None:
    """Append an event for each, in the transaction that moved them, and announce what failed."""
    who = (at, actor.kind, actor.id[:80], actor.label[:120])
    rows = list(moved)
    copy_rows(EVENTS, COLUMNS, ((*each[:4], each.reason[:300], *who) for each in rows))
    failed = [each.attempt_id for each in rows if each.to_status == "failed" != each.from_status]
    announce("payment_attempt", failed, event="fail", at=at)
