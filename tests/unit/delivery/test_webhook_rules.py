"""Webhooks' rules: when a message is tried again, how it is signed, where it may go, what is heard of."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from tallystick.delivery.core.webhook_addresses import check_address, choose_address
from tallystick.delivery.core.webhook_lifecycle import MESSAGE_STATUSES, apply_message_event
from tallystick.delivery.core.webhook_schedule import (
    MOST_TRIES,
    WAITS,
    Heard,
    find_next_try,
    is_taken,
    read_retry_after,
)
from tallystick.delivery.core.webhook_signature import compose_secret, sign
from tallystick.delivery.core.webhook_types import (
    EVENT_TYPES,
    PUBLIC,
    find_event_type,
    hears,
    name_object,
    read_event_types,
)
from tallystick.delivery.errors import WebhookAddressRefused, WebhookTypeUnknown, WrongWebhookState
from tallystick.subscriptions.core.lifecycle import SUBSCRIPTION_STATUSES

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MIDDLE = 20  # a spread that moves nothing
SILENCE = Heard(None, "no answer within 20 seconds")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_only_2xx_is_taken(status: int) -> None:
    assert is_taken(status)


@pytest.mark.parametrize("status", [None, 199, 301, 302, 400, 404, 410, 429, 500])
def test_a_redirect_or_an_error_or_no_answer_is_not(status: int | None) -> None:
    assert not is_taken(status)


def test_ten_tries_are_spread_over_three_days() -> None:
    at, waits = AT, []
    for tries in range(1, MOST_TRIES):
        following = find_next_try(tries=tries, at=at, heard=SILENCE, spread=MIDDLE)
        assert following is not None
        waits.append(following - at)
        at = following
    assert waits == list(WAITS)
    assert at - AT == timedelta(hours=75, minutes=35, seconds=5)
    assert find_next_try(tries=MOST_TRIES, at=at, heard=SILENCE, spread=MIDDLE) is None


def test_each_message_waits_a_little_longer_or_shorter_by_at_most_a_fifth() -> None:
    found = [find_next_try(tries=2, at=AT, heard=SILENCE, spread=spread) for spread in range(100)]
    waits = [each - AT for each in found if each]
    assert (min(waits), max(waits)) == (timedelta(minutes=4), timedelta(minutes=6))


def test_a_receiver_that_has_gone_for_good_is_not_tried_again() -> None:
    assert find_next_try(tries=1, at=AT, heard=Heard(410, "answered 410"), spread=MIDDLE) is None


@pytest.mark.parametrize("status", [429, 502, 504])
def test_a_receiver_under_strain_is_left_alone_twice_as_long(status: int) -> None:
    assert find_next_try(tries=2, at=AT, heard=Heard(status, "no"), spread=MIDDLE) == AT + timedelta(minutes=10)


def test_the_receivers_wish_is_respected_up_to_a_day() -> None:
    heard = Heard(503, "no", read_retry_after({"retry-after": "900"}))
    assert find_next_try(tries=1, at=AT, heard=heard, spread=MIDDLE) == AT + timedelta(minutes=15)
    greedy = Heard(503, "no", read_retry_after({"retry-after": "9999999"}))
    assert find_next_try(tries=1, at=AT, heard=greedy, spread=MIDDLE) == AT + timedelta(days=1)
    assert read_retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None


def test_an_independent_reader_of_the_standard_takes_our_signature_and_refuses_another_body() -> None:
    secret, now = bytes(range(32)), datetime.now(UTC)
    body = '{"type":"invoice.paid","data":{"name":"Zoë"}}'.encode()
    headers = sign(body, message_id="msg_1", sent_at=now, secrets=[secret])
    judge = Webhook(compose_secret(secret))
    assert judge.verify(body, dict(headers)) == {"type": "invoice.paid", "data": {"name": "Zoë"}}
    with pytest.raises(Exception, match="No matching signature"):
        judge.verify(body.replace(b"paid", b"open"), dict(headers))


def test_while_a_secret_is_replaced_both_prove_the_message() -> None:
    former, new = b"f" * 32, b"n" * 32
    headers = sign(b"{}", message_id="msg_1", sent_at=datetime.now(UTC), secrets=[new, former])
    for secret in (former, new):
        assert Webhook(compose_secret(secret)).verify(b"{}", dict(headers)) == {}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/hooks", "must begin with https"),
        ("ftp://shop.example", "must be an address such as"),
        ("shop.example/hooks", "must be an address such as"),
        ("https://", "must be an address such as"),
        ("https://user:secret@shop.example", "must not carry a name"),
        ("https://shop.example/#part", "must not carry a #fragment"),
        ("https://shop.example:99999", "is no address"),
        ("https://localhost/x", "private network"),
        ("https://billing.internal/x", "private network"),
        ("https://intranet/x", "private network"),
        ("https://127.0.0.1/x", "private network"),
        ("https://10.1.2.3/x", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("https://[::1]/x", "private network"),
        ("https://[::ffff:10.0.0.1]/x", "private network"),
        ("https://[fd00::1]/x", "private network"),
        ("https://shop.example/" + "x" * 500, "is longer than"),
    ],
)
def test_an_address_that_leads_inside_or_is_none_is_refused(url: str, reason: str) -> None:
    with pytest.raises(WebhookAddressRefused, match=reason) as refused:
        check_address(url, may_be_private=False)
    assert "secret" not in refused.value.message


def test_a_public_address_is_taken_and_on_ones_own_machine_any() -> None:
    assert check_address(" https://shop.example/hooks ", may_be_private=False) == "https://shop.example/hooks"
    assert check_address("http://127.0.0.1:8000/x", may_be_private=True) == "http://127.0.0.1:8000/x"


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::1"], ["2002:7f00:1::"], ["224.0.0.1"]]
)
def test_a_name_that_leads_inside_by_any_of_its_addresses_is_not_called(found: list[str]) -> None:
    with pytest.raises(WebhookAddressRefused, match="private network"):
        choose_address(found, url="https://shop.example", may_be_private=False)


def test_a_name_that_leads_nowhere_is_not_called() -> None:
    with pytest.raises(WebhookAddressRefused, match="leads nowhere"):
        choose_address([], url="https://shop.example", may_be_private=False)


def test_a_message_that_waits_is_not_sent_again_by_hand() -> None:
    with pytest.raises(WrongWebhookState):
        apply_message_event("waiting", event="replay", message="msg_1")
    assert apply_message_event("waiting", event="hurry") == "waiting"
    assert {apply_message_event(status, event="replay") for status in MESSAGE_STATUSES if status != "waiting"} == {
        "waiting"
    }


def test_what_is_not_known_can_not_be_heard_of() -> None:
    with pytest.raises(WebhookTypeUnknown, match=r"invoice\.lost"):
        read_event_types(["invoice.paid", "invoice.lost"])
    assert read_event_types(["invoice.paid", "bill_run.posted", "invoice.paid"]) == ["bill_run.posted", "invoice.paid"]


def test_nothing_chosen_means_everything() -> None:
    assert hears([], event_type="invoice.paid")
    assert hears(["invoice.paid"], event_type="invoice.paid")
    assert not hears(["invoice.paid"], event_type="invoice.posted")


def test_a_credit_note_is_posted_under_its_own_name_and_is_never_paid() -> None:
    assert find_event_type("document", event="post", kind="credit_note") == "credit_note.posted"
    assert find_event_type("document", event="settle", kind="credit_note") is None
    assert find_event_type("document", event="draft", kind="invoice") is None


def test_every_public_name_can_happen_and_every_state_of_a_subscription_has_one() -> None:
    kinds = {
        "document": ("invoice", "credit_note", "debit_note"),
        "payment_attempt": ("payment",),
        "method_request": ("payment_method",),
    }
    reached = {
        find_event_type(topic, event=event, kind=kind) for topic, event in PUBLIC for kind in kinds.get(topic, (topic,))
    }
    assert reached - {None} == set(EVENT_TYPES)
    unfinished = {"draft", "awaiting_start"}
    assert {
        status for status in SUBSCRIPTION_STATUSES if ("subscription", f"become_{status}") not in PUBLIC
    } == unfinished


@pytest.mark.parametrize(
    ("event_type", "values", "about"),
    [
        ("invoice.paid", {"id": 7, "number": "INV-000017", "account": "C-4"}, "INV-000017 of C-4"),
        ("payment.received", {"id": 12, "account": "C-4"}, "payment 12 of C-4"),
        (
            "payment.failed",
            {"id": 31, "description": "Invoice INV-000017", "account": "C-4"},
            "Invoice INV-000017 of C-4",
        ),
        ("subscription.changed", {"id": 3, "external_id": "S-3", "account": "C-4"}, "S-3 of C-4"),
        ("bill_run.posted", {"id": 1, "number": "BR-000001"}, "BR-000001"),
        (
            "payment_method.needed",
            {"id": 5, "method_label": "Visa •••• 4242", "account": "C-4"},
            "Visa •••• 4242 of C-4",
        ),
        ("webhook.test", {"asked_by": "Dora"}, ""),
    ],
)
def test_a_message_names_what_it_is_about(event_type: str, values: dict[str, object], about: str) -> None:
    assert name_object(event_type, values=values) == about
