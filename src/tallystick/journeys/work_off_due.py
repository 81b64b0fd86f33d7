"""What has fallen due by the business clock, done: by the minute's job and by a clock that is moved."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tallystick.collection.operations import start_due_runs as payment_runs
from tallystick.invoicing.operations.start_due_runs import start_due_runs
from tallystick.invoicing.operations.start_statements import start_due_statements
from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.journeys.collect_shortfalls import follow_up_awaiting
from tallystick.journeys.end_pauses import end_due_pauses
from tallystick.journeys.follow_self_serve import follow_self_serve
from tallystick.journeys.give_back import look_at_refunds
from tallystick.journeys.run_deactivations import execute_due_runs
from tallystick.journeys.scheduled_actions import carry_out_due_actions
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.operations.close_link import expire_links
from tallystick.payments.operations.look_at_setups import look_at_setups
from tallystick.payments.queries.pages import list_links_to_expire
from tallystick.payments.queries.setups import list_setups_to_look_at
from tallystick.plumbing.actor import Actor
from tallystick.sellers.queries import list_sellers
from tallystick.subscriptions.operations.end_due_subscriptions import end_due_subscriptions
from tallystick.subscriptions.operations.end_due_trials import end_due_trials


class WorkedOff(NamedTuple):
    """How many payment attempts were asked about, and how many scheduled actions were done or refused."""

    asked: int
    actions: int


def work_off_due(*, at: datetime, actor: Actor) -> WorkedOff:
    """End what is over, trials too, do scheduled actions, start scheduled bill runs and payment runs, send, look up and
    follow up payments, save methods that customers left, let subscriptions follow their money, switch off what is due
    for it.

    Idempotent, and it catches up over missed days (UNI-10). Actions come before the runs of their day, which then bill
    what is agreed by them. Not inside a transaction: gateways are called.
    """
    actions = 0
    for seller in list_sellers():
        as_of = at.astimezone(ZoneInfo(seller.time_zone)).date()
        end_due_trials(seller, as_of=as_of, at=at, actor=actor)
        end_due_subscriptions(seller, as_of=as_of, at=at, actor=actor)
        end_due_pauses(seller.pk, on=as_of, at=at, actor=actor)
        actions += carry_out_due_actions(seller.pk, on=as_of, at=at)
        execute_due_runs(seller.pk, on=as_of, at=at, actor=actor)
    start_due_statements(at=at, actor=actor)
    start_due_runs(at=at, actor=actor)
    payment_runs.start_due_runs(at=at, actor=actor)
    work_inbox(at=at, actor=actor)
    asked = resolve_payments(at=at, actor=actor)
    look_at_refunds(at=at, actor=actor)
    follow_up_awaiting(at=at, actor=actor)
    expire_links(list_links_to_expire(at), at=at, actor=actor)
    look_at_setups(list_setups_to_look_at(at), at=at, actor=actor)
    follow_self_serve(at=at, actor=actor)
    return WorkedOff(asked, actions)
