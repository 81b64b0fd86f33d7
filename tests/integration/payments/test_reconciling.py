"""The nightly comparison with a gateway: both directions, what is booked by it, what nobody can explain."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from config.wiring import wire
from tallystick.journeys.reconcile_gateways import reconcile_gateways
from tallystick.money.amount import Money
from tallystick.payments.core.answers import Answer, Done, RefundOrder, Snapshot, Unknown
from tallystick.payments.core.ports import register_gateway
from tallystick.payments.errors import FindingMissing, FindingSettled
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import (
    Payment,
    PaymentAttempt,
    PaymentMethod,
    Reconciliation,
    ReconciliationFinding,
    SandboxPayment,
)
from tallystick.payments.operations.record_findings import settle_finding
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.payments.queries.breaches import list_payments_breaches
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.differences import charge_behind_our_back
from tests.support.payers import AMOUNT, build_payer, create_attempt, get_method, refresh, send

pytestmark = pytest.mark.django_db

GOOD = "4242424242424242"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    clock.set_clock(AT)
    yield
    wire()


@pytest.fixture
def method() -> PaymentMethod:
    return build_payer(build_seller(), GOOD)


@pytest.fixture
def paid(method: PaymentMethod) -> PaymentAttempt:
    attempt = create_attempt(method)
    send([attempt])
    return attempt


def reconcile() -> Reconciliation:
    (done,) = reconcile_gateways(at=clock.now(), actor=ACTOR)
    return done


def list_open() -> list[tuple[str, int, int]]:
    """Kind, their amount and ours of what is not explained."""
    rows = ReconciliationFinding.objects.filter(settled_at__isnull=True).order_by("pk")
    return list(rows.values_list("kind", "their_minor", "our_minor"))


def test_where_both_sides_agree_nothing_is_found(paid: PaymentAttempt) -> None:
    done = reconcile()
    assert (done.is_complete, done.listed, done.found_again, done.differences) == (True, 1, 0, 0)
    assert list_open() == []


@pytest.mark.rule("ZUO-40")
def test_a_charge_that_everybody_forgot_is_booked_by_it(method: PaymentMethod) -> None:
    attempt = create_attempt(method)
    send_attempts([attempt.pk], at=AT, actor=ACTOR)  # the process died, and the janitor never came
    assert not Payment.objects.exists()
    done = reconcile()
    refresh([attempt])
    assert (attempt.status, done.found_again, done.differences) == ("succeeded", 1, 0)
    assert Payment.objects.get().amount_minor == AMOUNT
    assert reconcile().found_again == 0
    assert list(list_payments_breaches()) == []


def test_money_that_nothing_asked_for_is_shown_once(paid: PaymentAttempt) -> None:
    theirs = charge_behind_our_back(get_method(paid))
    reconcile()
    reconcile()
    assert list_open() == [("unknown_here", AMOUNT, 0)]
    found = ReconciliationFinding.objects.get()
    assert (found.gateway_ref, found.their_status, found.our_status) == (theirs.ref, "succeeded", "")
    assert Payment.objects.count() == 1  # it is never booked to a guess


def test_a_second_charge_for_one_attempt_is_shown(paid: PaymentAttempt) -> None:
    charge_behind_our_back(get_method(paid), our_id=str(paid.our_id))
    reconcile()
    assert list_open() == [("charged_twice", AMOUNT, AMOUNT)]
    assert ReconciliationFinding.objects.get().attempt == paid


def test_another_amount_is_shown_and_never_booked(method: PaymentMethod) -> None:
    attempt = create_attempt(build_payer(method.account.seller, "4000009900000095", external_id="A-2"))
    send([attempt])
    reconcile()
    assert list_open() == [("other_amount", AMOUNT + 1, AMOUNT)]
    assert not Payment.objects.exists()


def test_a_payment_that_the_gateway_does_not_know_is_shown(paid: PaymentAttempt) -> None:
    SandboxPayment.objects.filter(our_id=str(paid.our_id)).update(ref="tr_another", our_id="")
    reconcile()
    assert set(list_open()) == {("unknown_there", 0, AMOUNT), ("unknown_here", AMOUNT, 0)}


def test_a_payment_that_failed_at_the_gateway_after_all_is_shown(paid: PaymentAttempt) -> None:
    SandboxPayment.objects.update(status="failed", failure_code="card_declined")
    reconcile()
    assert list_open() == [("not_paid_there", AMOUNT, AMOUNT)]


def test_what_a_later_comparison_explains_is_closed_by_itself(paid: PaymentAttempt) -> None:
    SandboxPayment.objects.update(status="failed", failure_code="card_declined")
    reconcile()
    SandboxPayment.objects.update(status="succeeded", failure_code="")
    clock.advance(DAY)
    reconcile()
    found = ReconciliationFinding.objects.get()
    assert found.settled_at == clock.now()
    assert (found.settled_as, found.is_settled_by_person) == ("a later comparison found both sides to agree", False)
    SandboxPayment.objects.update(status="failed", failure_code="card_declined")
    clock.advance(DAY)
    reconcile()
    assert list_open() == [("not_paid_there", AMOUNT, AMOUNT)]  # and opened again


def test_what_is_older_than_the_comparison_looks_stays_open(paid: PaymentAttempt) -> None:
    charge_behind_our_back(get_method(paid))
    reconcile()
    clock.advance(8 * DAY)
    reconcile()
    assert list_open() == [("unknown_here", AMOUNT, 0)]


def test_what_a_person_explained_stays_explained(paid: PaymentAttempt) -> None:
    charge_behind_our_back(get_method(paid))
    reconcile()
    found = ReconciliationFinding.objects.get()
    settle_finding(found.pk, explanation="our web shop", at=clock.now(), actor=ACTOR)
    clock.advance(DAY)
    reconcile()
    assert list_open() == []
    found.refresh_from_db()
    assert (found.settled_as, found.actor_label) == ("our web shop", ACTOR.label)
    with pytest.raises(FindingSettled):
        settle_finding(found.pk, explanation="again", at=clock.now(), actor=ACTOR)
    with pytest.raises(FindingMissing):
        settle_finding(found.pk + 1, explanation="none", at=clock.now(), actor=ACTOR)


class Silent(SandboxGateway):
    """A gateway that can't be asked for a list."""

    def payments_since(self, since: datetime) -> Answer[Sequence[Snapshot]]:
        return Unknown("page 2 could not be read")


def test_a_list_that_could_not_be_read_explains_and_accuses_nothing(paid: PaymentAttempt) -> None:
    charge_behind_our_back(get_method(paid))
    reconcile()
    register_gateway("sandbox", factory=Silent)
    clock.advance(DAY)
    done = reconcile()
    assert (done.is_complete, done.reason) == (False, "the gateway did not answer: page 2 could not be read")
    assert list_open() == [("unknown_here", AMOUNT, 0)]


def test_an_old_difference_is_asked_about_by_itself_until_it_is_explained(paid: PaymentAttempt) -> None:
    theirs = charge_behind_our_back(get_method(paid), our_id=str(paid.our_id))
    reconcile()
    clock.advance(8 * DAY)
    assert reconcile().listed == 1  # not in the list any more, and asked about all the same
    assert list_open() == [("charged_twice", AMOUNT, AMOUNT)]
    refund = RefundOrder(str(uuid4()), f"key-{uuid4()}", theirs.ref, Money(AMOUNT, "EUR"))
    assert isinstance(SandboxGateway().refund(refund), Done)
    clock.advance(DAY)
    reconcile()
    assert list_open() == []
