"""Sending: each message once, failures told, a killed worker resumed, a silent mail server waited for."""

import io
import smtplib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from pypdf import PdfReader

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.errors import RecipientNotValid, WrongDeliveryState
from tallystick.delivery.models import Delivery, DeliveryEvent
from tallystick.delivery.operations import send_emails as sending
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.operations.record_bounce import record_bounce
from tallystick.delivery.operations.retry_delivery import retry_delivery
from tallystick.delivery.operations.send_emails import MailServerRefused, give_up_sending, send_emails
from tallystick.delivery.queries.deliveries import count_deliveries, list_delivery_failures, list_document_deliveries
from tallystick.documents.core.page_address import compose_page_url
from tallystick.errors import InvalidInput
from tallystick.invoicing.models import BillRun
from tallystick.payments.models import GatewayAccount
from tallystick.plumbing.actor import Actor, PermissionMissing
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs
from tests.support.stories import bill_and_post, get_document

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker's process ends here."""


@pytest.fixture
def run() -> BillRun:
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for name, language in (("ann", "en"), ("bob", "nl"), ("cid", "de")):
        account = build_account(seller, external_id=name, language=language)
        build_subscription(account, plan, seat, external_id=f"S-{name}")
    return bill_and_post(seller)


@pytest.fixture
def delivery_ids(run: BillRun) -> Sequence[int]:
    return queue_deliveries(Selection(run.pk), at=AT, actor=ACTOR).delivery_ids


def send(delivery_ids: Sequence[int]) -> int:
    return send_emails(delivery_ids, at=AT, actor=ACTOR)


def list_recipients() -> list[str]:
    return [message.to[0] for message in mail.outbox]


def break_server(monkeypatch: pytest.MonkeyPatch, errors: dict[str, BaseException], *, after: bool = False) -> None:
    """Let the mail server fail for some recipients, before or after it took the message."""
    original = EmailBackend.send_messages

    def send_messages(self: EmailBackend, messages: Sequence[EmailMessage]) -> Any:
        error = errors.get(messages[0].to[0])
        if error is not None and not after:
            raise error
        sent = original(self, messages)
        if error is not None:
            raise error
        return sent

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)


@pytest.mark.rule("ZUO-48", "DEM-66")
def test_every_account_gets_its_invoice_with_the_pdf_in_its_language(run: BillRun, delivery_ids: Sequence[int]) -> None:
    run_jobs()
    assert list_recipients() == ["ann@customer.example", "bob@customer.example", "cid@customer.example"]
    english, dutch, german = mail.outbox
    assert english.subject.startswith("Invoice ACME-INV-000001: 121.00")
    assert dutch.subject.startswith("Factuur ACME-INV-000002: 121,00")
    assert german.subject.startswith("Rechnung ACME-INV-000003: 121,00")
    name, content, kind = english.attachments[0]
    assert (name, kind) == ("ACME-INV-000001.pdf", "application/pdf")
    assert isinstance(content, bytes) and content.startswith(b"%PDF-")
    assert [count.status for count in count_deliveries(run.pk)] == ["sent"]
    (delivery,) = list_document_deliveries(get_document("ann").pk)
    assert (delivery.status, delivery.sent_at, delivery.recipient) == ("sent", AT, "ann@customer.example")


def test_who_can_pay_online_finds_the_page_in_the_mail_and_on_the_invoice(
    delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    GatewayAccount.objects.create(seller=get_document("ann").seller, kind="sandbox", mode="test")
    monkeypatch.setattr(settings, "SITE_ADDRESS", "https://pay.example")
    send(delivery_ids)
    page = compose_page_url("acme", number="ACME-INV-000001")
    assert page.startswith("https://pay.example/pay/")
    english = mail.outbox[0]
    assert isinstance(english, EmailMultiAlternatives)
    assert page in english.body and page in str(english.alternatives[0][0])
    printed = PdfReader(io.BytesIO(english.attachments[0][1])).pages[0]["/Annots"]
    assert any(page in str(each.get_object().get("/A", {}).get("/URI")) for each in printed)  # type: ignore[attr-defined]


def test_a_job_that_runs_twice_sends_once(delivery_ids: Sequence[int]) -> None:
    assert send(delivery_ids) == 3
    assert send(delivery_ids) == 0
    assert len(mail.outbox) == 3


def test_a_worker_killed_in_the_middle_is_resumed_and_finished_messages_are_not_sent_again(
    delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_server(patch, {"bob@customer.example": Killed()})
        with pytest.raises(Killed):
            send(delivery_ids)
    assert list_recipients() == ["ann@customer.example"]
    assert send(delivery_ids) == 2
    assert list_recipients() == ["ann@customer.example", "bob@customer.example", "cid@customer.example"]


def test_killed_between_taken_and_noted_one_message_goes_twice_with_the_same_message_id(
    delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_server(patch, {"bob@customer.example": Killed()}, after=True)
        with pytest.raises(Killed):
            send(delivery_ids)
    send(delivery_ids)
    assert sorted(list_recipients()) == [f"{name}@customer.example" for name in ("ann", "bob", "bob", "cid")]
    twice = [message.extra_headers["Message-ID"] for message in mail.outbox if "bob" in message.to[0]]
    assert len(set(twice)) == 1


def test_an_address_refused_for_good_is_failed_with_the_answer_and_stops_nobody(
    run: BillRun, delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = smtplib.SMTPRecipientsRefused({"bob@customer.example": (550, b"no such user")})
    break_server(monkeypatch, {"bob@customer.example": unknown})
    assert send(delivery_ids) == 2
    (failed,) = list_delivery_failures(run_id=run.pk)
    assert (failed.status, failed.reason) == ("failed", "bob@customer.example: 550 no such user")


def test_an_address_refused_for_now_waits_while_the_others_go(
    delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = smtplib.SMTPRecipientsRefused({"bob@customer.example": (451, b"come back later")})
    with monkeypatch.context() as patch:
        break_server(patch, {"bob@customer.example": busy})
        with pytest.raises(MailServerRefused, match="451 come back later"):
            send(delivery_ids)
    assert list_recipients() == ["ann@customer.example", "cid@customer.example"]
    assert send(delivery_ids) == 1


def test_a_server_that_can_not_be_reached_leaves_all_queued_until_we_give_up(
    run: BillRun, delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_server(monkeypatch, {"ann@customer.example": ConnectionRefusedError("connection refused")})
    with pytest.raises(ConnectionRefusedError):
        send(delivery_ids)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"queued"}
    give_up_sending(delivery_ids, reason="connection refused", at=AT, actor=ACTOR)
    assert {row.reason for row in list_delivery_failures(run_id=run.pk)} == {
        "The mail server did not take it: connection refused"
    }


def test_a_page_that_can_not_be_made_fails_alone(delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def render(view: Any) -> bytes:
        if view.buyer.name == "Customer bob":
            raise RuntimeError("no such font")
        return b"%PDF-"

    monkeypatch.setattr(sending, "render_document_pdf", render)
    assert send(delivery_ids) == 2
    assert Delivery.objects.get(status="failed").reason == "The message could not be made: no such font"


def test_a_message_that_another_worker_sent_meanwhile_is_not_sent_again(
    delivery_ids: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait_for_other_worker(name: str) -> AbstractContextManager[None]:
        Delivery.objects.filter(pk=int(name.removeprefix("delivery:"))).update(status="sent", sent_at=AT)
        return nullcontext()

    monkeypatch.setattr(sending, "hold_session_lock", wait_for_other_worker)
    assert send(delivery_ids) == 0
    assert not mail.outbox


def test_a_bounce_is_recorded_listed_and_sent_again_to_another_address(
    run: BillRun, delivery_ids: Sequence[int]
) -> None:
    send(delivery_ids)
    delivery = Delivery.objects.get(account__external_id="bob")
    record_bounce(delivery.pk, reason="mailbox full", at=AT, actor=ACTOR)
    assert [row.reason for row in list_delivery_failures(run_id=run.pk)] == ["mailbox full"]
    retry_delivery(delivery.pk, recipient="bob@elsewhere.example", at=AT, actor=ACTOR)
    run_jobs()
    assert list_recipients()[-1] == "bob@elsewhere.example"
    events = DeliveryEvent.objects.filter(delivery=delivery).order_by("pk").values_list("event", flat=True)
    assert list(events) == ["queue", "send", "bounce", "retry", "send"]


def test_bounce_and_retry_are_refused_where_they_make_no_sense(delivery_ids: Sequence[int]) -> None:
    first = delivery_ids[0]
    with pytest.raises(WrongDeliveryState, match="it has not gone out"):
        record_bounce(first, reason="?", at=AT, actor=ACTOR)
    with pytest.raises(InvalidInput):
        record_bounce(first, reason=" ", at=AT, actor=ACTOR)
    with pytest.raises(WrongDeliveryState, match="it is waiting to go out"):
        retry_delivery(first, at=AT, actor=ACTOR)
    send(delivery_ids)
    record_bounce(first, reason="gone", at=AT, actor=ACTOR)
    with pytest.raises(RecipientNotValid):
        retry_delivery(first, recipient="nobody", at=AT, actor=ACTOR)
    viewer = Actor(kind="staff", id="9", label="Viewer")
    with pytest.raises(PermissionMissing):
        retry_delivery(first, at=AT, actor=viewer)
