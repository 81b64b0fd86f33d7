"""Webhooks that come in: proven, kept once, answered at once, worked by a job that looks for itself."""

from datetime import timedelta

import pytest
from django.test import Client

from tallystick.journeys.record_money import record_answers
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.core.ports import get_gateway
from tallystick.payments.models import IncomingNotice, Payment, PaymentAttempt, SandboxPayment
from tallystick.payments.operations.ask_about_notices import ask_about_notices
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.operations.settle_notices import forget_old_notices
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.jobs import run_jobs
from tests.support.payers import build_payer, create_attempt, refresh

pytestmark = pytest.mark.django_db

GOOD = "4242424242424242"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


@pytest.fixture
def attempt(seller: Seller) -> PaymentAttempt:
    """Charged at the gateway; the process died before it knew."""
    attempt = create_attempt(build_payer(seller, GOOD))
    send_attempts([attempt.pk], at=AT, actor=ACTOR)
    refresh([attempt])
    return attempt


def address(attempt: PaymentAttempt) -> str:
    token = get_gateway("sandbox").notice_token(str(attempt.our_id))
    return f"/hooks/sandbox/acme/test/{token}"


def post(client: Client, url: str, body: str) -> int:
    return client.post(url, body, content_type="application/x-www-form-urlencoded").status_code


def get_ref(attempt: PaymentAttempt) -> str:
    return SandboxPayment.objects.get(our_id=str(attempt.our_id)).ref


@pytest.mark.rule("ZUO-40", "DEM-56")
def test_a_notice_finds_the_charge_whose_answer_was_lost(client: Client, attempt: PaymentAttempt) -> None:
    assert attempt.status == "submitting"
    assert post(client, address(attempt), f"id={get_ref(attempt)}") == 200
    assert not Payment.objects.exists()  # answered before anything was looked at

    assert run_jobs() == ["payments.work_inbox"]
    refresh([attempt])
    assert attempt.status == "succeeded"
    assert Payment.objects.get().amount_minor == attempt.amount_minor
    assert IncomingNotice.objects.get().status == "done"


@pytest.mark.rule("DEM-56")
def test_the_same_notice_however_often_books_once(client: Client, attempt: PaymentAttempt) -> None:
    for _ in range(3):
        assert post(client, address(attempt), f"id={get_ref(attempt)}") == 200
    assert IncomingNotice.objects.count() == 1
    run_jobs()
    assert post(client, address(attempt), f"id={get_ref(attempt)}") == 200  # after it was worked: one more look
    run_jobs()
    assert (Payment.objects.count(), IncomingNotice.objects.filter(status="done").count()) == (1, 2)


@pytest.mark.rule("DEM-56")
@pytest.mark.parametrize("body", ["", "id=", "id=tr_1&id=tr_2", "status=paid", "id=../../etc", "\xff\xfe"])
def test_what_names_no_payment_is_refused_and_nothing_is_kept(
    client: Client, attempt: PaymentAttempt, body: str
) -> None:
    assert post(client, address(attempt), body) == 400
    assert not IncomingNotice.objects.exists()


def test_a_forged_address_is_refused(client: Client, attempt: PaymentAttempt) -> None:
    forged = address(attempt)[:-3] + "xyz"
    assert post(client, forged, f"id={get_ref(attempt)}") == 400
    assert post(client, "/hooks/sandbox/acme/test/", f"id={get_ref(attempt)}") == 400
    assert not IncomingNotice.objects.exists()


def test_a_payment_of_somebody_else_behind_a_good_address_pays_nothing(
    client: Client, seller: Seller, attempt: PaymentAttempt
) -> None:
    other = create_attempt(build_payer(seller, GOOD, external_id="A-2"), purpose="top-up:2")
    send_attempts([other.pk], at=AT, actor=ACTOR)
    assert post(client, address(attempt), f"id={get_ref(other)}") == 200
    run_jobs()
    assert IncomingNotice.objects.get().status == "refused"
    assert not Payment.objects.exists()


def test_nobodys_address_wrong_ways_and_large_bodies_are_refused(client: Client, attempt: PaymentAttempt) -> None:
    assert post(client, address(attempt).replace("acme", "nobody"), "id=tr_1") == 404
    assert post(client, address(attempt).replace("sandbox", "paypal"), "id=tr_1") == 404
    assert client.get(address(attempt)).status_code == 405
    assert post(client, address(attempt), "id=tr_" + "1" * 70_000) == 413
    assert not IncomingNotice.objects.exists()


@pytest.mark.rule("DEM-56")
def test_a_notice_that_overtakes_us_is_tried_for_two_days_then_left_to_a_person(
    client: Client, attempt: PaymentAttempt
) -> None:
    assert post(client, address(attempt), "id=tr_notknown") == 200
    at = AT
    while IncomingNotice.objects.filter(status="waiting").exists():
        work_inbox(at=at, actor=ACTOR)
        at += timedelta(hours=1)
    notice = IncomingNotice.objects.get()
    assert notice.status == "unexplained"
    assert notice.worked_at is not None
    assert AT + 2 * DAY <= notice.worked_at < AT + 3 * DAY
    assert notice.reason == "the gateway does not know the payment"


def test_who_died_with_a_notice_in_hand_is_followed_two_minutes_later(client: Client, attempt: PaymentAttempt) -> None:
    post(client, address(attempt), f"id={get_ref(attempt)}")
    assert len(ask_about_notices(at=AT, actor=ACTOR)) == 1  # and the process dies
    assert work_inbox(at=AT + MINUTE, actor=ACTOR) == 0
    assert work_inbox(at=AT + 2 * MINUTE, actor=ACTOR) == 1
    assert Payment.objects.count() == 1


def test_late_and_early_answers_meet(client: Client, attempt: PaymentAttempt) -> None:
    """The notice is worked first; then the answer of the first send arrives after all."""
    answers = look_up_attempts([attempt.pk], at=AT + 3 * MINUTE, actor=ACTOR)
    post(client, address(attempt), f"id={get_ref(attempt)}")
    run_jobs()
    record_answers(answers, at=AT + MINUTE, actor=ACTOR)
    assert Payment.objects.count() == 1


def test_what_was_worked_is_forgotten_after_ninety_days(client: Client, attempt: PaymentAttempt) -> None:
    post(client, address(attempt), f"id={get_ref(attempt)}")
    run_jobs()
    assert forget_old_notices(at=AT + 90 * DAY) == 0
    assert forget_old_notices(at=AT + 91 * DAY) == 1
