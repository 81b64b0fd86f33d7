"""What is asked of every gateway, on each of them: the same tests, whatever is behind the interface."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    Answer,
    BadNotice,
    Checkout,
    Collect,
    DisputeStatus,
    Done,
    GatewayStatus,
    NotSent,
    RefundFact,
    RefundOrder,
    RefundStatus,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.failures import Advice, Failure
from tests.support.builders import AT
from tests.support.fakes.benches import Bench

PRICE = Money(121_00, "EUR")


def order(bench: Bench, mandate: str, *, amount: Money = PRICE) -> Collect:
    our_id = str(uuid4())
    return Collect(our_id, f"collect-{our_id}", amount, "Invoice 1", bench.customer_ref, mandate)


def page(bench: Bench, *, amount: Money = PRICE, keeps_mandate: bool = False) -> Checkout:
    our_id = str(uuid4())
    return Checkout(
        our_id,
        f"checkout-{our_id}",
        amount,
        "Invoice 1",
        "https://billing.example.com/pay/done",
        customer_ref=bench.customer_ref,
        keeps_mandate=keeps_mandate,
    )


def give_back(payment: Snapshot, minor: int) -> RefundOrder:
    our_id = str(uuid4())
    return RefundOrder(our_id, f"refund-{our_id}", payment.ref, Money(minor, "EUR"), "Credit note 1")


def snapshot_of(answer: Answer[Snapshot] | Answer[Snapshot | None]) -> Snapshot:
    assert isinstance(answer, Done) and answer.value is not None, answer
    return answer.value


def refund_of(answer: Answer[RefundFact]) -> RefundFact:
    assert isinstance(answer, Done), answer
    return answer.value


def failure_of(answer: Answer[Snapshot]) -> Failure:
    failure = answer.failure if isinstance(answer, Refused) else snapshot_of(answer).failure
    assert failure is not None
    return failure


def find(bench: Bench, our_id: str) -> Snapshot | None:
    answer = bench.gateway.find(our_id, customer_ref=bench.customer_ref, since=AT)
    assert isinstance(answer, Done), answer
    return answer.value


def see(bench: Bench, payment: Snapshot) -> Snapshot:
    return snapshot_of(bench.gateway.payment(payment.ref))


def charge(bench: Bench) -> Snapshot:
    return snapshot_of(bench.gateway.collect(order(bench, bench.give_mandate())))


def test_1_a_charge_succeeds(bench: Bench) -> None:
    payment = charge(bench)
    assert (payment.status, payment.amount, payment.failure) == (GatewayStatus.SUCCEEDED, PRICE, None)
    assert payment.paid_at is not None


def test_1_a_direct_debit_takes_days(bench: Bench) -> None:
    payment = snapshot_of(bench.gateway.collect(order(bench, bench.give_debit())))
    assert (payment.status, payment.method) == (GatewayStatus.PROCESSING, "sepa_debit")
    bench.wait(timedelta(days=7))
    bench.pay(payment.ref)
    assert see(bench, payment).status is GatewayStatus.SUCCEEDED


@pytest.mark.parametrize("advice", [Advice.RETRY_LATER, Advice.CUSTOMER_ACTION, Advice.NEW_METHOD, Advice.STOP])
def test_2_each_advice_reaches_us(bench: Bench, advice: Advice) -> None:
    raw, code = bench.declines[advice]
    failure = failure_of(bench.gateway.collect(order(bench, bench.give_mandate(declines=raw))))
    assert (failure.code, failure.advice, failure.raw_code) == (code, advice, raw)


def test_3_the_same_key_gives_the_same_payment(bench: Bench) -> None:
    wanted = order(bench, bench.give_mandate())
    first, second = (snapshot_of(bench.gateway.collect(wanted)) for _ in range(2))
    assert (first.ref, bench.count_payments()) == (second.ref, 1)


def test_3_after_its_life_the_same_key_gives_another_payment(bench: Bench) -> None:
    wanted = order(bench, bench.give_mandate())
    first = snapshot_of(bench.gateway.collect(wanted))
    bench.wait(timedelta(seconds=bench.gateway.key_life_seconds))
    assert snapshot_of(bench.gateway.collect(wanted)).ref != first.ref


def test_4_the_same_key_with_another_amount_is_our_mistake(bench: Bench) -> None:
    wanted = order(bench, bench.give_mandate())
    bench.gateway.collect(wanted)
    failure = failure_of(bench.gateway.collect(wanted._replace(amount=Money(121_01, "EUR"))))
    assert (failure.code, failure.advice, bench.count_payments()) == ("key_reuse", Advice.FIX_SETUP, 1)


@pytest.mark.rule("ZUO-40")
def test_5_a_lost_answer_is_unknown_and_is_found_once(bench: Bench) -> None:
    wanted = order(bench, bench.give_mandate(lost="answer"))
    assert isinstance(bench.gateway.collect(wanted), Unknown)
    found = find(bench, wanted.our_id)
    assert found is not None and (found.status, bench.count_payments()) == (GatewayStatus.SUCCEEDED, 1)
    assert snapshot_of(bench.gateway.collect(wanted)).ref == found.ref


@pytest.mark.rule("ZUO-40")
def test_6_a_lost_request_is_unknown_and_a_replay_charges_once(bench: Bench) -> None:
    wanted = order(bench, bench.give_mandate(lost="request"))
    assert isinstance(bench.gateway.collect(wanted), Unknown)
    assert find(bench, wanted.our_id) is None
    assert snapshot_of(bench.gateway.collect(wanted)).status is GatewayStatus.SUCCEEDED
    assert bench.count_payments() == 1


def test_7_a_part_and_the_rest_go_back_and_not_a_cent_more(bench: Bench) -> None:
    payment = charge(bench)
    part = refund_of(bench.gateway.refund(give_back(payment, 21_00)))
    rest = refund_of(bench.gateway.refund(give_back(payment, 100_00)))
    assert (part.amount, rest.amount) == (Money(21_00, "EUR"), Money(100_00, "EUR"))
    answer = bench.gateway.refund(give_back(payment, 1))
    assert isinstance(answer, Refused) and answer.failure.code == "amount_out_of_range"
    assert {fact.ref for fact in see(bench, payment).refunds} == {part.ref, rest.ref}


def test_7_one_cent_too_much_is_refused(bench: Bench) -> None:
    answer = bench.gateway.refund(give_back(charge(bench), 121_01))
    assert isinstance(answer, Refused) and answer.failure.code == "amount_out_of_range"


def test_7_a_refund_arrives_or_comes_back(bench: Bench) -> None:
    payment = charge(bench)
    good = refund_of(bench.gateway.refund(give_back(payment, 20_00)))
    bad = refund_of(bench.gateway.refund(give_back(payment, 30_00)))
    bench.finish_refund(good.ref)
    bench.finish_refund(bad.ref, is_failed=True)
    statuses = {fact.ref: fact.status for fact in see(bench, payment).refunds}
    assert statuses == {good.ref: RefundStatus.SUCCEEDED, bad.ref: RefundStatus.FAILED}
    assert see(bench, payment).status is GatewayStatus.SUCCEEDED


def test_8_a_refund_with_the_same_key_is_one_refund(bench: Bench) -> None:
    payment = charge(bench)
    wanted = give_back(payment, 50_00)
    first, second = (refund_of(bench.gateway.refund(wanted)) for _ in range(2))
    assert (first.ref, first.our_id) == (second.ref, wanted.our_id)
    (fact,) = see(bench, payment).refunds
    assert (fact.our_id, fact.amount) == (wanted.our_id, Money(50_00, "EUR"))


def test_9_a_chargeback_and_its_reversal_stand_beside_the_payment(bench: Bench) -> None:
    payment = charge(bench)
    dispute = bench.charge_back(payment.ref)
    (lost,) = see(bench, payment).disputes
    assert (lost.ref, lost.amount, lost.reversed_at) == (dispute, PRICE, None)
    assert lost.status in (DisputeStatus.OPEN, DisputeStatus.LOST)
    bench.reverse(dispute)
    after = see(bench, payment)
    (won,) = after.disputes
    assert (won.ref, won.status, after.status) == (dispute, DisputeStatus.WON, GatewayStatus.SUCCEEDED)


def test_10_a_checkout_sends_the_customer_to_a_page_and_is_paid_there(bench: Bench) -> None:
    wanted = page(bench)
    opened = snapshot_of(bench.gateway.checkout(wanted))
    assert (opened.status, opened.our_id) == (GatewayStatus.ACTION_REQUIRED, wanted.our_id)
    assert opened.action_url.startswith("http") and opened.expires_at is not None
    bench.pay(opened.ref)
    paid = see(bench, opened)
    assert (paid.status, paid.amount, paid.method, paid.action_url) == (GatewayStatus.SUCCEEDED, PRICE, "card", "")
    assert find(bench, wanted.our_id) == paid


def test_10_a_declined_try_leaves_the_page_open(bench: Bench) -> None:
    opened = snapshot_of(bench.gateway.checkout(page(bench)))
    bench.decline_on_page(opened.ref)
    assert see(bench, opened).status is GatewayStatus.ACTION_REQUIRED
    bench.pay(opened.ref)
    assert see(bench, opened).status is GatewayStatus.SUCCEEDED


def test_10_a_checkout_expires(bench: Bench) -> None:
    opened = snapshot_of(bench.gateway.checkout(page(bench)))
    bench.expire(opened.ref)
    after = see(bench, opened)
    assert (after.status, after.action_url) == (GatewayStatus.EXPIRED, "")


def test_10_the_same_key_opens_the_same_page(bench: Bench) -> None:
    wanted = page(bench)
    first, second = (snapshot_of(bench.gateway.checkout(wanted)) for _ in range(2))
    assert (first.ref, first.action_url) == (second.ref, second.action_url)


def test_10_what_is_paid_can_not_be_canceled(bench: Bench) -> None:
    payment = charge(bench)
    assert isinstance(bench.gateway.cancel(payment.ref, key=f"cancel-{payment.our_id}"), Refused)


def test_11_a_mandate_is_kept_listed_charged_and_revoked(bench: Bench) -> None:
    opened = snapshot_of(bench.gateway.checkout(page(bench, keeps_mandate=True)))
    bench.pay(opened.ref)
    paid = see(bench, opened)
    listed = bench.gateway.mandates(bench.customer_ref)
    assert isinstance(listed, Done)
    (mandate,) = (each for each in listed.value if each.ref == paid.mandate_ref)
    assert (mandate.state, mandate.kind, mandate.customer_ref) == ("valid", "card", bench.customer_ref)
    assert mandate.label == "Visa •••• 4242" and mandate.fingerprint
    assert snapshot_of(bench.gateway.collect(order(bench, mandate.ref))).mandate_ref == mandate.ref
    for _ in range(2):
        assert bench.gateway.revoke(mandate.ref, customer_ref=bench.customer_ref) == Done(None)
    failure = failure_of(bench.gateway.collect(order(bench, mandate.ref)))
    assert (failure.code, failure.advice) == ("mandate_invalid", Advice.NEW_METHOD)
    still = bench.gateway.mandates(bench.customer_ref)
    assert isinstance(still, Done) and not [m for m in still.value if m.ref == mandate.ref and m.state == "valid"]


def test_12_a_notice_says_where_to_look(bench: Bench) -> None:
    payment = charge(bench)
    delivery = bench.deliver(payment.ref, our_id=payment.our_id)
    (notice,) = bench.gateway.notice(delivery)
    assert (notice.payment_ref, notice.our_id) == (payment.ref, payment.our_id)
    assert list(bench.gateway.notice(delivery)) == [notice]  # a replay says the same: nothing but to look again


def test_12_a_forged_notice_is_none(bench: Bench) -> None:
    payment = charge(bench)
    with pytest.raises(BadNotice):
        bench.gateway.notice(bench.forge(payment.ref, our_id=payment.our_id))
    with pytest.raises(BadNotice):
        bench.gateway.notice(bench.deliver(payment.ref, our_id=payment.our_id)._replace(body=b"\xff\x00"))


def test_12_a_payment_that_the_gateway_does_not_know_is_not_there(bench: Bench) -> None:
    assert bench.gateway.payment("tr_unknown") == Done(None)


def test_13_a_snapshot_is_whole(bench: Bench) -> None:
    mandate = bench.give_mandate()
    wanted = order(bench, mandate)
    payment = snapshot_of(bench.gateway.collect(wanted))
    assert (payment.our_id, payment.is_test, payment.amount) == (wanted.our_id, True, PRICE)
    assert (payment.method, payment.mandate_ref, payment.customer_ref) == ("card", mandate, bench.customer_ref)
    assert payment.raw_status and (payment.dashboard_url or bench.gateway.name == "sandbox")
    assert see(bench, payment) == payment == find(bench, wanted.our_id)


def test_14_a_mandate_is_given_without_paying(bench: Bench) -> None:
    assert bench.gateway.abilities.takes_zero_amount
    opened = snapshot_of(bench.gateway.checkout(page(bench, amount=Money(0, "EUR"), keeps_mandate=True)))
    bench.pay(opened.ref)
    done = see(bench, opened)
    assert (done.status, done.amount) == (GatewayStatus.SUCCEEDED, Money(0, "EUR"))
    assert snapshot_of(bench.gateway.collect(order(bench, done.mandate_ref))).status is GatewayStatus.SUCCEEDED


def test_a_look_up_that_can_not_look_proves_nothing(bench: Bench) -> None:
    answer = bench.gateway.find(str(uuid4()), customer_ref="cst_gone", since=AT)
    assert answer == Done(None) or isinstance(answer, NotSent | Unknown)


def test_15_all_payments_since_a_moment_are_listed_with_what_became_of_them(bench: Bench) -> None:
    before = charge(bench)
    bench.wait(timedelta(days=3))
    assert before.paid_at is not None  # by the clock of the gateway
    since = before.paid_at + timedelta(days=1)
    bench.wait(timedelta(minutes=1))
    charged = charge(bench)
    opened = snapshot_of(bench.gateway.checkout(page(bench)))
    bench.charge_back(charged.ref)

    answer = bench.gateway.payments_since(since)
    assert isinstance(answer, Done)
    listed = {snapshot.ref: snapshot for snapshot in answer.value}
    assert set(listed) == {charged.ref, opened.ref}
    assert before.ref not in listed
    assert (listed[charged.ref].our_id, listed[charged.ref].status) == (charged.our_id, GatewayStatus.SUCCEEDED)
    assert len(listed[charged.ref].disputes) == 1
    assert listed[opened.ref].status is GatewayStatus.ACTION_REQUIRED
