"""The sandbox keeps to what is asked of every gateway (payments.md 6.8), and to the magic of its numbers."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    Collect,
    Done,
    Mandate,
    MandateToImport,
    NotSent,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.sandbox_outcomes import CARDS, IBANS
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import SandboxMandate, SandboxPayment
from tallystick.plumbing import clock
from tests.support.builders import AT

pytestmark = pytest.mark.django_db

GATEWAY = SandboxGateway()
CUSTOMER = "cst_1"


@pytest.fixture(autouse=True)
def monday() -> None:
    clock.set_clock(AT + timedelta(days=1))  # Monday, 2 March 2026


def give_mandate(number: str) -> Mandate:
    (mandate,) = GATEWAY.import_mandates([MandateToImport(CUSTOMER, number)])
    return mandate


def order(number: str, *, amount_minor: int = 121_00) -> Collect:
    mandate = give_mandate(number)
    our_id = str(uuid4())
    return Collect(our_id, f"collect-{our_id}", Money(amount_minor, "EUR"), "Invoice 1", CUSTOMER, mandate.ref)


def snapshot_of(answer: object) -> Snapshot:
    assert isinstance(answer, Done) and isinstance(answer.value, Snapshot)
    return answer.value


def find(charge: Collect) -> Snapshot | None:
    answer = GATEWAY.find(charge.our_id, customer_ref=CUSTOMER, since=AT)
    assert isinstance(answer, Done)
    return answer.value


def test_a_charge_is_told_whole() -> None:
    charge = order("4242424242424242")
    snapshot = snapshot_of(GATEWAY.collect(charge))
    assert (snapshot.status, snapshot.our_id, snapshot.amount) == ("succeeded", charge.our_id, Money(121_00, "EUR"))
    assert (snapshot.is_test, snapshot.observed_at, snapshot.paid_at) == (True, clock.now(), clock.now())
    assert snapshot_of(GATEWAY.payment(snapshot.ref)) == snapshot == find(charge)


def test_the_same_key_gives_the_same_payment_for_an_hour_and_then_another() -> None:
    charge = order("4242424242424242")
    first = snapshot_of(GATEWAY.collect(charge))
    clock.advance(timedelta(minutes=59))
    assert snapshot_of(GATEWAY.collect(charge)).ref == first.ref
    clock.advance(timedelta(minutes=1))
    assert snapshot_of(GATEWAY.collect(charge)).ref != first.ref
    assert SandboxPayment.objects.count() == 2


def test_the_same_key_with_another_amount_is_refused_as_our_mistake() -> None:
    charge = order("4242424242424242")
    GATEWAY.collect(charge)
    answer = GATEWAY.collect(charge._replace(amount=Money(121_01, "EUR")))
    assert isinstance(answer, Refused) and (answer.failure.code, answer.failure.advice) == ("key_reuse", "fix_setup")
    assert SandboxPayment.objects.count() == 1


@pytest.mark.parametrize(("number", "code"), [(n, o.failure_code) for n, o in CARDS.items() if o.failure_code])
def test_cards_that_are_declined_say_why(number: str, code: str) -> None:
    answer = GATEWAY.collect(order(number))
    failure = answer.failure if isinstance(answer, Refused) else snapshot_of(answer).failure
    assert failure is not None and failure.code == code


@pytest.mark.parametrize(
    ("number", "charges"),
    [("4000000000009995", 3), ("4000000000000119", 2)],
)
def test_some_cards_work_after_a_while(number: str, charges: int) -> None:
    outcomes = [snapshot_of(GATEWAY.collect(order(number))).status for _ in range(charges)]
    assert outcomes == ["failed"] * (charges - 1) + ["succeeded"]


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    ("number", "answer", "is_executed"),
    [
        ("4000009900000004", Unknown("read timeout"), True),
        ("4000009900000012", Unknown("read timeout"), False),
        ("4000009900000020", Unknown("500 Internal Server Error"), True),
        ("4000009900000038", NotSent("429 Too Many Requests"), False),
        ("4000009900000087", NotSent("connection refused"), False),
    ],
)
def test_faults_on_the_wire(number: str, answer: Unknown | NotSent, is_executed: bool) -> None:
    charge = order(number)
    assert GATEWAY.collect(charge) == answer
    assert (find(charge) is not None) is is_executed


@pytest.mark.parametrize(
    ("number", "replays"), [("4000009900000004", 1), ("4000009900000012", 1), ("4000009900000038", 2)]
)
def test_a_replay_under_the_same_key_ends_in_one_payment(number: str, replays: int) -> None:
    charge = order(number)
    answers = [GATEWAY.collect(charge) for _ in range(replays + 1)]
    assert snapshot_of(answers[-1]).status == "succeeded"
    assert SandboxPayment.objects.count() == 1


def test_one_card_reports_another_amount_than_asked() -> None:
    assert snapshot_of(GATEWAY.collect(order("4000009900000095"))).amount == Money(121_01, "EUR")


@pytest.mark.parametrize(
    ("number", "code", "raw"), [(n, o.failure_code, o.raw_code) for n, o in IBANS.items() if o.bank_days == 3]
)
def test_a_direct_debit_is_known_after_three_bank_days(number: str, code: str, raw: str) -> None:
    charge = order(number)
    assert snapshot_of(GATEWAY.collect(charge)).status == "processing"
    clock.advance(timedelta(days=3) - timedelta(seconds=1))
    before = find(charge)
    clock.advance(timedelta(seconds=1))  # Thursday
    after = find(charge)
    assert before is not None and before.status == "processing" and after is not None
    if code:
        assert after.failure is not None and (after.failure.code, after.failure.raw_code) == (code, raw)
    else:
        assert (after.status, after.paid_at) == ("succeeded", clock.now())


def test_bank_days_leave_out_the_weekend() -> None:
    clock.set_clock(datetime(2026, 3, 6, 9, 0, tzinfo=AT.tzinfo))  # Friday
    charge = order("NL77SAND0000000001")
    GATEWAY.collect(charge)
    clock.set_clock(datetime(2026, 3, 11, 9, 0, tzinfo=AT.tzinfo))  # Wednesday
    paid = find(charge)
    assert paid is not None and paid.status == "succeeded"


def test_a_mandate_that_is_not_there_not_the_customers_or_not_valid_can_not_be_charged() -> None:
    charge = order("4242424242424242")
    for wrong in (charge._replace(mandate_ref="mdt_0"), charge._replace(customer_ref="cst_2")):
        answer = GATEWAY.collect(wrong)
        assert isinstance(answer, Refused) and answer.failure.code == "mandate_invalid"
    SandboxMandate.objects.update(state="invalid")
    answer = GATEWAY.collect(charge)
    assert isinstance(answer, Refused) and not SandboxPayment.objects.exists()


def test_mandates_are_listed_and_the_same_number_is_the_same_mandate() -> None:
    first, second = give_mandate("4242424242424242"), give_mandate("NL77SAND0000000001")
    assert give_mandate("4242 4242 4242 4242") == first
    assert GATEWAY.mandates(CUSTOMER) == Done([first, second])


def test_two_customers_with_the_same_test_card_are_two_cards() -> None:
    mandates = GATEWAY.import_mandates([MandateToImport(f"cst_{n}", "4242424242424242") for n in (1, 2)])
    assert len({mandate.fingerprint for mandate in mandates}) == 2


def test_a_number_that_it_does_not_know_is_refused_without_repeating_it() -> None:
    with pytest.raises(MandateRefused, match="ending in 1111") as refused:
        give_mandate("4111 1111 1111 1111")
    assert "41111111" not in refused.value.message.replace(" ", "")


def test_what_is_not_there_is_told_apart_from_what_can_not_be_asked() -> None:
    assert GATEWAY.payment("tr_0") == Done(None)
    assert GATEWAY.find("nobody", customer_ref=CUSTOMER, since=AT) == Done(None)
