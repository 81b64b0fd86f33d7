"""The sandbox gives money back and has it taken back, as its magic numbers say."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    Checkout,
    Collect,
    DisputeStatus,
    Done,
    GatewayStatus,
    MandateToImport,
    NotSent,
    RefundFact,
    RefundOrder,
    RefundStatus,
    Refused,
    Snapshot,
)
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.gateways.sandbox.pages import pay_page
from tallystick.payments.models import SandboxKey, SandboxRefund
from tallystick.plumbing import clock
from tests.support.builders import AT

pytestmark = pytest.mark.django_db

GATEWAY = SandboxGateway()
CUSTOMER = "cst_1"
DAY = timedelta(days=1)
GOOD, DISPUTED, SLOW_REFUND, LOST_REFUND = (
    "4242424242424242",
    "4000000000000259",
    "4000000000007726",
    "4000000000005126",
)


@pytest.fixture(autouse=True)
def monday() -> None:
    clock.set_clock(AT + DAY)  # Monday, 2 March 2026


def charge(number: str) -> Snapshot:
    (mandate,) = GATEWAY.import_mandates([MandateToImport(CUSTOMER, number)])
    our_id = str(uuid4())
    answer = GATEWAY.collect(
        Collect(our_id, f"collect-{our_id}", Money(121_00, "EUR"), "Invoice 1", CUSTOMER, mandate.ref)
    )
    assert isinstance(answer, Done)
    return answer.value


def order(payment: Snapshot, minor: int) -> RefundOrder:
    our_id = str(uuid4())
    return RefundOrder(our_id, f"refund-{our_id}", payment.ref, Money(minor, "EUR"))


def see(payment: Snapshot) -> Snapshot:
    answer = GATEWAY.payment(payment.ref)
    assert isinstance(answer, Done) and answer.value is not None
    return answer.value


def refund(payment: Snapshot, minor: int) -> RefundFact:
    answer = GATEWAY.refund(order(payment, minor))
    assert isinstance(answer, Done), answer
    return answer.value


def open_page(**changes: object) -> Snapshot:
    our_id = str(uuid4())
    wanted = Checkout(our_id, f"page-{our_id}", Money(121_00, "EUR"), "Invoice 1", "https://billing.example.com/done")
    answer = GATEWAY.checkout(wanted._replace(**changes))  # type: ignore[arg-type]  # the fields of a checkout
    assert isinstance(answer, Done), answer
    return answer.value


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        (GOOD, RefundStatus.SUCCEEDED, RefundStatus.SUCCEEDED),
        (SLOW_REFUND, RefundStatus.PENDING, RefundStatus.SUCCEEDED),
        (LOST_REFUND, RefundStatus.PENDING, RefundStatus.FAILED),
    ],
)
def test_refunds_end_as_the_number_says_after_three_days(number: str, before: str, after: str) -> None:
    payment = charge(number)
    fact = refund(payment, 21_00)
    assert fact.status == before
    clock.advance(3 * DAY - timedelta(seconds=1))
    assert see(payment).refunds[0].status == before
    clock.advance(timedelta(seconds=1))
    assert see(payment).refunds == (RefundFact(fact.ref, Money(21_00, "EUR"), RefundStatus(after), fact.our_id),)


def test_a_refund_that_came_back_may_be_made_again() -> None:
    payment = charge(LOST_REFUND)
    refund(payment, 121_00)
    answer = GATEWAY.refund(order(payment, 121_00))
    assert isinstance(answer, Refused) and answer.failure.code == "amount_out_of_range"
    clock.advance(3 * DAY)
    assert refund(payment, 121_00).status is RefundStatus.PENDING


def test_the_same_amount_within_an_hour_is_not_sent() -> None:
    payment = charge(GOOD)
    refund(payment, 10_00)
    answer = GATEWAY.refund(order(payment, 10_00))
    assert isinstance(answer, NotSent) and answer.retry_after == timedelta(hours=1)
    clock.advance(timedelta(hours=1))
    assert refund(payment, 10_00).amount == Money(10_00, "EUR")


def test_a_refunds_key_stands_for_one_refund_and_takes_no_other_amount() -> None:
    payment = charge(GOOD)
    wanted = order(payment, 10_00)
    first, again = GATEWAY.refund(wanted), GATEWAY.refund(wanted)
    assert first == again and SandboxRefund.objects.count() == 1
    answer = GATEWAY.refund(wanted._replace(amount=Money(11_00, "EUR")))
    assert isinstance(answer, Refused) and answer.failure.code == "key_reuse"
    clock.advance(timedelta(hours=1))
    assert GATEWAY.refund(wanted) != first and SandboxKey.objects.get(key=wanted.key).refund is not None


def test_only_what_was_paid_can_be_given_back() -> None:
    answer = GATEWAY.refund(order(charge("NL77SAND0000000001"), 10_00))
    assert isinstance(answer, Refused) and answer.failure.raw_code == "not_paid"
    answer = GATEWAY.refund(order(open_page(), 10_00))
    assert isinstance(answer, Refused) and answer.failure.raw_code == "not_paid"


@pytest.mark.parametrize(
    ("number", "paid_after", "days", "status", "code", "reason"),
    [
        (DISPUTED, 0, 10, DisputeStatus.OPEN, "debit_disputed", "fraudulent"),
        ("NL98SAND0000000011", 3, 30, DisputeStatus.LOST, "debit_disputed", "MD06"),
        ("NL71SAND0000000012", 3, 200, DisputeStatus.LOST, "debit_disputed", "MD01"),
    ],
)
def test_some_numbers_take_their_money_back(
    number: str, paid_after: int, days: int, status: DisputeStatus, code: str, reason: str
) -> None:
    payment = charge(number)
    clock.advance((paid_after + days) * DAY - timedelta(seconds=1))
    assert (see(payment).status, see(payment).disputes) == (GatewayStatus.SUCCEEDED, ())
    clock.advance(timedelta(seconds=1))
    (dispute,) = see(payment).disputes
    assert (dispute.status, dispute.code, dispute.reason) == (status, code, reason)
    assert (dispute.amount, dispute.opened_at) == (Money(121_00, "EUR"), clock.now())
    answer = GATEWAY.refund(order(payment, 10_00))
    assert isinstance(answer, Refused) and answer.failure.code == "debit_disputed"


def test_a_page_waits_an_hour_or_as_long_as_it_is_told() -> None:
    short, long = open_page(), open_page(expires_at=clock.now() + 2 * DAY)
    clock.advance(timedelta(hours=1))
    assert (see(short).status, see(long).status) == (GatewayStatus.EXPIRED, GatewayStatus.ACTION_REQUIRED)
    assert pay_page(short.ref, number=GOOD, at=clock.now()) == "bad_request"
    assert isinstance(GATEWAY.cancel(short.ref, key="c"), Refused)


def test_a_page_is_paid_with_a_test_number_only_and_keeps_no_mandate_unasked() -> None:
    opened = open_page(customer_ref=CUSTOMER)
    with pytest.raises(MandateRefused):
        pay_page(opened.ref, number="4111111111111111", at=clock.now())
    assert pay_page(opened.ref, number="4242 4242 4242 4242", at=clock.now()) == ""
    paid = see(opened)
    assert (paid.status, paid.method, paid.mandate_ref, paid.paid_at) == ("succeeded", "card", "", clock.now())
    assert GATEWAY.mandates(CUSTOMER) == Done([])


def test_a_direct_debit_given_on_a_page_is_paid_days_later() -> None:
    opened = open_page(customer_ref=CUSTOMER, keeps_mandate=True)
    assert pay_page(opened.ref, number="NL77SAND0000000001", at=clock.now()) == ""
    assert see(opened).status is GatewayStatus.PROCESSING
    clock.advance(3 * DAY)
    assert (see(opened).status, see(opened).paid_at) == (GatewayStatus.SUCCEEDED, clock.now())


def test_a_mandate_needs_a_customer() -> None:
    wanted = Checkout("o1", "k1", Money(0, "EUR"), "Card", "https://billing.example.com/done", keeps_mandate=True)
    answer = GATEWAY.checkout(wanted)
    assert isinstance(answer, Refused) and answer.failure.raw_code == "customer_missing"


def test_a_page_that_waits_can_be_closed() -> None:
    opened = open_page()
    answer = GATEWAY.cancel(opened.ref, key="c")
    assert isinstance(answer, Done) and answer.value.status is GatewayStatus.CANCELED
    assert pay_page(opened.ref, number=GOOD, at=clock.now()) == "bad_request"


def test_a_mandate_that_was_ended_and_is_given_again_is_valid_again() -> None:
    (mandate,) = GATEWAY.import_mandates([MandateToImport(CUSTOMER, GOOD)])
    GATEWAY.revoke(mandate.ref, customer_ref="cst_of_somebody_else")
    assert GATEWAY.mandates(CUSTOMER) == Done([mandate])
    GATEWAY.revoke(mandate.ref, customer_ref=CUSTOMER)
    assert GATEWAY.mandates(CUSTOMER) == Done([mandate._replace(state="invalid")])
    assert GATEWAY.import_mandates([MandateToImport(CUSTOMER, GOOD)]) == [mandate]
    assert GATEWAY.mandates(CUSTOMER) == Done([mandate])
