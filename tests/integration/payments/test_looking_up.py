"""Attempts whose outcome is not known: taken over, replayed, looked up, held, given up. Never charged twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tallystick.errors import Forbidden
from tallystick.journeys.record_money import record_answers
from tallystick.money.amount import Money
from tallystick.payments.core.answers import Answer, Collect, Done, NotSent, Refused, Snapshot, Unknown
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.ports import get_gateway, register_gateway
from tallystick.payments.errors import AttemptMissing, AttemptNotHeld
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt, PaymentMethod, SandboxPayment
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.close_unsent import withdraw_attempts
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.release_attempt import release_attempt
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.queries import (
    count_unresolved,
    find_next_look,
    list_attempts_to_look_up,
    list_attempts_to_send,
    list_held_attempts,
    list_overdue_attempts,
)
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.payers import build_payer, create_attempt, get_method, look_up, refresh, send

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GOOD, SILENT, LOST, ELSEWHERE = "4242424242424242", "4000009900000004", "4000009900000012", "4000009900000087"
OTHER_AMOUNT, BUSY, WANTS_CUSTOMER = "4000009900000095", "4000009900000079", "4000002760003184"


class DeafGateway(SandboxGateway):
    """A sandbox whose charges and look-ups are answered as the test says."""

    collected: Answer[Snapshot] | None = None
    found: Answer[Snapshot | None] | None = None

    def collect(self, order: Collect) -> Answer[Snapshot]:
        return self.collected or super().collect(order)

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        return self.found or super().find(our_id, customer_ref=customer_ref, since=since)


@pytest.fixture
def gateway() -> Iterator[DeafGateway]:
    deaf = DeafGateway()
    register_gateway("sandbox", factory=lambda: deaf)
    yield deaf
    register_gateway("sandbox", factory=SandboxGateway)


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def wait(by: timedelta) -> datetime:
    return clock.advance(by)


def test_an_attempt_whose_sender_died_is_taken_over_and_replayed_under_its_key(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, GOOD))
    send_attempts([attempt.pk], at=AT, actor=ACTOR)  # executed, and the process dies before it applies the answer
    refresh([attempt])
    assert (attempt.status, attempt.look_again_at) == ("submitting", AT + 2 * MINUTE)
    assert look_up([attempt], at=wait(MINUTE)) == []  # it may still be under way
    assert look_up([attempt], at=wait(MINUTE)) == ["replay"]
    assert (attempt.status, SandboxPayment.objects.count(), Payment.objects.count()) == ("succeeded", 1, 1)
    assert list(attempt.events.order_by("pk").values_list("event", "to_status")) == [
        ("create", "created"),
        ("send", "submitting"),
        ("no_answer", "unknown"),
        ("is_succeeded", "succeeded"),
    ]


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    "answer", [NotSent("429"), Refused(Failure("mandate_invalid")), Unknown("500")], ids=["not sent", "refused", "500"]
)
def test_whatever_a_replay_answers_the_first_send_may_have_been_executed(
    seller: Seller, gateway: DeafGateway, answer: Answer[Snapshot]
) -> None:
    attempt = create_attempt(build_payer(seller, GOOD))
    send_attempts([attempt.pk], at=AT, actor=ACTOR)  # executed, answer never applied
    gateway.collected = answer
    look_up([attempt], at=wait(3 * MINUTE))
    assert attempt.status == "unknown"
    assert list_attempts_to_send(AT + DAY) == []
    look_up([attempt], at=wait(2 * HOUR))  # its key is dead: found by our id
    assert (attempt.status, SandboxPayment.objects.count()) == ("succeeded", 1)


def test_a_charge_is_never_replayed_when_its_key_may_have_died(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, SILENT))
    send([attempt])
    assert look_up([attempt], at=wait(50 * MINUTE)) == ["find"]
    assert (attempt.status, SandboxPayment.objects.count()) == ("succeeded", 1)


def test_the_keys_life_is_counted_from_the_first_send(seller: Seller, gateway: DeafGateway) -> None:
    attempt = create_attempt(build_payer(seller, GOOD))
    gateway.collected = NotSent("429")
    send([attempt])
    gateway.collected = Unknown("timeout")
    send([attempt], at=wait(40 * MINUTE))
    assert (attempt.status, attempt.first_sent_at) == ("unknown", AT)
    assert look_up([attempt], at=wait(15 * MINUTE)) == ["find"]


def test_while_the_gateway_can_not_be_asked_nothing_is_believed(seller: Seller, gateway: DeafGateway) -> None:
    attempt = create_attempt(build_payer(seller, SILENT))
    send([attempt])
    gateway.found = Unknown("the list could not be read")
    for _ in range(10):
        look_up([attempt], at=wait(DAY))
    assert (attempt.status, attempt.misses) == ("unknown", 0)
    assert [each.pk for each in list_overdue_attempts(created_before=clock.now() - 7 * DAY)] == [attempt.pk]
    gateway.found = None
    look_up([attempt], at=wait(DAY))
    assert attempt.status == "succeeded"


def test_a_request_that_never_arrived_is_given_up_after_three_misses_and_six_hours(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, LOST))
    send([attempt])
    asked, statuses = [], []
    for _ in range(3):
        asked += look_up([attempt], at=wait(3 * HOUR))
        statuses.append(attempt.status)
    assert (asked, statuses) == (["find"] * 3, ["unknown", "unknown", "not_executed"])
    again = create_attempt(get_method(attempt))
    assert again.key != attempt.key


def test_a_key_that_is_busy_at_the_gateway_is_asked_again_later(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, BUSY))
    send([attempt])
    assert [look_up([attempt], at=wait(10 * MINUTE)), attempt.status] == [["replay"], "unknown"]
    assert [look_up([attempt], at=wait(10 * MINUTE)), attempt.status] == [["replay"], "succeeded"]
    assert SandboxPayment.objects.count() == 1


def test_a_refusal_is_looked_up_once_more_and_a_payment_found_then_is_booked(
    seller: Seller, gateway: DeafGateway
) -> None:
    attempt = create_attempt(build_payer(seller, SILENT))
    gateway.collect(_order_of(attempt.pk))  # carried out
    gateway.collected = Refused(Failure("invalid_card", "422", "The card was not found"))
    send([attempt])
    assert (attempt.status, PaymentMethod.objects.get().state) == ("failed", "invalid")
    assert list_attempts_to_look_up(AT + 59 * MINUTE) == []
    gateway.collected = None
    assert look_up([attempt], at=wait(HOUR)) == ["find"]
    assert (attempt.status, attempt.failure_code, Payment.objects.count()) == ("succeeded", "", 1)


def test_a_refusal_that_holds_is_looked_up_only_once(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, WANTS_CUSTOMER))
    send([attempt])
    assert (attempt.status, attempt.failure_code) == ("failed", "authentication_required")
    look_up([attempt], at=wait(HOUR))
    assert (attempt.status, attempt.look_again_at, find_next_look()) == ("failed", None, None)


def test_a_payment_that_appears_after_we_gave_up_is_booked_all_the_same(seller: Seller, gateway: DeafGateway) -> None:
    attempt = create_attempt(build_payer(seller, SILENT))
    send([attempt])
    gateway.found = Done(None)  # the gateway's list lags
    for _ in range(3):
        look_up([attempt], at=wait(3 * HOUR))
    assert attempt.status == "not_executed"
    late = get_gateway("sandbox").payment(SandboxPayment.objects.get().ref)
    _record(attempt.pk, late)
    refresh([attempt])
    assert (attempt.status, Payment.objects.count()) == ("succeeded", 1)
    _record(attempt.pk, late)
    assert Payment.objects.count() == 1


def test_five_sends_that_never_arrived_are_the_end_and_the_purpose_is_free_again(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, ELSEWHERE))
    for number in range(1, 6):
        send([attempt], at=wait(DAY / 48))
        assert attempt.sends == number
    assert (attempt.status, attempt.failure_code, SandboxPayment.objects.count()) == ("not_executed", "", 0)
    create_attempt(get_method(attempt))


def test_an_attempt_that_was_not_sent_within_a_day_is_not_sent_any_more(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, GOOD))
    send([attempt], at=wait(DAY))
    assert (attempt.status, attempt.sends, SandboxPayment.objects.count()) == ("not_executed", 0, 0)


def test_what_waits_to_be_sent_can_be_withdrawn_and_what_was_sent_can_not(seller: Seller) -> None:
    waiting = create_attempt(build_payer(seller, GOOD))
    sent = create_attempt(build_payer(seller, SILENT, external_id="A-2"), purpose="top-up:2")
    send([sent])
    closed = withdraw_attempts([waiting.pk, sent.pk], reason="paid by transfer", at=AT, actor=ACTOR)
    refresh([waiting, sent])
    assert (closed, waiting.status, sent.status) == ([waiting.pk], "canceled", "unknown")
    send([waiting])
    assert waiting.status == "canceled"


def test_two_janitors_do_not_ask_about_the_same_attempt_at_once(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, SILENT))
    send([attempt])
    at = wait(5 * MINUTE)
    assert list_attempts_to_look_up(at) == [attempt.pk]
    look_up_attempts([attempt.pk], at=at, actor=ACTOR)
    assert list_attempts_to_look_up(at) == []
    assert list_attempts_to_look_up(at + 2 * MINUTE) == [attempt.pk]  # should the first have died


def test_nothing_is_sent_to_a_gateway_that_is_switched_off(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, GOOD))
    GatewayAccount.objects.update(is_active=False)
    send([attempt])
    assert (attempt.status, attempt.sends, list_attempts_to_send(AT), find_next_look()) == ("created", 0, [], None)


def test_a_payment_over_another_amount_is_held_until_a_person_has_looked(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, OTHER_AMOUNT))
    send([attempt])
    assert (attempt.status, "is over 121.01 EUR, we asked for 121.00 EUR" in attempt.quarantine_reason) == (
        "unknown",
        True,
    )
    assert ([each.pk for each in list_held_attempts()], count_unresolved(), find_next_look()) == ([attempt.pk], 0, None)
    assert look_up([attempt], at=wait(DAY)) == []
    SandboxPayment.objects.update(amount_minor=121_00)  # the gateway's support has put it right
    release_attempt(attempt.pk, reason="corrected by the gateway, ticket 17", at=clock.now(), actor=ACTOR)
    look_up([attempt])
    assert (attempt.status, Payment.objects.get().amount_minor) == ("succeeded", 121_00)
    assert "ticket 17" in attempt.events.get(event="release").reason


def test_only_what_is_held_can_be_released_and_only_by_finance(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, GOOD))
    clerk = Actor("staff", "7", "Clerk", frozenset({"payment_methods.write"}))
    with pytest.raises(Forbidden):
        release_attempt(attempt.pk, reason="", at=AT, actor=clerk)
    with pytest.raises(AttemptNotHeld):
        release_attempt(attempt.pk, reason="", at=AT, actor=ACTOR)
    with pytest.raises(AttemptMissing):
        release_attempt(0, reason="", at=AT, actor=ACTOR)


def test_a_gateway_that_raises_leaves_the_outcome_unknown(
    seller: Seller, gateway: DeafGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_an_error(order: Collect) -> Answer[Snapshot]:
        raise ValueError("unreadable body")

    monkeypatch.setattr(gateway, "collect", raise_an_error)
    attempt = create_attempt(build_payer(seller, GOOD))
    send([attempt])
    assert (attempt.status, attempt.calls.get().detail) == ("unknown", "ValueError: unreadable body")


def test_a_payment_that_two_attempts_claim_is_held_for_the_second(seller: Seller, gateway: DeafGateway) -> None:
    first = create_attempt(build_payer(seller, GOOD))
    send([first])
    second = create_attempt(get_method(first), purpose="top-up:2")
    snapshot = get_gateway("sandbox").payment(first.gateway_ref)
    assert isinstance(snapshot, Done) and snapshot.value is not None
    _record(second.pk, snapshot)
    refresh([second])
    assert (second.status, first.gateway_ref in second.quarantine_reason) == ("created", True)
    send([second])
    assert second.status == "created"  # a held attempt is not sent


def _order_of(attempt_id: int) -> Collect:
    """The charge that an attempt will be, made behind its back."""
    attempt = PaymentAttempt.objects.select_related("method").get(pk=attempt_id)
    return Collect(
        our_id=str(attempt.our_id),
        key=attempt.key,
        amount=Money(attempt.amount_minor, attempt.currency),
        description=attempt.description,
        customer_ref=get_method(attempt).customer_ref,
        mandate_ref=get_method(attempt).gateway_ref,
    )


def _record(attempt_id: int, answer: Answer[Snapshot | None]) -> None:
    record_answers([Answered(attempt_id, "payment", answer)], at=clock.now(), actor=ACTOR)
