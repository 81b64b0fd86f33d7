"""Credit that a draft holds is not given back by staff; a chargeback takes it all the same, and the draft falls."""

from datetime import timedelta

import pytest

from tallystick.credit.models import Hold
from tallystick.invoicing.errors import CreditHeld
from tallystick.invoicing.models import BillRunAccount, CreditSource, Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.journeys.give_back import refund_payment
from tallystick.journeys.record_money import record_answers
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import Payment, PaymentMethod
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.create_attempts import create_attempts
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT
from tests.support.payers import compose_attempt
from tests.support.stories import bill, post, save_method
from tests.support.television import build_television, build_viewer

pytestmark = pytest.mark.django_db
DISPUTED = "4000000000000259"


@pytest.fixture
def payment() -> Payment:
    """A top-up of 50.00 by a card; a renewal of 37.00 holds that much of it, under review."""
    clock.set_clock(AT)
    company = build_television(funds_granularity="subscription")
    account, _ = build_viewer(company, billing_mode="self_serve")
    save_method(account, DISPUTED)
    top_up = compose_attempt(PaymentMethod.objects.get(), amount_minor=50_00)
    collect_attempts(list(create_attempts([top_up], at=AT, actor=ACTOR)), at=AT, actor=ACTOR)
    bill(company.seller)
    assert Hold.objects.get(released_at=None).amount_minor == 37_00
    return Payment.objects.get()


def take_back(payment: Payment) -> None:
    """The bank takes all of it back, and we hear of that."""
    clock.set_clock(AT + timedelta(days=11))
    answer = SandboxGateway().payment(payment.reference)
    record_answers([Answered(payment.attempt_id or 0, "payment", answer)], at=clock.now(), actor=ACTOR)


def test_staff_give_back_what_no_draft_holds_and_not_a_cent_more(payment: Payment) -> None:
    with pytest.raises(CreditHeld, match=r"hold 37\.00 EUR of this credit"):
        refund_payment(payment.pk, amount_minor=13_01, reason="agreed", at=AT, actor=ACTOR)
    assert CreditSource.objects.get().remaining_minor == 50_00
    refund_payment(payment.pk, amount_minor=13_00, reason="agreed", at=AT, actor=ACTOR)
    assert CreditSource.objects.get().remaining_minor == 37_00
    assert list(check_books(actor=ACTOR)) == []


def test_a_chargeback_of_held_credit_releases_the_hold_and_takes_the_account_out_of_its_run(payment: Payment) -> None:
    take_back(payment)
    assert not Hold.objects.filter(released_at=None).exists()
    assert Document.objects.get().status == "canceled"
    dropped = BillRunAccount.objects.get()
    assert (dropped.status, dropped.reason) == ("dropped", "a chargeback took the credit that its draft held")
    assert CreditSource.objects.get().remaining_minor == 0
    assert list(check_books(actor=ACTOR)) == []


def test_a_chargeback_after_posting_leaves_the_invoice_open(payment: Payment) -> None:
    post(Document.objects.get().run)  # type: ignore[arg-type]
    assert Document.objects.get().open_minor == 0
    take_back(payment)
    assert Document.objects.get().open_minor == 37_00
    assert list(check_books(actor=ACTOR)) == []
