"""A long collection records one batch while the next is with the gateway: whoever dies, each is charged once."""

from datetime import timedelta

import pytest

from tallystick.journeys import collect_attempts as collecting
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_attempts import collect_attempts, resolve_attempts
from tallystick.journeys.record_money import record_answers
from tallystick.payments.models import Payment, PaymentAttempt, SandboxPayment
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.faulty_wire import Killed
from tests.support.payers import build_payer, count_by_status, create_attempt, refresh


@pytest.fixture
def attempts(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> list[PaymentAttempt]:
    """Seven attempts, which go out in batches of two."""
    clock.set_clock(AT)
    monkeypatch.setattr(collecting, "BATCH", 2)
    method = build_payer(build_seller(), "4242424242424242")
    return [create_attempt(method, purpose=f"top-up:{n}") for n in range(7)]


def collect(attempts: list[PaymentAttempt]) -> None:
    collect_attempts([attempt.pk for attempt in attempts], at=clock.now(), actor=ACTOR, concurrency=2)


def test_every_batch_is_charged_and_recorded(attempts: list[PaymentAttempt]) -> None:
    collect(attempts)
    refresh(attempts)
    assert count_by_status(attempts) == {"succeeded": 7}
    assert (SandboxPayment.objects.count(), Payment.objects.count()) == (7, 7)


@pytest.mark.parametrize("recorded", [0, 1, 2, 3])
def test_what_dies_while_a_batch_is_recorded_is_found_again_with_the_batch_that_was_under_way(
    attempts: list[PaymentAttempt], monkeypatch: pytest.MonkeyPatch, recorded: int
) -> None:
    left = [recorded]

    def record_or_die(*args: object, **named: object) -> object:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return record_answers(*args, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(collecting, "record_answers", record_or_die)
        with pytest.raises(Killed):
            collect(attempts)
    refresh(attempts)
    sent = min(2 * (recorded + 2), 7)
    statuses = {"created": 7 - sent, "submitting": sent - 2 * recorded, "succeeded": 2 * recorded}
    assert count_by_status(attempts) == {status: number for status, number in statuses.items() if number}
    assert SandboxPayment.objects.count() == sent

    clock.advance(timedelta(minutes=2))
    resolve_attempts(at=clock.now(), actor=ACTOR)
    refresh(attempts)
    assert count_by_status(attempts) == {"succeeded": 7}
    assert (SandboxPayment.objects.count(), Payment.objects.count()) == (7, 7)
    assert list(check_books(actor=ACTOR)) == []
