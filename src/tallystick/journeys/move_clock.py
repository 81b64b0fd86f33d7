"""Set the business clock, let it follow real time again, or have it moved on by a job (rehearsals)."""

from datetime import datetime

from django.db import transaction

from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, actor_as_json
from tallystick.plumbing.clock import ClockRunsForward
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import CLOCK_SET


def set_business_clock(at: datetime | None, *, actor: Actor) -> None:
    """Let business time stand at an instant, or with None run as it does on the wall.

    Nothing that falls due in between is done. Refuses ClockNeedsZone.
    """
    actor.require(CLOCK_SET)
    if at is None:
        clock.use_real_clock()
    else:
        clock.set_clock(at)


def ask_to_advance_clock(until: datetime, *, now: datetime, actor: Actor) -> None:
    """Have the clock moved on by a job, which does what falls due on the way. Refuses ClockRunsForward."""
    actor.require(CLOCK_SET)
    if until < now:
        raise ClockRunsForward(at=now.isoformat(), by=str(now - until), field="until")
    with transaction.atomic():
        # The clock stands from now on, so that nobody's work falls between two times.
        clock.set_clock(now)
        enqueue("clock.advance", queue="billing", lock="clock", until=until.isoformat(), actor=actor_as_json(actor))
