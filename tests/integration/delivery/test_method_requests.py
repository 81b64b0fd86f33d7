"""Customers who need a new payment method are written to: on day 0, 3, 7 and 14, until it is there or all is paid."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from tallystick.accounts.models import Contact
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import MethodRequest
from tallystick.delivery.operations.ask_for_methods import ask_for_methods
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.errors import Forbidden
from tallystick.interfaces.api.webhook_objects import compose_objects
from tallystick.journeys.record_transfer import record_transfer
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.models import OutboxEntry
from tallystick.plumbing.outbox import start_reading
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.stories import GOOD_CARD, bill_and_post, build_payers, collect, get_document, save_method

EXPIRED, UNCONFIRMED, EMPTY, STOLEN = "4000000000000069", "4000002760003184", "4000000000009995", "4000000000009979"
EXPIRING = "4000000000000507"
PORTAL = "https://pay.example/portal/"
NOON = datetime(2026, 3, 1, 11, tzinfo=UTC)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    clock.set_clock(AT)
    return build_seller()


def ask(*, days: int = 0, hour: int = 11) -> list[str]:
    """What the job mails on the n-th day: recipients with subjects."""
    at = NOON.replace(hour=hour) + timedelta(days=days)
    clock.set_clock(at)
    mail.outbox.clear()
    ask_for_methods(at=at, actor=ACTOR, portal_address=PORTAL)
    return [f"{message.to[0]}: {message.subject}" for message in mail.outbox]


def ask_on(*days: int) -> list[int]:
    """On which of these days something is mailed."""
    return [day for day in days if ask(days=day)]


def fail(seller: Seller, number: str, **terms: Any) -> None:
    build_payers(seller, {"A-1": number}, **terms)
    bill_and_post(seller)
    collect(seller)
    run_jobs()


def test_a_card_refused_for_good_is_told_on_day_0_3_7_and_14_with_a_way_to_the_portal(seller: Seller) -> None:
    fail(seller, EXPIRED)
    assert ask(hour=5) == []  # 6 o'clock in Amsterdam
    assert ask() == ["a-1@customer.example: Acme B.V.: we need another payment method"]
    (message,) = mail.outbox
    body = str(message.body)
    assert "We could not collect 121.00" in body and "Visa •••• 0069" in body and PORTAL in body
    assert "Acme B.V." in message.from_email
    assert ask() == []
    assert ask_on(*range(1, 40)) == [3, 7, 14]
    told = MethodRequest.objects.order_by("pk").values_list("occasion", "step_days")
    assert list(told) == [("failed", step) for step in (0, 3, 7, 14)]


@pytest.mark.rule("DEM-51")
def test_it_stops_when_the_method_is_replaced(seller: Seller) -> None:
    fail(seller, EXPIRED)
    assert ask_on(0, 1, 2) == [0]
    save_method(get_document("A-1").account, GOOD_CARD)
    assert ask_on(3, 7, 14) == []


@pytest.mark.rule("DEM-51")
def test_it_stops_when_the_invoice_is_paid(seller: Seller) -> None:
    fail(seller, EXPIRED)
    assert ask_on(0, 3) == [0, 3]
    record_transfer(get_document("A-1").pk, reference="bank", at=clock.now(), actor=ACTOR)
    assert ask_on(7, 14) == []


@pytest.mark.rule("DEM-51")
def test_a_second_failure_in_the_same_episode_tells_nothing_more(seller: Seller) -> None:
    fail(seller, UNCONFIRMED)
    assert ask() == ["a-1@customer.example: Acme B.V.: please confirm your payment"]
    assert ask_on(*range(1, 31)) == [3, 7, 14]
    april, on = NOON + timedelta(days=31), NOON.date() + timedelta(days=31)
    bill_and_post(seller, target_on=on, at=april)
    collect(seller, target_on=on, at=april)
    assert PaymentAttempt.objects.filter(status="failed").count() == 2
    assert ask_on(*range(31, 60)) == []


def test_an_account_without_an_address_is_asked_at_its_billing_contact_or_not_at_all(seller: Seller) -> None:
    fail(seller, EXPIRED, party={"email": ""}, is_emailed=False)
    assert ask() == []
    Contact.objects.create(account=get_document("A-1").account, role="billing", name="Bo", email="bo@customer.example")
    assert ask() == ["bo@customer.example: Acme B.V.: we need another payment method"]


@pytest.mark.parametrize("number", [EMPTY, STOLEN])
def test_lack_of_money_is_tried_again_and_a_stolen_card_is_spoken_about_so_nobody_is_mailed(
    seller: Seller, number: str
) -> None:
    fail(seller, number)
    assert ask_on(0, 3) == []


@pytest.mark.rule("DEM-51")
def test_whom_the_invoice_told_of_the_failure_today_is_asked_tomorrow(seller: Seller) -> None:
    fail(seller, EXPIRED)
    run = get_document("A-1").run
    assert run is not None
    clock.set_clock(NOON)
    queue_deliveries(Selection(run.pk), at=NOON, actor=ACTOR)
    run_jobs()
    assert ask() == []
    assert ask_on(1, 3) == [1, 3]


def test_a_card_that_ends_is_told_from_thirty_days_before_and_not_once_it_is_renewed(seller: Seller) -> None:
    build_payers(seller, {"A-1": EXPIRING})
    assert ask() == ["a-1@customer.example: Acme B.V.: your payment method expires on 21 March 2026"]
    assert ask_on(*range(1, 5)) == [3]
    PaymentMethod.objects.update(expires_on=NOON.date() + timedelta(days=400))
    assert ask_on(7, 14) == []


def test_after_days_without_a_job_only_the_latest_is_sent(seller: Seller) -> None:
    fail(seller, EXPIRED)
    assert ask_on(10, 11, 14, 15) == [10, 14]
    assert list(MethodRequest.objects.order_by("pk").values_list("step_days", flat=True)) == [7, 14]


def test_what_the_mail_server_does_not_take_is_kept_with_the_reason_and_sent_by_the_next_job(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(seller, EXPIRED)
    with monkeypatch.context() as broken:

        def refuse(*_: object) -> int:
            raise OSError("no route")

        broken.setattr(EmailBackend, "send_messages", refuse)
        assert ask() == []
    assert "no route" in MethodRequest.objects.get().problem
    assert len(ask(hour=12)) == 1
    request = MethodRequest.objects.get()
    assert (request.problem, request.sent_at) == ("", NOON.replace(hour=12))


def test_programs_hear_of_it_and_only_who_may_send_sends(seller: Seller) -> None:
    start_reading("test")
    fail(seller, EXPIRED)
    OutboxEntry.objects.all().delete()
    ask()
    entry = OutboxEntry.objects.get()
    assert (entry.topic, entry.event, entry.object_ids) == ("method_request", "send", [MethodRequest.objects.get().pk])
    (told,) = compose_objects(entry.topic, entry.object_ids).values()
    assert (told.kind, told.values["occasion"], told.values["account"]) == ("payment_method", "failed", "A-1")
    viewer = Actor("staff", "8", "Viewer", frozenset({"records.read"}))
    with pytest.raises(Forbidden):
        ask_for_methods(at=NOON, actor=viewer, portal_address=PORTAL)
