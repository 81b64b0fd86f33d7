"""Money that goes back, simulated: whatever is lost, doubled or killed, it goes back once, and both sides agree.

Chance plays four paid payments by a seed that a failure names: staff give back parts and all, banks take money back and
return it, calls lose requests and answers, the process dies on either side of each call and each commit, webhooks come
early, twice, late or never. Afterwards the janitor, the inbox and the nightly comparison go on alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count
from random import Random

import pytest
from django.db import transaction
from django.db.models import QuerySet

from tallystick.errors import Refusal
from tallystick.journeys.check_books import check_books
from tallystick.journeys.give_back import ask_refund, look_at_refunds, record_refund_answer
from tallystick.journeys.reconcile_gateways import reconcile_gateways
from tallystick.journeys.record_money import record_answers
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.core.refund_lifecycle import UNSETTLED
from tallystick.payments.gateways.sandbox.disputes import open_dispute
from tallystick.payments.models import Dispute, Payment, Refund, SandboxDispute, SandboxPayment, SandboxRefund
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.operations.send_refund import RefundAnswer, send_refund
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.faulty_wire import CALL_FAULTS, HOWS, Killed, deliver_something, faulty_wire, work_notices
from tests.support.payers import AMOUNT, build_payer, create_attempt

#: Good ones, and those whose refunds take days or come back.
CARDS = ("4242424242424242", "4242424242424242", "4000000000007726", "4000000000005126")
PAYMENTS, STEPS = 4, 40
ACTIONS = ("give back", "give back", "send", "janitor", "wait", "charge back", "reverse", "post", "work inbox")
numbers = count(1)


def pay(seller: Seller, chance: Random) -> list[int]:
    """Payments of four accounts; their ids."""
    clock.set_clock(AT)
    attempts = []
    for _ in range(PAYMENTS):
        number = next(numbers)
        method = build_payer(seller, chance.choice(CARDS), external_id=f"A-{number}")
        attempts.append(create_attempt(method, purpose=f"top-up:{number}").pk)
    record_answers(send_attempts(attempts, at=AT, actor=ACTOR), at=AT, actor=ACTOR)
    paid = Payment.objects.filter(attempt_id__in=attempts).values_list("pk", flat=True)
    assert len(paid) == PAYMENTS
    return list(paid)


def take_step(payment_ids: list[int], action: str, chance: Random, how: str) -> None:
    """One thing that happens; a kill ends it, and what was in memory is gone."""
    payment = Payment.objects.get(pk=chance.choice(payment_ids))
    amount, minutes = chance.choice((None, 10_00, 25_00, 25_01)), chance.randrange(1, 300)
    steps: dict[str, Callable[[], object]] = {
        "give back": lambda: give_back(payment, amount, how),
        "send": lambda: send_waiting(payment_ids, how),
        "janitor": lambda: look_at_refunds(at=clock.now(), actor=ACTOR),
        "wait": lambda: clock.advance(timedelta(minutes=minutes)),
        "charge back": lambda: charge_back(payment),
        "reverse": lambda: list_open_disputes(payment).update(reversed_at=clock.now()),
        "work inbox": lambda: work_notices(how),
    }
    with suppress(Killed):
        steps[action]()


def send_waiting(payment_ids: list[int], how: str) -> None:
    """What the job does that found refunds waiting."""
    for refund_id in Refund.objects.filter(payment_id__in=payment_ids, status="created").values_list("pk", flat=True):
        record(send_refund(refund_id, at=clock.now(), actor=ACTOR), how)


def list_open_disputes(payment: Payment) -> QuerySet[SandboxDispute]:
    return SandboxDispute.objects.filter(payment__ref=payment.reference, reversed_at=None)


def give_back(payment: Payment, amount_minor: int | None, how: str) -> None:
    """Write a refund down and send it, as the console's button does; what is refused changes nothing."""
    at = clock.now()
    try:
        refund_id = ask_refund(payment.pk, amount_minor=amount_minor, reason="goodwill", at=at, actor=ACTOR)
    except Refusal:
        return
    record(send_refund(refund_id, at=at, actor=ACTOR), how)


def record(answer: RefundAnswer | None, how: str) -> None:
    """Record an answer: properly, twice, or die before, within or after the commit."""
    at = clock.now()
    if how == "die before":
        raise Killed
    if how == "die within":
        with transaction.atomic():
            record_refund_answer(answer, at=at, actor=ACTOR)
            raise Killed
    record_refund_answer(answer, at=at, actor=ACTOR)
    if how == "twice":
        record_refund_answer(answer, at=at, actor=ACTOR)
    if how == "die after":
        raise Killed


def charge_back(payment: Payment) -> None:
    """The payer's bank takes it back, once, and not what was given back already."""
    theirs = SandboxPayment.objects.get(ref=payment.reference)
    if not theirs.disputes.exists() and not theirs.refunds.exists():
        open_dispute(theirs, reason="fraudulent", at=clock.now())


def let_it_finish() -> None:
    """Forty days of the janitor, the inbox and the nightly comparison."""
    until = clock.now() + timedelta(days=40)
    while clock.now() < until:
        work_inbox(at=clock.now(), actor=ACTOR)
        look_at_refunds(at=clock.now(), actor=ACTOR)
        due = Refund.objects.filter(look_again_at__isnull=False).order_by("look_again_at")
        next_look = due.values_list("look_again_at", flat=True).first()
        if next_look is None or next_look > until:
            break
        clock.set_clock(max(next_look, clock.now() + timedelta(seconds=1)))
    clock.advance(timedelta(minutes=3))  # what a dead process leased is free again
    work_inbox(at=clock.now(), actor=ACTOR)


def simulate(seller: Seller, *, seed: int) -> int:
    """One seed's story, to its end; how many refunds it saw."""
    chance = Random(seed)  # noqa: S311 - the same story for the same seed
    payment_ids = pay(seller, chance)
    with faulty_wire(chance.choices(CALL_FAULTS, k=STEPS)) as gateway:
        for _ in range(STEPS):
            action, how = chance.choice(ACTIONS), chance.choice(HOWS)
            if action == "post":
                our_ids = SandboxPayment.objects.filter(ref__in=list_refs(payment_ids)).order_by("pk")
                deliver_something(gateway.post, list(our_ids.values_list("our_id", flat=True)), chance)
            else:
                take_step(payment_ids, action, chance, how)
    reconcile_gateways(at=clock.now(), actor=ACTOR)
    let_it_finish()
    assert_the_laws(payment_ids)
    return Refund.objects.filter(payment_id__in=payment_ids).count()


def list_refs(payment_ids: list[int]) -> list[str]:
    return list(Payment.objects.filter(pk__in=payment_ids).values_list("reference", flat=True))


def assert_the_laws(payment_ids: list[int]) -> None:
    ours = Refund.objects.filter(payment_id__in=payment_ids)
    theirs = SandboxRefund.objects.filter(payment__ref__in=list_refs(payment_ids))
    assert not ours.filter(status__in=UNSETTLED).exists(), "stuck"

    doubled = {our_id: many for our_id, many in Counter(theirs.values_list("our_id", flat=True)).items() if many > 1}
    assert doubled == {}, "given back twice"
    gone = {each.our_id: each.amount_minor for each in theirs if not each.is_failed}
    booked = {str(each.our_id): each.amount_minor for each in ours if each.status == "succeeded"}
    assert booked == gone, "given back but not booked, or booked but not given back"

    for payment in Payment.objects.filter(pk__in=payment_ids):
        given = sum(
            each.amount_minor for each in theirs if each.payment.ref == payment.reference and not each.is_failed
        )
        assert given <= AMOUNT, "more than was paid"
        disputed = list_open_disputes(payment).exists()
        assert Dispute.objects.filter(payment=payment).exclude(status="won").exists() == disputed
    assert list(check_books(actor=ACTOR)) == []


def play(seeds: range) -> None:
    seller = build_seller()
    refunds = 0
    for seed in seeds:
        try:
            refunds += simulate(seller, seed=seed)
        except Exception as broken:
            broken.add_note(f"seed {seed}")
            raise
    assert refunds > 2 * len(seeds)
    assert set(Refund.objects.values_list("status", flat=True)) >= {"succeeded", "failed"}
    assert Dispute.objects.exists()


@pytest.mark.rule("ZUO-40")
def test_money_goes_back_once_whatever_dies_on_the_way(fresh_database: FreshDatabase) -> None:
    play(range(4))


@pytest.mark.long
def test_money_goes_back_once_in_three_hundred_stories(fresh_database: FreshDatabase) -> None:
    play(range(300))
