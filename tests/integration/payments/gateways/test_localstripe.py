"""A smoke test against somebody else's Stripe: `localstripe`, a program that the tests start and talk to over HTTP.

It knows neither idempotency keys nor disputes and takes no charge with a description, so it can't take the place of the
stateful fake; but its answers and its signatures were not written by us.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import BadNotice, Collect, Delivery, Done, NotSent, Party, Refused
from tallystick.payments.gateways.stripe.gateway import StripeGateway
from tests.support.fakes.wire import find_closed_port

SECRET, KEY = "whsec_smoke", "sk_test_12345"
COMMAND = Path(sys.executable).parent / "localstripe"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A localstripe that forgets everything afterwards."""
    port = find_closed_port()
    process = subprocess.Popen(
        [str(COMMAND), "--port", str(port), "--from-scratch"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        gateway, until = StripeGateway(KEY, url=f"http://127.0.0.1:{port}"), time.monotonic() + 20
        while isinstance(gateway.customer("account:0", key="customer-0"), NotSent) and time.monotonic() < until:
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def gateway(url: str) -> StripeGateway:
    return StripeGateway(KEY, webhook_secrets=(SECRET,), url=url)


def call(at: str, path: str, **form: str) -> dict[str, object]:
    """What a customer's browser or the owner of the account does there."""
    request = Request(at + path, urlencode(form).encode(), {"Authorization": f"Bearer {KEY}"})  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        body = answer.read()
    return dict(json.loads(body)) if body.startswith(b"{") else {}


@pytest.fixture
def posted(url: str) -> Iterator[Queue[Delivery]]:
    """What it posts to us."""
    deliveries: Queue[Delivery] = Queue()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            deliveries.put(Delivery(dict(self.headers), body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    Thread(target=server.serve_forever, daemon=True).start()
    call(url, "/_config/webhooks/ours", url=f"http://127.0.0.1:{server.server_port}/", secret=SECRET)
    yield deliveries
    server.shutdown()
    server.server_close()


def test_a_customer_is_made_and_a_refused_charge_is_read_as_refused(url: str, gateway: StripeGateway) -> None:
    customer = gateway.customer("account:1", key="customer-1", party=Party("Acme", "acme@example.com"))
    assert isinstance(customer, Done) and customer.value.startswith("cus_")
    order = Collect("our-id", "key-1", Money(121_00, "EUR"), "Invoice 1", customer.value, "pm_card_visa")
    refused = gateway.collect(order)
    assert isinstance(refused, Refused)
    assert (refused.failure.code, refused.failure.raw_code) == ("bad_request", "400")
    assert refused.failure.raw_message.startswith("Unexpected ")


def test_its_signature_is_accepted_and_nobody_elses(url: str, gateway: StripeGateway, posted: Queue[Delivery]) -> None:
    card = {"card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2030", "card[cvc]": "123"}
    method = call(url, "/v1/payment_methods", type="card", **card)["id"]
    customer = str(call(url, "/v1/customers", email="acme@example.com")["id"])
    call(url, f"/v1/payment_methods/{method}/attach", customer=customer)
    form = {"amount": "12100", "currency": "eur", "payment_method": str(method), "customer": customer}
    intent = call(url, "/v1/payment_intents", confirm="true", off_session="true", **form)["id"]

    delivery = next(each for each in iter(lambda: posted.get(timeout=10), None) if str(intent).encode() in each.body)
    (notice,) = gateway.notice(delivery)
    assert notice.payment_ref == intent
    assert notice.event_ref.startswith("evt_")
    for forged in (delivery._replace(body=delivery.body + b" "), delivery._replace(headers={})):
        with pytest.raises(BadNotice):
            gateway.notice(forged)
