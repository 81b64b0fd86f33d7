"""Every way in which a call over the wire can end is one of the four answers, and only one send is made of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    Answer,
    Checkout,
    Collect,
    Done,
    Gateway,
    NotSent,
    RefundOrder,
    Refused,
    Unknown,
)
from tallystick.payments.gateways.mollie.gateway import MollieGateway
from tallystick.payments.gateways.stripe.gateway import StripeGateway
from tests.support.builders import AT
from tests.support.fakes.mollie_bench import open_mollie
from tests.support.fakes.stripe_bench import SENDS, open_stripe
from tests.support.fakes.wire import Fault, Request, Trouble, find_closed_port

pytestmark = pytest.mark.django_db

PRICE = Money(121_00, "EUR")
NOT_SENT_STATUSES = {401: NotSent, 403: NotSent, 429: NotSent}
UNKNOWN_STATUSES = {409: Unknown, 500: Unknown, 502: Unknown, 503: Unknown}


class FakeOnTheWire(Protocol):
    """A fake's list of what came in, and of what is to go wrong."""

    requests: list[Request]
    faults: list[Fault]


class Wired(NamedTuple):
    """A gateway, its fake, where it sends charges, a customer with a mandate, and the gateway without a server."""

    gateway: Gateway
    fake: FakeOnTheWire
    charges: str
    customer_ref: str
    mandate_ref: str
    unplugged: Gateway
    sends: int


def wire_mollie() -> Iterator[Wired]:
    with open_mollie() as bench:
        nowhere = MollieGateway(bench.fake.api_key, url=f"http://127.0.0.1:{find_closed_port()}")
        mandate = bench.give_mandate()
        yield Wired(bench.gateway, bench.fake, "/v2/payments", bench.customer_ref, mandate, nowhere, 1)


def wire_stripe() -> Iterator[Wired]:
    with open_stripe() as bench:
        nowhere = StripeGateway(bench.fake.api_key, url=f"http://127.0.0.1:{find_closed_port()}")
        mandate = bench.give_mandate()
        yield Wired(bench.gateway, bench.fake, "/v1/payment_intents", bench.customer_ref, mandate, nowhere, SENDS)


WIRED = {"mollie": wire_mollie, "stripe": wire_stripe}


@pytest.fixture(params=sorted(WIRED))
def wired(request: pytest.FixtureRequest) -> Iterator[Wired]:
    yield from WIRED[request.param]()


def charge(wired: Wired) -> Collect:
    our_id = str(uuid4())
    return Collect(our_id, f"collect-{our_id}", PRICE, "Invoice 1", wired.customer_ref, wired.mandate_ref)


def list_calls(gateway: Gateway, wired: Wired) -> dict[str, Callable[[], Answer[Any]]]:
    """Every call that a gateway answers."""
    wanted = charge(wired)
    opening = Checkout(wanted.our_id, f"page-{wanted.our_id}", PRICE, "Invoice 1", "https://billing.example.com/done")
    refund = RefundOrder(wanted.our_id, f"refund-{wanted.our_id}", "tr_00000001", PRICE, "Credit note 1")
    return {
        "customer": lambda: gateway.customer("account:9", key=f"customer-{wanted.our_id}"),
        "checkout": lambda: gateway.checkout(opening),
        "collect": lambda: gateway.collect(wanted),
        "refund": lambda: gateway.refund(refund),
        "cancel": lambda: gateway.cancel("tr_00000001", key=f"cancel-{wanted.our_id}"),
        "payment": lambda: gateway.payment("tr_00000001"),
        "find": lambda: gateway.find(wanted.our_id, customer_ref=wired.customer_ref, since=AT),
        "payments_since": lambda: gateway.payments_since(AT),
        "mandates": lambda: gateway.mandates(wired.customer_ref),
        "revoke": lambda: gateway.revoke(wired.mandate_ref, customer_ref=wired.customer_ref),
    }


@pytest.mark.parametrize(
    "call",
    ["customer", "checkout", "collect", "refund", "cancel", "payment", "find", "payments_since", "mandates", "revoke"],
)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(Trouble.CUT_BEFORE), Unknown),
        (Fault(Trouble.STATUS_BEFORE, status=500), Unknown),
        (Fault(Trouble.STATUS_BEFORE, status=401), NotSent),
        (Fault(Trouble.STATUS_BEFORE, status=429), NotSent),
    ],
    ids=["cut", "500", "401", "429"],
)
def test_no_other_exception_leaves_a_gateway(wired: Wired, call: str, fault: Fault, kind: type) -> None:
    wired.fake.faults += [fault._replace(method=verb) for verb in ("GET", "POST", "DELETE") for _ in range(wired.sends)]
    assert isinstance(list_calls(wired.gateway, wired)[call](), kind)


@pytest.mark.parametrize(
    "call",
    ["customer", "checkout", "collect", "refund", "cancel", "payment", "find", "payments_since", "mandates", "revoke"],
)
def test_where_nobody_listens_nothing_was_sent(wired: Wired, call: str) -> None:
    assert isinstance(list_calls(wired.unplugged, wired)[call](), NotSent)


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("trouble", [Trouble.CUT_BEFORE, Trouble.CUT_AFTER, Trouble.TOO_LATE, Trouble.UNREADABLE])
def test_a_charge_without_a_readable_answer_is_unknown(wired: Wired, trouble: Trouble) -> None:
    wired.fake.faults += [Fault(trouble, path=wired.charges)] * wired.sends
    assert isinstance(wired.gateway.collect(charge(wired)), Unknown)


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(("status", "kind"), sorted({**NOT_SENT_STATUSES, **UNKNOWN_STATUSES}.items()))
def test_what_an_error_status_says_about_a_charge(wired: Wired, status: int, kind: type) -> None:
    wired.fake.faults += [Fault(Trouble.STATUS_BEFORE, path=wired.charges, status=status)] * wired.sends
    assert isinstance(wired.gateway.collect(charge(wired)), kind)


@pytest.mark.rule("ZUO-40")
def test_an_error_after_the_fact_is_unknown_and_the_same_key_finds_it_done(wired: Wired) -> None:
    wanted = charge(wired)
    wired.fake.faults += [Fault(Trouble.STATUS_AFTER, path=wired.charges, status=500)] * wired.sends
    assert isinstance(wired.gateway.collect(wanted), Unknown)
    found = wired.gateway.find(wanted.our_id, customer_ref=wired.customer_ref, since=AT)
    again = wired.gateway.collect(wanted)
    assert isinstance(found, Done) and isinstance(again, Done) and found.value is not None
    assert found.value.ref == again.value.ref


def test_every_send_of_a_charge_has_our_key(wired: Wired) -> None:
    wanted = charge(wired)
    wired.fake.faults += [Fault(Trouble.STATUS_BEFORE, path=wired.charges, status=503)] * wired.sends
    wired.gateway.collect(wanted)
    sends = [request for request in wired.fake.requests if request.method == "POST" and request.path == wired.charges]
    assert [request.key for request in sends] == [wanted.key] * wired.sends


def test_a_pause_that_the_gateway_asks_for_is_told() -> None:
    with open_mollie() as bench:
        asked = {"Retry-After": "90"}
        bench.fake.faults.append(Fault(Trouble.STATUS_BEFORE, path="/v2/payments", status=429, headers=asked))
        wired = Wired(bench.gateway, bench.fake, "", bench.customer_ref, bench.give_mandate(), bench.gateway, 1)
        answer = bench.gateway.collect(charge(wired))
    assert isinstance(answer, NotSent) and answer.retry_after == timedelta(seconds=90)


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("status", [401, 429])
def test_not_sent_at_last_proves_nothing_about_the_send_before(status: int) -> None:
    with open_stripe() as bench:
        wired = Wired(bench.gateway, bench.fake, "", bench.customer_ref, bench.give_mandate(), bench.gateway, SENDS)
        bench.fake.faults += [Fault(Trouble.CUT_AFTER), Fault(Trouble.STATUS_BEFORE, status=status)]
        wanted = charge(wired)
        assert isinstance(bench.gateway.collect(wanted), Unknown)
        assert bench.count_payments() == 1
        # the next call begins anew: what became of the last one does not stick to it
        bench.fake.faults.append(Fault(Trouble.STATUS_BEFORE, status=status))
        assert isinstance(bench.gateway.collect(charge(wired)), NotSent)


@pytest.mark.rule("ZUO-40")
def test_a_line_that_breaks_once_costs_stripe_a_second_send_and_no_second_charge() -> None:
    with open_stripe() as bench:
        wired = Wired(bench.gateway, bench.fake, "", bench.customer_ref, bench.give_mandate(), bench.gateway, SENDS)
        bench.fake.faults.append(Fault(Trouble.CUT_AFTER))
        assert isinstance(bench.gateway.collect(charge(wired)), Done)
        assert bench.count_payments() == 1


def test_stripes_advice_against_another_try_comes_with_the_failed_payment() -> None:
    with open_stripe() as bench:
        mandate = bench.give_mandate(declines="do_not_honor")
        bench.fake.advice[mandate] = "do_not_try_again"
        wired = Wired(bench.gateway, bench.fake, "", bench.customer_ref, mandate, bench.gateway, SENDS)
        answer = bench.gateway.collect(charge(wired))
    assert isinstance(answer, Done) and answer.value.failure is not None
    failure = answer.value.failure
    assert (failure.code, failure.advice, failure.raw_code) == ("invalid_card", "new_method", "do_not_honor")


def test_mollie_takes_the_same_refund_only_an_hour_later() -> None:
    with open_mollie() as bench:
        wired = Wired(bench.gateway, bench.fake, "", bench.customer_ref, bench.give_mandate(), bench.gateway, 1)
        paid = bench.gateway.collect(charge(wired))
        assert isinstance(paid, Done)
        order = RefundOrder("r1", "refund-r1", paid.value.ref, Money(10_00, "EUR"), "Credit note 1")
        assert isinstance(bench.gateway.refund(order), Done)
        twin = order._replace(our_id="r2", key="refund-r2")
        answer = bench.gateway.refund(twin)
        assert isinstance(answer, NotSent) and answer.retry_after == timedelta(hours=1)
        bench.wait(timedelta(hours=1))
        assert isinstance(bench.gateway.refund(twin), Done)


def test_a_refund_of_what_nobody_knows_is_refused() -> None:
    with open_mollie() as bench:
        answer = bench.gateway.refund(RefundOrder("r1", "refund-r1", "tr_99999999", PRICE, "Credit note 1"))
    assert isinstance(answer, Refused) and answer.failure.code == "bad_request"
