"""Advance the business clock and do what falls due on the way, in order, once (UNI-10)."""

from datetime import datetime

from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.invoicing.queries.schedules import find_next_run_start, list_runs_at_work
from tallystick.invoicing.queries.statements import find_next_statements, list_statement_runs_at_work
from tallystick.journeys.follow_bill_run import work_off_bill_run
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.queries import find_next_look
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, system_actor
from tallystick.plumbing.clock import ClockRunsForward
from tallystick.plumbing.permissions import CLOCK_SET
from tallystick.subscriptions.queries.next_ends import find_next_end
from tallystick.subscriptions.queries.scheduled_actions import find_next_action_at
from tallystick.subscriptions.queries.trials import find_next_trial_end

JANITOR = system_actor("the moving clock")


def advance_clock(until: datetime, *, now: datetime, actor: Actor) -> int:
    """Move the clock from `now` on to `until` and let it stand there; return how many payments were asked about.

    It stops at every instant at which something falls due, so that what is done then is dated then: scheduled bill runs
    are drafted there, and posted and mailed where they do so by themselves; statements of a month are made on the
    first; scheduled actions are done as their day begins, and trials convert or expire on theirs. Refuses to go back
    (ClockRunsForward). Not inside a transaction: gateways are called.
    """
    actor.require(CLOCK_SET)
    if until < now:
        raise ClockRunsForward(at=now.isoformat(), by=str(until - now), field="until")
    asked, looks = 0, True
    while (due_at := _find_next_stop(after=now, looks=looks)) is not None and due_at <= until:
        end = find_next_end(after=now)
        now = max(now, due_at)
        clock.set_clock(now)
        trials = find_next_trial_end()
        answered, others = _stop(now)
        asked += answered
        if due_at == end:
            continue
        if not answered and not others and find_next_trial_end() == trials:
            if not looks:
                break  # a worker is at it, or it is one that only a person can bring on
            looks = False
    clock.set_clock(until)
    return asked + _stop(until)[0]


def _find_next_stop(*, after: datetime, looks: bool) -> datetime | None:
    """The next instant at which a run begins, statements are due, an action's day begins, a trial, pause or
    subscription is over, services are switched off, or, unless
    looking has become vain, a payment is asked about."""
    stops = [find_next_run_start(), find_next_statements(), find_next_action_at(), find_next_trial_end()]
    stops.append(find_next_end(after=after))
    if looks:
        stops.append(find_next_look())
    return min((stop for stop in stops if stop is not None), default=None)


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
    return asked, others
