"""Advance the business clock and do what falls due on the way, in order, once (UNI-10)."""

from datetime import datetime

from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.queries import find_next_look
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, system_actor
from tallystick.plumbing.clock import ClockRunsForward
from tallystick.plumbing.permissions import CLOCK_SET

JANITOR = system_actor("the moving clock")


def advance_clock(until: datetime, *, now: datetime, actor: Actor) -> int:
    """Move the clock from `now` on to `until` and let it stand there; return how many payments were asked about.

    It stops at every instant at which something falls due, so that what is done then is dated then. Refuses to go back
    (ClockRunsForward). Not inside a transaction: gateways are called.
    """
    actor.require(CLOCK_SET)
    if until < now:
        raise ClockRunsForward(at=now.isoformat(), by=str(until - now), field="until")
    asked = 0
    while (due_at := find_next_look()) is not None and due_at <= until:
        now = max(now, due_at)
        clock.set_clock(now)
        answered = work_off_due(at=now, actor=JANITOR)
        if not answered:
            break  # a worker is at it, or it is one that only a person can bring on
        asked += answered
    clock.set_clock(until)
    return asked + work_off_due(at=until, actor=JANITOR)
