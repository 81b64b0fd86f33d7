"""A payment link, from its page to the settled invoice, at each gateway: opened, paid there, told by notice."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tallystick.interfaces.portal.page_tokens import LINK, Subject, make_token
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.issue_link import issue_link
from tallystick.payments.core.ports import register_account_gateway, set_public_url
from tallystick.payments.models import AttemptPage, GatewayAccount, Payment, PaymentMethod
from tallystick.plumbing import clock
from tests.integration.payments.gateways.test_notices_of_gateways import everything_logged, post, work
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, build_seller
from tests.support.fakes.benches import Bench
from tests.support.stories import bill_and_post


@pytest.fixture
def public_url() -> Iterator[str]:
    """Where gateways reach us in this test."""
    set_public_url("https://billing.example")
    yield "https://billing.example"
    set_public_url("")


@pytest.mark.rule("DEM-14", "DEM-17")
def test_a_link_is_paid_at_the_gateway_and_settles_its_invoice_by_notice(bench: Bench, public_url: str) -> None:
    seller, kind = build_seller(), bench.gateway.name
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind=kind, mode="test")
    if kind != "sandbox":
        register_account_gateway(kind, factory=lambda holder: bench.gateway)
    link = issue_link(account.pk, at=clock.now(), actor=ACTOR)
    address = f"/pay/{make_token(Subject(LINK, link.pk))}/"
    browser = Client()
    with everything_logged() as stream:
        led = browser.post(f"{address}pay/", {"asked": "12100"})
        page = AttemptPage.objects.select_related("attempt").get()
        assert (led.status_code, led["Location"], page.link) == (303, page.action_url, link)
        our_id, ref = str(page.attempt.our_id), page.attempt.gateway_ref
        if kind == "mollie":
            told = getattr(bench, "fake").payments[ref]["webhookUrl"]  # noqa: B009
            assert told == f"{public_url}/hooks/mollie/acme/test/{bench.gateway.notice_token(our_id)}"
        bench.pay(ref)
        assert (Payment.objects.count(), Document.objects.get().open_minor) == (0, 121_00)
        delivery = bench.deliver(ref, our_id=our_id)
        for _ in range(2):
            assert post(bench, delivery) == 200
            work()
        back = browser.get(urlsplit(page.return_url).path)
        assert Client().get(f"{address[:-2]}/").status_code == 404
    link.refresh_from_db()
    assert (link.state, Document.objects.get().open_minor, back["Location"]) == ("paid", 0, f"{address}?told=paid")
    assert Payment.objects.get().amount_minor == 121_00
    assert PaymentMethod.objects.count() == 0
    assert list(check_books(actor=ACTOR)) == []
    lines = stream.getvalue()
    assert "Not Found" in lines
    secrets = [address.split("/")[2].partition("~")[2][:-2], delivery.path_token or "none of Stripe's"]
    assert [secret for secret in secrets if secret in lines] == []
