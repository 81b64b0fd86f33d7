"""The simulation of payments.md 4.4: whatever is lost, doubled or killed, nobody is charged twice and no money is lost.

Chance plays six invoices against the sandbox, by a seed that a failure names: it chooses the cards, makes attempts,
sends them, loses requests, answers and look-ups, kills the process on either side of each call and each commit, records
answers twice, posts webhooks early, twice, late, out of order, forged or never, moves the clock and wakes the janitor.
Afterwards the janitor and the inbox go on alone until nothing is open, and the laws are asked of both sides' books.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tallystick.errors import Refusal
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_attempts import resolve_attempts
from tallystick.journeys.record_money import record_answers
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.core.ports import post_local_notices
from tallystick.payments.errors import AlreadyBeingPaid
from tallystick.payments.models import (
    AttemptPurpose,
    IncomingNotice,
    Payment,
    PaymentMethod,
    SandboxNotice,
    SandboxPayment,
)
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.create_attempts import create_attempts
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.queries import count_unresolved, find_next_look, list_held_attempts
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.faulty_wire import CALL_FAULTS, HOWS, Killed, deliver_something, faulty_wire, work_notices
from tests.support.payers import build_payer, compose_attempt, create_attempt, refresh

CARDS = (
    *["4242424242424242"] * 6, "4000000000000002", "4000000000009995", "4000002760003184",
    "4000009900000004", "4000009900000012", "4000009900000020", "4000009900000038", "4000009900000079",
    "4000009900000046", "4000009900000053", "4000009900000061",
    "4000009900000087", "4000009900000095", "NL77SAND0000000001", "NL50SAND0000000002",
)  # fmt: skip
INVOICES = 6
STEPS = 60
ACTIONS = ("pay", "pay", "send again", "look up", "janitor", "wait", "post", "gateway posts", "work inbox")
MINUTE = timedelta(minutes=1)
T = TypeVar("T")
numbers = count(1)


@dataclass
class Shop:
    """Six invoices, each to be paid once by its own card, and what may be done about them."""

    methods: list[PaymentMethod]
    purposes: list[str]

    def try_to_pay(self, index: int) -> list[int]:
        """Make an attempt, as a payment run or an impatient person would. Paid invoices are left alone."""
        if Payment.objects.filter(attempt__purposes__purpose=self.purposes[index]).exists():
            return []
        try:
            return [create_attempt(self.methods[index], purpose=self.purposes[index]).pk]
        except Refusal:
            return []  # one is under way

    def list_own_attempts(self) -> list[int]:
        rows = AttemptPurpose.objects.filter(purpose__in=self.purposes)
        return list(rows.values_list("attempt_id", flat=True).order_by("attempt_id"))

    def list_our_ids(self) -> list[str]:
        rows = AttemptPurpose.objects.filter(purpose__in=self.purposes).order_by("attempt_id")
        return [str(our_id) for our_id in rows.values_list("attempt__our_id", flat=True)]


@dataclass
class Story:
    """What befell a shop, so that nobody takes a quiet story for a safe one."""

    kills: int = 0
    delivered: int = 0

    def note(self, action: str, how: str) -> None:
        self.kills += how.startswith("die") and action in ("pay", "send again", "look up", "work inbox")


def open_shop(seller: Seller, cards: list[str]) -> Shop:
    clock.set_clock(AT)
    ids = [next(numbers) for _ in cards]
    methods = [build_payer(seller, card, external_id=f"A-{number}") for number, card in zip(ids, cards, strict=True)]
    return Shop(methods, [f"invoice:{number}" for number in ids])


def record(answers: list[Answered], how: str) -> None:
    """Record answers: properly, twice, or die before the commit."""
    at = clock.now()
    if how == "die before":
        raise Killed
    if how == "die within":
        with transaction.atomic():
            record_answers(answers, at=at, actor=ACTOR)
            raise Killed
    record_answers(answers, at=at, actor=ACTOR)
    if how == "twice":
        record_answers(answers, at=at, actor=ACTOR)
    if how == "die after":
        raise Killed


def take_step(shop: Shop, action: str, number: int, how: str) -> None:
    """One thing that happens to the shop; a kill ends it, and what was in memory is gone."""
    at = clock.now()
    try:
        if action == "pay":
            attempt_ids = shop.try_to_pay(number % INVOICES)
            record(send_attempts(attempt_ids, at=at, actor=ACTOR), how)
        elif action == "send again":
            record(send_attempts(shop.list_own_attempts(), at=at, actor=ACTOR), how)
        elif action == "look up":
            record(look_up_attempts(shop.list_own_attempts(), at=at, actor=ACTOR), how)
        elif action == "work inbox":
            work_notices(how)
        elif action == "gateway posts":
            post_local_notices(at=at)
        elif action == "janitor":
            resolve_attempts(at=at, actor=ACTOR)
        else:
            clock.advance(number * MINUTE)
    except Killed:
        pass


def let_the_janitor_finish() -> None:
    """Advance to each next look and each notice, for up to forty days of the shop's life."""
    until = clock.now() + timedelta(days=40)
    while (due_at := find_next_work()) is not None and due_at <= until:
        clock.set_clock(max(due_at, clock.now()))
        post_local_notices(at=clock.now())
        work_inbox(at=clock.now(), actor=ACTOR)
        resolve_attempts(at=clock.now(), actor=ACTOR)


def find_next_work() -> datetime | None:
    """When the janitor or the inbox has something to do again."""
    notices = IncomingNotice.objects.filter(status="waiting").values_list("try_at", flat=True)
    to_post = SandboxNotice.objects.filter(try_at__isnull=False).values_list("try_at", flat=True)
    return min((at for at in (find_next_look(), *notices, *to_post) if at is not None), default=None)


def list_charges(shop: Shop) -> dict[str, list[int]]:
    """What the gateway really took for each purpose: the other side's truth."""
    our_ids = AttemptPurpose.objects.filter(purpose__in=shop.purposes).values_list("attempt__our_id", "purpose")
    purposes = {str(our_id): purpose for our_id, purpose in our_ids}
    taken = SandboxPayment.objects.filter(status="succeeded", our_id__in=purposes)
    charges: dict[str, list[int]] = {}
    for our_id, amount_minor in taken.values_list("our_id", "amount_minor"):
        charges.setdefault(purposes[our_id], []).append(amount_minor)
    return charges


def simulate(seller: Seller, *, seed: int, steps: int = STEPS) -> Story:
    """One seed's story, to its end."""
    chance = Random(seed)  # noqa: S311 - the same story for the same seed
    shop = open_shop(seller, chance.choices(CARDS, k=INVOICES))
    story = Story()
    with faulty_wire(chance.choices(CALL_FAULTS, k=steps)) as gateway:
        for _ in range(steps):
            action = chance.choice(ACTIONS)
            how = chance.choice(HOWS)
            if action == "post":
                deliver_something(gateway.post, shop.list_our_ids(), chance)
            else:
                take_step(shop, action, chance.randrange(90), how)
            story.note(action, how)
        story.delivered = gateway.post.sent
    let_the_janitor_finish()
    assert_the_laws(shop)
    return story


@pytest.mark.rule("ZUO-40")
def test_nobody_is_charged_twice_and_every_charge_is_booked(fresh_database: FreshDatabase) -> None:
    play(range(6))


@pytest.mark.long
@pytest.mark.rule("ZUO-40")
def test_nobody_is_charged_twice_in_a_thousand_stories(fresh_database: FreshDatabase) -> None:
    play(range(1000))


def play(seeds: range) -> None:
    """Play each seed's story; a failure names its seed."""
    seller = build_seller()
    stories = []
    for seed in seeds:
        try:
            stories.append(simulate(seller, seed=seed))
        except Exception as broken:
            broken.add_note(f"seed {seed}")
            raise
    # it did try: charges were made, notices came through the door, processes died
    assert SandboxPayment.objects.filter(status="succeeded").count() > 2 * len(seeds)
    assert sum(story.delivered for story in stories) > len(seeds)
    assert sum(story.kills for story in stories) > len(seeds)
    assert set(IncomingNotice.objects.values_list("status", flat=True)) == {"done", "refused", "unexplained"}


def assert_the_laws(shop: Shop) -> None:
    charges = list_charges(shop)
    assert {purpose: taken for purpose, taken in charges.items() if len(taken) > 1} == {}, "charged twice"

    held = {each.pk for each in list_held_attempts()}
    waiting = AttemptPurpose.objects.filter(attempt_id__in=held).values_list("purpose", flat=True)
    charged = {purpose: taken for purpose, (taken,) in charges.items() if purpose not in set(waiting)}
    payments = Payment.objects.filter(attempt_id__in=shop.list_own_attempts())
    booked = dict(payments.values_list("attempt__purposes__purpose", "amount_minor"))
    assert booked == charged, "taken but not booked, or booked but not taken"

    assert count_unresolved() == 0, "stuck"
    unexplained = IncomingNotice.objects.filter(status="unexplained").values_list("payment_ref", flat=True)
    assert not SandboxPayment.objects.filter(ref__in=unexplained).exists(), "a true notice was left unexplained"
    assert list(check_books(actor=ACTOR)) == []


def test_a_process_that_dies_between_call_and_commit_leaves_nothing_that_is_not_found_again(
    fresh_database: FreshDatabase,
) -> None:
    clock.set_clock(AT)
    attempts = [
        create_attempt(build_payer(build_or_get_seller(), "4242424242424242", external_id=f"A-{n}"), purpose=f"x:{n}")
        for n in range(3)
    ]
    for attempt, how in zip(attempts, ("die before", "die within", "well"), strict=True):
        take = send_attempts([attempt.pk], at=AT, actor=ACTOR)
        try:
            record(take, how)
        except Killed:
            connection.close()
    refresh(attempts)
    assert [attempt.status for attempt in attempts] == ["submitting", "submitting", "succeeded"]
    clock.advance(2 * MINUTE)
    resolve_attempts(at=clock.now(), actor=ACTOR)
    refresh(attempts)
    assert [attempt.status for attempt in attempts] == ["succeeded"] * 3
    assert (SandboxPayment.objects.count(), Payment.objects.count()) == (3, 3)


def build_or_get_seller() -> Seller:
    return Seller.objects.filter(code="acme").first() or build_seller()


def test_a_gateway_is_never_called_inside_a_transaction(fresh_database: FreshDatabase) -> None:
    clock.set_clock(AT)
    attempt = create_attempt(build_payer(build_seller(), "4242424242424242"))
    for ask in (send_attempts, look_up_attempts):
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            ask([attempt.pk], at=AT + 5 * MINUTE, actor=ACTOR)
    refresh([attempt])
    assert (attempt.status, attempt.sends) == ("created", 0)


def test_many_threads_charge_many_attempts_once_each(fresh_database: FreshDatabase) -> None:
    clock.set_clock(AT)
    method = build_payer(build_seller(), "4242424242424242")
    attempts = [create_attempt(method, purpose=f"top-up:{n}") for n in range(40)]
    ids = [attempt.pk for attempt in attempts]
    record_answers(send_attempts(ids, at=AT, actor=ACTOR, concurrency=8), at=AT, actor=ACTOR)
    record_answers(send_attempts(ids, at=AT, actor=ACTOR, concurrency=8), at=AT, actor=ACTOR)
    refresh(attempts)
    assert {attempt.status for attempt in attempts} == {"succeeded"}
    assert (SandboxPayment.objects.count(), Payment.objects.count()) == (40, 40)


def run_at_once(number: int, work: Callable[[], T]) -> list[T]:
    """Do the same in so many threads at the same moment."""
    start = Barrier(number)

    def run() -> T:
        try:
            start.wait(timeout=10)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(number)]]


def try_to_create(method: PaymentMethod) -> str:
    try:
        create_attempts([compose_attempt(method)], at=AT, actor=ACTOR)
    except (IntegrityError, AlreadyBeingPaid):
        return "refused"
    return "created"


def test_two_senders_at_once_share_the_work_and_double_none_of_it(fresh_database: FreshDatabase) -> None:
    clock.set_clock(AT)
    method = build_payer(build_seller(), "4242424242424242")
    attempts = [create_attempt(method, purpose=f"top-up:{n}") for n in range(20)]
    ids = [attempt.pk for attempt in attempts]
    answers = run_at_once(4, lambda: send_attempts(ids, at=AT, actor=ACTOR))
    assert sorted(answered.attempt_id for each in answers for answered in each) == ids
    assert SandboxPayment.objects.count() == 20


def test_of_two_who_ask_for_the_same_purpose_at_once_one_is_refused(fresh_database: FreshDatabase) -> None:
    clock.set_clock(AT)
    method = build_payer(build_seller(), "4242424242424242")
    outcomes = run_at_once(4, lambda: try_to_create(method))
    assert Counter(outcomes) == {"created": 1, "refused": 3}
