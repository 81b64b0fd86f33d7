"""The sandbox tells of its payments as real gateways do: through our inbox, lost, doubled, early or out of order."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.wiring import wire
from tallystick.journeys.collect_attempts import resolve_attempts
from tallystick.journeys.record_money import record_answers
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.core.ports import post_local_notices
from tallystick.payments.gateways.sandbox.notices import register_postman
from tallystick.payments.models import IncomingNotice, Payment, PaymentAttempt, SandboxNotice, SandboxPayment
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.payers import AMOUNT, build_payer, create_attempt, refresh, send

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
NEVER, EARLY_TWICE, OUT_OF_ORDER = "4000009900000046", "4000009900000053", "4000009900000061"


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    clock.set_clock(AT)
    yield
    wire()


def charge(number: str, *, is_answer_lost: bool = False) -> PaymentAttempt:
    """Charge a number; with a lost answer, the process died before it had one."""
    attempt = create_attempt(build_payer(build_seller(), number))
    if is_answer_lost:
        send_attempts([attempt.pk], at=clock.now(), actor=ACTOR)
    else:
        send([attempt])
    refresh([attempt])
    return attempt


def post_and_work() -> int:
    """What the minute's jobs do: post what is due, work what came in."""
    posted = post_local_notices(at=clock.now())
    work_inbox(at=clock.now(), actor=ACTOR)
    return posted


@pytest.mark.rule("ZUO-40")
def test_a_notice_comes_through_the_inbox_and_finds_a_charge_whose_answer_was_lost() -> None:
    attempt = charge("4242424242424242", is_answer_lost=True)
    assert attempt.status == "submitting"
    assert post_and_work() == 1
    refresh([attempt])
    assert (attempt.status, Payment.objects.get().amount_minor) == ("succeeded", AMOUNT)
    assert SandboxNotice.objects.get().answer == 200
    assert IncomingNotice.objects.get().our_id == str(attempt.our_id)
    assert post_and_work() == 0


def test_a_direct_debit_is_told_of_when_it_is_sent_and_when_the_bank_is_done() -> None:
    attempt = charge("NL77SAND0000000001")
    assert (post_and_work(), attempt.status) == (1, "processing")
    settles_at = SandboxPayment.objects.get().settles_at
    assert settles_at is not None
    clock.set_clock(settles_at)
    assert post_and_work() == 1
    refresh([attempt])
    assert attempt.status == "succeeded"


def test_a_chargeback_is_told_of_on_its_day() -> None:
    charge("4000000000000259")
    assert post_and_work() == 1
    clock.advance(timedelta(days=10))
    assert post_and_work() == 1
    assert IncomingNotice.objects.filter(status="done").count() == 2


def test_a_number_whose_notice_never_comes_is_found_by_the_janitor() -> None:
    attempt = charge(NEVER, is_answer_lost=True)
    assert post_and_work() == 0
    clock.advance(2 * MINUTE)
    resolve_attempts(at=clock.now(), actor=ACTOR)
    refresh([attempt])
    assert (attempt.status, Payment.objects.count()) == ("succeeded", 1)


def test_a_number_whose_notice_comes_twice_and_before_the_answer_is_booked_once() -> None:
    attempt = create_attempt(build_payer(build_seller(), EARLY_TWICE))
    answers = send_attempts([attempt.pk], at=AT, actor=ACTOR)
    # both calls are here before anybody has recorded the answer, and are one look
    assert list(SandboxNotice.objects.values_list("answer", flat=True)) == [200, 200]
    assert IncomingNotice.objects.count() == 1
    work_inbox(at=AT, actor=ACTOR)
    refresh([attempt])
    assert (len(answers), attempt.status) == (1, "succeeded")

    record_answers(answers, at=AT, actor=ACTOR)
    assert Payment.objects.count() == 1


def test_a_number_whose_failed_try_is_told_of_after_it_was_paid_stays_paid() -> None:
    attempt = charge(OUT_OF_ORDER)
    told = list(SandboxNotice.objects.order_by("try_at").values_list("says", flat=True))
    assert told == ["succeeded", "failed", "processing"]
    for _ in told:
        post_and_work()
        clock.advance(2 * MINUTE)
    refresh([attempt])
    assert (attempt.status, Payment.objects.count()) == ("succeeded", 1)
    assert not SandboxNotice.objects.filter(try_at__isnull=False).exists()


def test_a_notice_that_is_not_taken_is_posted_again_and_given_up_at_last() -> None:
    charge("4242424242424242")
    register_postman(lambda url, body: 500)
    posted = 0
    for _ in range(10):
        posted += post_local_notices(at=clock.now())
        clock.advance(timedelta(hours=5))
    notice = SandboxNotice.objects.get()
    assert (posted, notice.tries, notice.answer, notice.try_at) == (5, 5, 500, None)


def test_a_form_has_the_payments_id_and_what_the_payment_is_not_believed_to_be() -> None:
    bodies = []

    def keep(url: str, body: bytes) -> int:
        bodies.append(body)
        return 200

    register_postman(keep)
    charge("4000000000000002")
    post_local_notices(at=clock.now())
    assert bodies == [f"id={SandboxPayment.objects.get().ref}&status=failed".encode()]
