"""Webhooks that go out: what happened is told once it is committed, signed, tried again, replayed, given up."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from standardwebhooks import Webhook

from tallystick.delivery.errors import TooManyToReplay, WebhookAddressRefused, WebhookEndpointOff
from tallystick.delivery.models import WebhookEndpoint, WebhookMessage, WebhookTry
from tallystick.delivery.operations import keep_webhook_endpoint as keeping
from tallystick.delivery.operations import replay_webhooks as replaying
from tallystick.delivery.operations.send_webhooks import send_due_webhooks
from tallystick.delivery.operations.watch_webhooks import forget_old_tries, watch_webhooks
from tallystick.delivery.operations.write_webhooks import pass_on_entries, send_test_event
from tallystick.interfaces.api.webhook_objects import compose_objects
from tallystick.journeys.record_transfer import record_transfer
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.plumbing.models import OutboxEntry
from tallystick.plumbing.outbox import announce
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.receiver import Receiver, receiving
from tests.support.stories import bill_and_post, get_document

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def on_ones_own_machine(settings: LazySettings) -> None:
    settings.WEBHOOKS_MAY_BE_PRIVATE = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def listen(receiver: Receiver, *types: str, **options: Any) -> keeping.KeptEndpoint:
    terms = keeping.EndpointTerms(receiver.url, types, **options)
    return keeping.create_webhook_endpoint(terms, at=NOW, actor=ACTOR)


def build_company() -> Seller:
    seller = build_seller()
    account = build_account(seller, external_id="ann")
    build_subscription(account, build_plan(seller), build_service(seller), external_id="S-1")
    return seller


def tell(at: datetime = NOW) -> None:
    """What the jobs do: pass on, then send what is due."""
    while pass_on_entries(compose=compose_objects, at=at):
        pass
    while send_due_webhooks(at=at, actor=ACTOR):
        pass


def list_types(receiver: Receiver) -> list[str]:
    return [json.loads(request.body)["type"] for request in receiver.requests]


def get_message() -> WebhookMessage:
    return WebhookMessage.objects.get()


def test_an_invoice_that_is_posted_and_paid_is_told_in_the_shape_of_the_api(receiver: Receiver) -> None:
    seller = build_company()
    kept = listen(receiver, "invoice.posted", "invoice.paid", "payment.received")
    bill_and_post(seller)
    invoice = get_document("ann")
    record_transfer(invoice.pk, amount_minor=None, reference="bank 1", at=AT, actor=ACTOR)
    tell()
    assert sorted(list_types(receiver)) == ["invoice.paid", "invoice.posted", "payment.received"]
    posted = next(each for each in receiver.requests if b"invoice.posted" in each.body)
    told = Webhook(kept.secret).verify(posted.body, dict(posted.headers))
    assert told["data"]["previous"] == {"status": "draft"}
    assert told["data"]["object"]["number"] == "ACME-INV-000001"
    assert told["data"]["object"]["gross_minor"] == 12100
    assert told["data"]["object"]["account"] == "ann"
    assert set(WebhookMessage.objects.values_list("status", "tries")) == {("delivered", 1)}


def test_what_was_rolled_back_is_never_told(receiver: Receiver) -> None:
    run = bill_and_post(build_company())
    listen(receiver)
    with transaction.atomic():
        announce("bill_run", [run.pk], event="finish_post", at=AT)
        transaction.set_rollback(True)
    tell()
    assert receiver.requests == []
    with transaction.atomic():
        announce("bill_run", [run.pk], event="finish_post", at=AT)
    tell()
    assert list_types(receiver) == ["bill_run.posted"]


def test_while_nobody_listens_nothing_is_kept(receiver: Receiver) -> None:
    bill_and_post(build_company())
    assert not OutboxEntry.objects.exists()
    endpoint = listen(receiver).endpoint
    keeping.remove_webhook_endpoint(endpoint.pk, at=NOW, actor=ACTOR)
    with transaction.atomic():
        announce("bill_run", [1], event="complete", at=AT)
    assert not OutboxEntry.objects.exists()


def test_an_endpoint_hears_of_its_own_seller_and_of_what_it_chose(receiver: Receiver) -> None:
    build_seller(code="other")
    seller = build_company()
    listen(receiver, "invoice.posted", seller="other")
    listen(receiver, "bill_run.posted", seller="acme")
    bill_and_post(seller)
    tell()
    assert list_types(receiver) == ["bill_run.posted"]


def test_a_message_keeps_its_id_and_bytes_over_its_tries(receiver: Receiver) -> None:
    listen(receiver)
    receiver.status, receiver.answer = 500, b"broken \xff" + b"x" * 5000
    send_test_event(WebhookEndpoint.objects.get().pk, at=NOW, actor=ACTOR)
    tell()
    message = get_message()
    assert (message.status, message.tries) == ("waiting", 1)
    assert message.try_at is not None
    assert timedelta(seconds=4) <= message.try_at - NOW <= timedelta(seconds=6)
    assert len(WebhookTry.objects.get().answer) == 2000
    assert WebhookTry.objects.get().problem == "answered 500; only 2xx means taken"
    tell(NOW + timedelta(seconds=3))  # too early
    receiver.status = 200
    tell(message.try_at)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == message.message_id
    assert first.body == second.body
    message = get_message()
    assert (message.status, message.tries) == ("delivered", 2)


def test_a_redirect_is_a_failure_and_is_not_followed(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    receiver.status, receiver.headers = 307, {"location": receiver.url}
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    assert len(receiver.requests) == 1
    assert "a redirect" in WebhookTry.objects.get().problem


def test_after_ten_tries_it_is_given_up_and_can_be_sent_again_by_hand(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    receiver.status = 500
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    while (due := WebhookMessage.objects.filter(status="waiting").first()) and due.try_at:
        tell(due.try_at)
    assert (get_message().status, get_message().tries, len(receiver.requests)) == ("failed", 10, 10)
    receiver.status = 200
    replaying.replay_webhook(get_message().message_id, at=NOW + 4 * DAY, actor=ACTOR)
    tell(NOW + 4 * DAY)
    assert (get_message().status, get_message().tries) == ("delivered", 1)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1


def test_one_that_waits_is_sent_at_once_when_its_receiver_is_mended(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    receiver.status = 500
    message = send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    WebhookMessage.objects.update(try_at=NOW + DAY)  # as after its ninth try
    receiver.status = 200
    hurried = replaying.replay_webhook(message.message_id, at=NOW + HOUR, actor=ACTOR)
    assert (hurried.status, hurried.try_at, hurried.tries) == ("waiting", NOW + HOUR, 1)
    tell(NOW + HOUR)
    assert (get_message().status, get_message().tries) == ("delivered", 2)
    assert endpoint.events.filter(event="hurry").count() == 1


def test_a_stretch_takes_what_failed_again_and_what_waits_at_once(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    failed, waiting, due = (send_test_event(endpoint.pk, at=NOW, actor=ACTOR).pk for _ in range(3))
    WebhookMessage.objects.filter(pk=failed).update(status="failed", try_at=None, tries=10)
    WebhookMessage.objects.filter(pk=waiting).update(try_at=NOW + DAY, tries=9)

    def replay(since: datetime, until: datetime, **which: Any) -> replaying.Replayed:
        return replaying.replay_webhooks(endpoint.pk, since=since, until=until, at=NOW + HOUR, actor=ACTOR, **which)

    assert replay(NOW - HOUR, NOW) == (0, 0)  # half-open
    assert replay(NOW, NOW + HOUR, statuses=["waiting"]) == (0, 1)  # the third is due anyway
    WebhookMessage.objects.filter(pk=waiting).update(try_at=NOW + DAY)
    assert replay(NOW, NOW + HOUR) == (1, 1)
    assert dict(WebhookMessage.objects.values_list("pk", "tries")) == {failed: 0, waiting: 9, due: 0}
    tell(NOW + HOUR)
    assert set(WebhookMessage.objects.values_list("status", flat=True)) == {"delivered"}


def test_too_much_at_once_is_refused(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "MOST_AT_ONCE", 0)
    endpoint = listen(receiver).endpoint
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    with pytest.raises(TooManyToReplay):
        replaying.replay_webhooks(endpoint.pk, since=NOW, until=NOW + HOUR, statuses=["delivered"], at=NOW, actor=ACTOR)


def test_what_answers_410_is_switched_off_at_once_and_what_waits_for_it_is_dropped(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    receiver.status = 410
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    later = send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    WebhookMessage.objects.filter(pk=later.pk).update(try_at=NOW + HOUR)
    tell()
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_because) == (False, "it answered 410: gone for good")
    assert sorted(WebhookMessage.objects.values_list("status", flat=True)) == ["dropped", "failed"]
    with pytest.raises(WebhookEndpointOff):
        send_test_event(endpoint.pk, at=NOW, actor=ACTOR)


def test_the_owner_hears_after_a_day_and_after_five_it_is_switched_off(receiver: Receiver) -> None:
    endpoint = listen(receiver, owner_email="dev@shop.example", description="Shop").endpoint
    receiver.status = 500
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    assert watch_webhooks(at=NOW + 23 * HOUR, actor=ACTOR) == 0
    assert watch_webhooks(at=NOW + DAY, actor=ACTOR) == 1
    assert watch_webhooks(at=NOW + 2 * DAY, actor=ACTOR) == 0  # once
    assert mail.outbox[0].to == ["dev@shop.example"]
    assert mail.outbox[0].subject == "Webhooks to Shop do not get through"
    watch_webhooks(at=NOW + 5 * DAY, actor=ACTOR)
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_because) == (False, "nothing got through for 5 days")
    assert "switched off now" in mail.outbox[1].body


def test_a_success_ends_the_failing(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    receiver.status = 500
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    receiver.status = 200
    tell(NOW + timedelta(seconds=7))
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_with_a_new_secret_both_prove_a_message_for_a_day(receiver: Receiver) -> None:
    former = listen(receiver)
    new = keeping.rotate_webhook_secret(former.endpoint.pk, at=NOW, actor=ACTOR)
    assert new.secret != former.secret
    for at, proving in ((NOW + HOUR, [former, new]), (NOW + DAY, [new])):
        send_test_event(former.endpoint.pk, at=at, actor=ACTOR)
        tell(at)
        signatures = receiver.requests[-1].headers["webhook-signature"].split()
        assert len(signatures) == len(proving)


def test_a_worker_killed_while_sending_is_followed_by_another_under_the_same_id(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends here."""

    endpoint = listen(receiver).endpoint
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    with monkeypatch.context() as patch:
        patch.setattr(WebhookTry.objects, "create", lambda **_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            send_due_webhooks(at=NOW, actor=ACTOR)
    assert send_due_webhooks(at=NOW + timedelta(seconds=30), actor=ACTOR) == 0  # claimed
    assert send_due_webhooks(at=NOW + timedelta(minutes=5), actor=ACTOR) == 1
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len(receiver.requests) == 2


def test_an_address_inside_is_refused_when_it_is_entered_and_when_it_is_called(
    receiver: Receiver, settings: LazySettings
) -> None:
    endpoint = listen(receiver).endpoint
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    with pytest.raises(WebhookAddressRefused):
        listen(receiver)
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    assert receiver.requests == []
    assert "must begin with https" in WebhookTry.objects.get().problem


def test_what_was_told_can_not_be_changed(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    for change in (
        "UPDATE delivery_webhookmessage SET body = 'x'",
        "DELETE FROM delivery_webhookendpointevent",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_tries_are_forgotten_after_thirty_days_and_messages_stay(receiver: Receiver) -> None:
    endpoint = listen(receiver).endpoint
    send_test_event(endpoint.pk, at=NOW, actor=ACTOR)
    tell()
    assert forget_old_tries(at=NOW + 30 * DAY) == 0
    assert forget_old_tries(at=NOW + 31 * DAY) == 1
    assert get_message().status == "delivered"


def test_only_those_who_may_decide_who_listens(receiver: Receiver) -> None:
    clerk = Actor("staff", "7", "Clerk", frozenset({"records.read"}))
    with pytest.raises(PermissionMissing):
        keeping.create_webhook_endpoint(keeping.EndpointTerms(receiver.url), at=NOW, actor=clerk)


def test_the_secret_is_in_no_row(receiver: Receiver) -> None:
    kept = listen(receiver)
    rows = WebhookEndpoint.objects.values_list()
    assert kept.secret.removeprefix("whsec_") not in str(list(rows))
