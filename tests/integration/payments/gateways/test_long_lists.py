"""What is looked for is found however far back it is in a list, and a page's money is found by either of its names."""

import copy
from uuid import uuid4

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Checkout, Collect, Done, GatewayStatus, RefundOrder, Snapshot, Unknown
from tallystick.plumbing import clock
from tests.support.builders import AT
from tests.support.fakes.mollie import FakeMollie
from tests.support.fakes.mollie_bench import open_mollie
from tests.support.fakes.stripe_bench import SECRET, open_stripe, sign
from tests.support.fakes.wire import Fault, Trouble, serve

pytestmark = pytest.mark.django_db

PRICE = Money(121_00, "EUR")
CROWD = 600
"""More than two pages of either gateway hold."""


@pytest.fixture(autouse=True)
def monday() -> None:
    clock.set_clock(AT)


def compose_charge(customer: str, mandate: str) -> Collect:
    our_id = str(uuid4())
    return Collect(our_id, f"collect-{our_id}", PRICE, "Invoice 1", customer, mandate)


def compose_page(customer: str = "") -> Checkout:
    our_id = str(uuid4())
    done = "https://billing.example.com/done"
    return Checkout(our_id, f"page-{our_id}", PRICE, "Invoice 1", done, customer_ref=customer)


def test_mollie_is_asked_for_page_after_page() -> None:
    with open_mollie() as bench:
        wanted = compose_charge(bench.customer_ref, bench.give_mandate())
        first = bench.gateway.collect(wanted)
        assert isinstance(first, Done)
        for n in range(CROWD):
            copied = copy.deepcopy(bench.fake.payments[first.value.ref])
            bench.fake.payments[f"tr_x{n}"] = copied | {"id": f"tr_x{n}", "metadata": {"our_id": f"other-{n}"}}
        assert bench.gateway.find(wanted.our_id, customer_ref=bench.customer_ref, since=AT) == first
        lists = [request for request in bench.fake.requests if request.path.endswith("/payments")]
        assert len([request for request in lists if request.method == "GET"]) == 3


def test_a_link_to_another_host_is_not_followed_with_our_key() -> None:
    elsewhere = FakeMollie()
    with open_mollie() as bench, serve(elsewhere) as wire:
        bench.fake.next_pages_at = wire.url
        wanted = compose_charge(bench.customer_ref, bench.give_mandate())
        first = bench.gateway.collect(wanted)
        assert isinstance(first, Done)
        for n in range(CROWD):
            copied = copy.deepcopy(bench.fake.payments[first.value.ref])
            bench.fake.payments[f"tr_x{n}"] = copied | {"id": f"tr_x{n}", "metadata": {"our_id": f"other-{n}"}}
        assert bench.gateway.find(wanted.our_id, customer_ref=bench.customer_ref, since=AT) == first
    assert elsewhere.requests == []


@pytest.mark.rule("ZUO-40")
def test_a_list_that_breaks_off_at_its_second_page_proves_nothing() -> None:
    with open_mollie() as bench:
        first = bench.gateway.collect(compose_charge(bench.customer_ref, bench.give_mandate()))
        assert isinstance(first, Done)
        for n in range(CROWD):
            copied = copy.deepcopy(bench.fake.payments[first.value.ref])
            bench.fake.payments[f"tr_x{n}"] = copied | {"id": f"tr_x{n}", "metadata": {"our_id": f"other-{n}"}}
        path = f"/v2/customers/{bench.customer_ref}/payments"
        bench.fake.faults.append(Fault(Trouble.UNREADABLE, method="GET", path=path))
        answer = bench.gateway.find("our-1", customer_ref=bench.customer_ref, since=AT)
    assert isinstance(answer, Unknown)


def test_stripe_is_asked_for_page_after_page() -> None:
    with open_stripe() as bench:
        wanted = compose_charge(bench.customer_ref, bench.give_mandate())
        first = bench.gateway.collect(wanted)
        assert isinstance(first, Done)
        for n in range(CROWD):
            copied = copy.deepcopy(bench.fake.intents[first.value.ref])
            bench.fake.intents[f"pi_x{n}"] = copied | {"id": f"pi_x{n}", "metadata": {"our_id": f"other-{n}"}}
        assert bench.gateway.find(wanted.our_id, customer_ref=bench.customer_ref, since=AT) == first


def test_a_payment_of_nobody_in_particular_is_found_in_the_whole_account() -> None:
    for open_bench in (open_mollie, open_stripe):
        with open_bench() as bench:
            wanted = compose_page()
            opened = bench.gateway.checkout(wanted)
            assert isinstance(opened, Done)
            assert bench.gateway.find(wanted.our_id, customer_ref="", since=AT) == opened


def test_what_was_paid_on_stripes_page_is_asked_refunded_and_told_by_its_session() -> None:
    with open_stripe() as bench:
        wanted = compose_page(bench.customer_ref)
        opened = bench.gateway.checkout(wanted)
        assert isinstance(opened, Done)
        page = opened.value.ref
        bench.pay(page)
        (intent,) = bench.fake.intents.values()
        refund = bench.gateway.refund(RefundOrder("refund-1", "refund-1", page, Money(21_00, "EUR")))
        assert isinstance(refund, Done)
        (notice,) = bench.gateway.notice(sign(bench.fake.refunds[refund.value.ref], secret=SECRET))
        by_intent, by_page = bench.gateway.payment(notice.payment_ref), bench.gateway.payment(page)
        assert notice.payment_ref == intent["id"] and by_intent == by_page and isinstance(by_page, Done)
        seen = by_page.value
        assert isinstance(seen, Snapshot) and (seen.ref, seen.our_id) == (page, wanted.our_id)
        assert [fact.our_id for fact in seen.refunds] == ["refund-1"]


def test_an_open_page_is_canceled() -> None:
    with open_stripe() as bench:
        opened = bench.gateway.checkout(compose_page(bench.customer_ref))
        assert isinstance(opened, Done)
        closed = bench.gateway.cancel(opened.value.ref, key="cancel-1")
        assert isinstance(closed, Done) and closed.value.status is GatewayStatus.EXPIRED
    with open_mollie() as bench_of_mollie:
        by_bank = compose_page(bench_of_mollie.customer_ref)._replace(methods=("bank_transfer",))
        waiting = bench_of_mollie.gateway.checkout(by_bank)
        assert isinstance(waiting, Done)
        canceled = bench_of_mollie.gateway.cancel(waiting.value.ref, key="cancel-1")
        assert isinstance(canceled, Done) and canceled.value.status is GatewayStatus.CANCELED


def test_a_bank_page_at_mollie_leaves_a_direct_debit_behind() -> None:
    with open_mollie() as bench:
        wanted = compose_page(bench.customer_ref)._replace(keeps_mandate=True, methods=("ideal",), language="nl_NL")
        opened = bench.gateway.checkout(wanted)
        assert isinstance(opened, Done)
        bench.fake.pay(opened.value.ref, method="ideal")
        paid = bench.gateway.payment(opened.value.ref)
        assert isinstance(paid, Done) and paid.value is not None and paid.value.method == "ideal"
        listed = bench.gateway.mandates(bench.customer_ref)
        assert isinstance(listed, Done)
        (mandate,) = listed.value
        assert (mandate.ref, mandate.kind, mandate.label) == (paid.value.mandate_ref, "sepa_debit", "NL91 •••• 4300")


def test_the_key_of_a_gateway_is_in_no_answer_and_in_no_exception() -> None:
    for open_bench in (open_mollie, open_stripe):
        with open_bench() as bench:
            key = bench.fake.api_key
            bench.fake.api_key = "another"
            answer = bench.gateway.payment("tr_00000001")
            assert key not in repr(answer) and key not in repr(bench.gateway)
