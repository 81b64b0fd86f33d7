"""Advance the business clock and do what falls due on the way, in order, once (UNI-10)."""

from datetime import datetime

from tallystick.collection.operations.start_due_runs import start_due_runs
from tallystick.collection.queries import schedules as payment_schedules
from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.invoicing.queries.schedules import find_next_run_start, list_runs_at_work
from tallystick.invoicing.queries.statements import find_next_statements, list_statement_runs_at_work
from tallystick.journeys.collect_payment_run import work_off_payment_run
from tallystick.journeys.follow_bill_run import work_off_bill_run
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.queries import find_next_look
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, system_actor
from tallystick.plumbing.clock import ClockRunsForward
from tallystick.plumbing.permissions import CLOCK_SET
from tallystick.subscriptions.queries.days_due import (
    find_next_deactivation_day,
    find_next_pause_end,
    find_next_trial_end,
)
from tallystick.subscriptions.queries.scheduled_actions import find_next_action_at

JANITOR = system_actor("the moving clock")


def advance_clock(until: datetime, *, now: datetime, actor: Actor) -> int:
    """Move the clock from `now` on to `until` and let it stand there; return how many payments were asked about.

    It stops at every instant at which something falls due, so that what is done then is dated then: scheduled bill runs
    are drafted there, and posted and mailed where they do so by themselves; scheduled payment runs charge; statements
    of a month are made on the first; scheduled actions are done as their day begins; trials, pauses and deactivation
    runs have theirs. Refuses to go back (ClockRunsForward). Not inside a transaction: gateways are called.
    """
    actor.require(CLOCK_SET)
    if until < now:
        raise ClockRunsForward(at=now.isoformat(), by=str(until - now), field="until")
    asked, looks = 0, True
    while (due_at := _find_next_stop(looks=looks)) is not None and due_at <= until:
        now = max(now, due_at)
        clock.set_clock(now)
        days = _list_days()
        answered, others = _stop(now)
        asked += answered
        if not answered and not others and _list_days() == days:
            if not looks:
                break  # a worker is at it, or it is one that only a person can bring on
            looks = False
    clock.set_clock(until)
    return asked + _stop(until)[0]


def _find_next_stop(*, looks: bool) -> datetime | None:
    """The next instant at which a bill run or payment run begins, statements are due, an action's day begins, a trial
    or a pause is over, services are switched off, or, unless looking has become vain, a payment is asked about."""
    stops = [
        find_next_run_start(),
        payment_schedules.find_next_run_start(),
        find_next_statements(),
        find_next_action_at(),
        *_list_days(),
    ]
    if looks:
        stops.append(find_next_look())
    return min((stop for stop in stops if stop is not None), default=None)


def _list_days() -> list[datetime | None]:
    return [find_next_trial_end(), find_next_pause_end(), find_next_deactivation_day()]


def _stop(at: datetime) -> tuple[int, int]:
    """Do what is due at an instant; return how many payments were asked about, and how many actions and runs were
    worked off."""
    asked, others = work_off_due(at=at, actor=JANITOR)
    for statement_run_id in list_statement_runs_at_work():
        make_statements(statement_run_id, at=at, actor=JANITOR)
        others += 1
    while run_ids := list_runs_at_work():
        for run_id in run_ids:
            work_off_bill_run(run_id, at=at, actor=JANITOR)
        others += len(run_ids)
        if run_ids == list_runs_at_work():
            break  # what is at work there is not ours to bring on
    return asked, others + _collect(at)


def _collect(at: datetime) -> int:
    """Work scheduled payment runs off, those too whose bill run was posted just now; return how many began or ended."""
    start_due_runs(at=at, actor=JANITOR)
    run_ids = payment_schedules.list_runs_at_work()
    for run_id in run_ids:
        work_off_payment_run(run_id, at=at, actor=JANITOR)
    return len(run_ids)
