"""The sandbox's page after a payment: its webhook is sent again as often as one likes, and books nothing more."""

import pytest
from django.test import Client

from tallystick.interfaces.portal.page_tokens import DOCUMENT, Subject, make_token
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.work_inbox import work_inbox
from tallystick.ledger.models import LedgerEntry
from tallystick.payments.models import GatewayAccount, Payment, SandboxNotice, SandboxPayment
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> str:
    """The sandbox's page of an invoice over 121.00."""
    clock.set_clock(AT)
    seller = build_seller()
    build_payer(seller, "A-1")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    address = f"/pay/{make_token(Subject(DOCUMENT, Document.objects.get().pk))}/"
    led = Client().post(f"{address}pay/", {"asked": "12100"})
    return "/sandbox/" + led["Location"].rpartition("/")[2]


def press(page: str, **form: str) -> str:
    return Client().post(page, form).content.decode()


@pytest.mark.rule("ZUO-40")
def test_the_webhook_is_sent_again_after_paying_and_books_once(page: str) -> None:
    press(page, number="4242424242424242")
    for _ in range(3):
        assert "Send the webhook again" in Client().get(page).content.decode()
        assert "the seller answered 200" in press(page, act="notify")
        work_inbox(at=clock.now(), actor=ACTOR)
    entries = LedgerEntry.objects.count()
    assert "the seller answered 200" in press(page, act="notify")
    work_inbox(at=clock.now(), actor=ACTOR)
    assert (Payment.objects.count(), Document.objects.get().open_minor) == (1, 0)
    assert LedgerEntry.objects.count() == entries
    assert SandboxNotice.objects.filter(tries=1, answer=200).count() == 4
    assert list(check_books(actor=ACTOR)) == []


def test_a_page_that_waits_has_nothing_to_tell_and_one_without_an_address_says_so(page: str) -> None:
    assert "Send the webhook again" not in Client().get(page).content.decode()
    press(page, act="notify")
    assert not SandboxNotice.objects.filter(tries__gt=0).exists() and not Payment.objects.exists()
    press(page, number="4242424242424242")
    SandboxPayment.objects.update(notify_url="")
    assert "has no webhook address" in press(page, act="notify")
