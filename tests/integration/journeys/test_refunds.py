"""Money that goes back: refunds part and whole, failed and found, chargebacks and their reversal; worked by hand."""

from datetime import timedelta
from typing import Any

import pytest

from tallystick.errors import InvalidInput
from tallystick.invoicing.models import CreditSource, Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.journeys.give_back import (
    ask_refund,
    cancel_refund,
    confirm_refund,
    look_at_refunds,
    refund_payment,
    send_asked_refund,
)
from tallystick.journeys.record_money import record_answers
from tallystick.journeys.record_transfer import record_account_transfer, record_transfer
from tallystick.ledger.queries.balances import find_balance, sum_ledger_accounts
from tallystick.payments.core.answers import RefundOrder
from tallystick.payments.errors import RefundAtGateway, RefundDisputed, RefundNeedsPlace, RefundTooLarge
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import Dispute, Payment, PaymentMethod, Refund, SandboxDispute, SandboxRefund
from tallystick.payments.operations.call_gateways import Answered
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, PermissionMissing
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.stories import bill_and_post, collect, save_method

pytestmark = pytest.mark.django_db

GOOD, DISPUTED, SLOW_REFUND, LOST_REFUND = (
    "4242424242424242",
    "4000000000000259",
    "4000000000007726",
    "4000000000005126",
)
REVERSED_DEBIT = "NL98SAND0000000011"
IBAN = "NL91 ABNA 0417 1643 00"
DAY = timedelta(days=1)


class Killed(BaseException):
    """The process ends here."""


def build_paid(number: str = GOOD) -> Payment:
    """An invoice of 121.00, paid by this card."""
    build_charged(number)
    return Payment.objects.get()


def build_charged(number: str) -> None:
    """An invoice of 121.00, charged to this card or account."""
    seller = build_seller()
    account = build_account(seller, external_id="ann", billing_mode="self_serve")
    build_subscription(account, build_plan(seller), build_service(seller), external_id="S-1")
    save_method(account, number)
    bill_and_post(seller)
    collect(seller)


def give_back(payment: Payment, amount_minor: int | None = None, **options: Any) -> Refund:
    at = options.pop("at", clock.now())
    refund_id = refund_payment(payment.pk, amount_minor=amount_minor, reason="agreed", at=at, actor=ACTOR, **options)
    return Refund.objects.get(pk=refund_id)


def look(days: int) -> None:
    """So many days later, all that somebody has to look at is looked at."""
    clock.set_clock(clock.now() + days * DAY)
    look_at_refunds(at=clock.now(), actor=ACTOR)


def hear_of(payment: Payment, days: int = 0) -> None:
    """What a webhook leads to: the payment is looked at again at its gateway."""
    clock.set_clock(clock.now() + days * DAY)
    answer = SandboxGateway().payment(payment.reference)
    record_answers([Answered(payment.attempt_id or 0, "payment", answer)], at=clock.now(), actor=ACTOR)


def tell_books() -> dict[str, int]:
    assert list(check_books(actor=ACTOR)) == []
    names = ("receivable", "customer_credit", "clearing", "bank", "refunds_in_transit")
    sums = {row.ledger_account: row.amount_minor for row in sum_ledger_accounts()}
    return {name: sums[name] for name in names if sums.get(name)}


def get_open() -> int:
    return Document.objects.get(kind="invoice").open_minor


def test_a_part_goes_back_and_that_much_of_the_invoice_is_open_again() -> None:
    payment = build_paid()
    refund = give_back(payment, 21_00)
    assert (refund.status, refund.amount_minor) == ("succeeded", 21_00)
    assert get_open() == 21_00
    assert tell_books() == {"receivable": 21_00, "clearing": 100_00}
    assert CreditSource.objects.get().withdrawn_minor == 21_00


def test_all_that_is_left_goes_back_and_not_a_cent_more() -> None:
    payment = build_paid()
    give_back(payment, 21_00)
    with pytest.raises(RefundTooLarge, match=r"100\.00 EUR left to give back, less than 100\.01 EUR"):
        give_back(payment, 100_01)
    clock.set_clock(clock.now() + DAY)
    assert give_back(payment).amount_minor == 100_00
    with pytest.raises(RefundTooLarge):
        give_back(payment)
    assert get_open() == 121_00
    assert tell_books() == {"receivable": 121_00}
    assert SandboxRefund.objects.count() == 2


def test_money_that_settled_nothing_goes_back_without_touching_an_invoice() -> None:
    payment = build_paid()
    record_account_transfer(payment.account_id, amount_minor=50_00, reference="too much", at=AT, actor=ACTOR)
    transfer = Payment.objects.get(kind="transfer")
    give_back(transfer, 50_00, iban=IBAN)
    assert get_open() == 0
    assert find_balance(payment.account_id).customer_credit_minor == 0


def test_a_slow_refund_is_in_transit_until_the_gateway_says_that_it_is_done() -> None:
    payment = build_paid(SLOW_REFUND)
    refund = give_back(payment, 21_00)
    assert refund.status == "pending"
    assert tell_books() == {"receivable": 21_00, "refunds_in_transit": -21_00, "clearing": 121_00}
    look(4)
    refund.refresh_from_db()
    assert (refund.status, refund.look_again_at) == ("succeeded", None)
    assert tell_books() == {"receivable": 21_00, "clearing": 100_00}


def test_a_refund_that_fails_days_later_is_credit_again_and_settles_the_invoice() -> None:
    payment = build_paid(LOST_REFUND)
    refund = give_back(payment, 21_00)
    look(4)
    refund.refresh_from_db()
    assert refund.status == "failed"
    assert get_open() == 0
    assert tell_books() == {"clearing": 121_00}
    assert CreditSource.objects.get().withdrawn_minor == 0


def test_an_answer_that_was_lost_is_looked_up_and_never_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = build_paid()

    real = SandboxGateway.refund

    def refund_and_die(gateway: SandboxGateway, order: RefundOrder) -> None:
        real(gateway, order)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", refund_and_die)
        with pytest.raises(Killed):
            give_back(payment, 21_00)
    assert Refund.objects.get().status == "submitting"
    assert SandboxRefund.objects.count() == 1
    look(1)
    assert Refund.objects.get().status == "succeeded"
    assert SandboxRefund.objects.count() == 1
    assert tell_books() == {"receivable": 21_00, "clearing": 100_00}


def test_one_that_was_written_down_and_not_sent_is_sent_by_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = build_paid()

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("tallystick.journeys.give_back.send_refund", die)
        with pytest.raises(Killed):
            give_back(payment, 21_00)
    assert Refund.objects.get().status == "created"
    assert tell_books() == {"receivable": 21_00, "refunds_in_transit": -21_00, "clearing": 121_00}
    look(1)
    assert Refund.objects.get().status == "succeeded"
    assert SandboxRefund.objects.count() == 1


def test_a_refund_made_at_the_gateway_itself_is_found_and_booked_once() -> None:
    payment = build_paid()
    give_back(payment, 21_00)
    theirs = SandboxRefund.objects.get()
    SandboxRefund.objects.filter(pk=theirs.pk).update(amount_minor=21_00)
    made = SandboxRefund.objects.get(pk=theirs.pk)
    made.pk, made.ref, made.our_id, made.amount_minor = None, "re_by_hand", "", 30_00
    made.save()
    hear_of(payment)
    hear_of(payment)
    found = Refund.objects.get(is_external=True)
    assert (found.amount_minor, found.status, found.gateway_ref) == (30_00, "succeeded", "re_by_hand")
    assert get_open() == 51_00
    assert tell_books() == {"receivable": 51_00, "clearing": 70_00}


def test_a_chargeback_opens_the_invoice_again_and_its_reversal_settles_it() -> None:
    payment = build_paid(DISPUTED)
    hear_of(payment, days=11)
    hear_of(payment)
    dispute = Dispute.objects.get()
    assert (dispute.amount_minor, dispute.status) == (121_00, "open")
    assert get_open() == 121_00
    assert tell_books() == {"receivable": 121_00}
    with pytest.raises(RefundDisputed):
        give_back(payment, 1_00)
    SandboxDispute.objects.update(reversed_at=clock.now())
    hear_of(payment, days=1)
    dispute.refresh_from_db()
    assert dispute.status == "won" and dispute.reversed_at is not None
    assert get_open() == 0
    assert tell_books() == {"clearing": 121_00}


def test_a_chargeback_of_what_was_refunded_leaves_less_than_nothing() -> None:
    payment = build_paid(DISPUTED)
    give_back(payment, 21_00)
    hear_of(payment, days=11)
    source = CreditSource.objects.get()
    assert (source.remaining_minor, source.withdrawn_minor) == (-21_00, 142_00)
    assert tell_books() == {"receivable": 121_00, "customer_credit": 21_00, "clearing": -21_00}


def test_a_transfer_goes_back_by_a_person_who_confirms_it() -> None:
    seller = build_seller()
    account = build_account(seller, external_id="ann")
    build_subscription(account, build_plan(seller), build_service(seller), external_id="S-1")
    bill_and_post(seller)
    record_transfer(Document.objects.get().pk, amount_minor=None, reference="bank", at=AT, actor=ACTOR)
    payment = Payment.objects.get()
    with pytest.raises(RefundNeedsPlace):
        give_back(payment, 21_00)
    refund = give_back(payment, 21_00, iban=IBAN)
    assert (refund.status, refund.iban) == ("pending", "NL91ABNA0417164300")
    assert tell_books() == {"receivable": 21_00, "refunds_in_transit": -21_00, "bank": 121_00}
    confirm_refund(refund.pk, at=clock.now(), actor=ACTOR)
    confirm_refund(refund.pk, at=clock.now(), actor=ACTOR)
    assert tell_books() == {"receivable": 21_00, "bank": 100_00}
    cancel_refund(refund.pk, reason="the account is closed; it came back", at=clock.now(), actor=ACTOR)
    assert tell_books() == {"bank": 121_00}
    assert get_open() == 0


def test_what_goes_through_a_gateway_is_confirmed_by_nobody_else() -> None:
    refund = give_back(build_paid(SLOW_REFUND), 21_00)
    with pytest.raises(RefundAtGateway):
        confirm_refund(refund.pk, at=clock.now(), actor=ACTOR)


@pytest.mark.parametrize(("amount", "reason"), [(0, "agreed"), (-1, "agreed"), (1, " ")])
def test_nothing_and_no_reason_are_refused_and_change_nothing(amount: int, reason: str) -> None:
    payment = build_paid()
    with pytest.raises(InvalidInput):
        refund_payment(payment.pk, amount_minor=amount, reason=reason, at=clock.now(), actor=ACTOR)
    assert not Refund.objects.exists()


def test_only_those_who_may_give_money_back() -> None:
    payment = build_paid()
    clerk = Actor("staff", "7", "Clerk", frozenset({"records.read"}))
    with pytest.raises(PermissionMissing):
        refund_payment(payment.pk, amount_minor=1, reason="agreed", at=clock.now(), actor=clerk)


@pytest.mark.rule("ZUO-42")
def test_a_chargeback_stops_the_method_until_a_person_has_looked() -> None:
    payment = build_paid(DISPUTED)
    hear_of(payment, days=11)
    hear_of(payment)
    method = PaymentMethod.objects.get()
    assert (method.state, method.consecutive_failures) == ("stopped", 1)


def test_a_refund_that_nobody_sent_yet_is_called_back_by_a_chargeback() -> None:
    payment = build_paid(DISPUTED)
    refund_id = ask_refund(payment.pk, amount_minor=21_00, reason="agreed", at=clock.now(), actor=ACTOR)
    hear_of(payment, days=11)
    assert Refund.objects.get(pk=refund_id).status == "canceled"
    assert not SandboxRefund.objects.exists()
    send_asked_refund(refund_id, at=clock.now(), actor=ACTOR)
    assert not SandboxRefund.objects.exists()
    assert get_open() == 121_00
    assert tell_books() == {"receivable": 121_00}


def test_a_debit_that_the_payer_takes_back_leaves_the_invoice_open_and_the_mandate_stopped() -> None:
    build_charged(REVERSED_DEBIT)
    clock.set_clock(clock.now() + 6 * DAY)
    resolve_payments(at=clock.now(), actor=ACTOR)
    assert get_open() == 0
    hear_of(Payment.objects.get(), days=31)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.code) == ("lost", "debit_disputed")
    assert PaymentMethod.objects.get().state == "stopped"
    assert tell_books() == {"receivable": 121_00}
