"""Scheduled actions are done once each, though the process that does them is killed in the middle, again and again."""

from __future__ import annotations

import random
import time
from datetime import date
from decimal import Decimal

import psutil
import pytest
from django.db.models import Count

from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tallystick.subscriptions.core.action_kinds import START_SERVICE
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import ScheduledAction, Subscription, SubscriptionService
from tallystick.subscriptions.operations.schedule_action import schedule_action
from tests.support.builders import (
    ACTOR,
    AT,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.catalogs import fill_plan
from tests.support.databases import FreshDatabase
from tests.support.workforce import (
    Onlooker,
    compose_environment,
    frozen,
    looking_on,
    make_dice,
    run_command,
    running,
    wait_until,
)

ACCOUNTS = 60
ADVANCE = ("clock", "--advance-to", "2026-03-12T09:00:00+00:00")
IN_THE_MIDDLE = (
    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database()"
    " AND l.relation = 'subscriptions_scheduledaction'::regclass AND l.mode = 'RowShareLock'"
)
DONE = "SELECT count(*) FROM subscriptions_scheduledaction WHERE status = 'done'"


def schedule_many() -> None:
    """Movies from the eleventh for each account."""
    clock.set_clock(AT)
    seller, on = build_seller(), date(2026, 3, 11)
    basic = build_service(seller, code="basic", unit_price="31.00")
    build_service(seller, code="movies", unit_price="62.00")
    plan = build_plan(seller, code="tv")
    fill_plan(seller, "tv", mandatory=["basic"], optional=["movies"])
    action = Action(START_SERVICE, on, (NewService("movies", on, quantity=Decimal(1)),))
    for number in range(ACCOUNTS):
        build_subscription(build_account(seller, external_id=f"A-{number}"), plan, basic)
    for subscription in Subscription.objects.all():
        schedule_action(subscription.pk, action=action, reason="asked", at=AT, actor=ACTOR)


def kill_in_the_middle_of_one(database: FreshDatabase, onlooker: Onlooker, dice: random.Random) -> None:
    """Let the clock be advanced by a process, and kill that while it does an action."""
    before = onlooker.ask(DONE)
    with running(compose_environment(database), *ADVANCE) as work:
        process = psutil.Process(work.process.pid)

        def try_to() -> bool:
            time.sleep(dice.uniform(0, 0.02))  # the moment is meant to be any
            with frozen([process]):
                onlooker.settle()
                if onlooker.ask(DONE) <= before or not onlooker.ask(IN_THE_MIDDLE):
                    return False
                process.kill()
            return True

        wait_until(try_to, what="an action is half done")


@pytest.mark.rule("CRM-26")
def test_killed_in_the_middle_it_is_done_once_or_waits(fresh_database: FreshDatabase) -> None:
    schedule_many()
    dice = make_dice(11)
    with looking_on(fresh_database.url) as onlooker:
        for _ in range(3):
            kill_in_the_middle_of_one(fresh_database, onlooker, dice)
        wait_until(lambda: not onlooker.ask(IN_THE_MIDDLE), what="the server has noticed")
        assert 0 < onlooker.ask(DONE) < ACCOUNTS, "it was over before it was disturbed"
    assert SubscriptionService.objects.filter(service__code="movies").count() == Document.objects.count()

    for _ in range(2):
        run_command(compose_environment(fresh_database), *ADVANCE)

    assert set(ScheduledAction.objects.values_list("status", flat=True)) == {"done"}
    assert SubscriptionService.objects.filter(service__code="movies").count() == ACCOUNTS
    a_subscription = Document.objects.filter(status="posted").values("account").annotate(many=Count("pk"))
    assert [each["many"] for each in a_subscription] == [1] * ACCOUNTS
    numbers = Document.objects.order_by("sequence_number").values_list("sequence_number", flat=True)
    assert list(numbers) == list(range(1, ACCOUNTS + 1))
    assert list(check_books(actor=ACTOR)) == []
