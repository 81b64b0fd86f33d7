"""Webhooks at the command line: added, tested against a real receiver, listed, replayed, switched and removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from standardwebhooks import Webhook

from tests.support.command_line import CommandLine
from tests.support.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    with receiving() as receiver:
        yield receiver


def test_a_webhook_is_added_and_its_test_proves_the_secret(tallystick: CommandLine, receiver: Receiver) -> None:
    added = tallystick.do("webhook", "add", receiver.url, "--event", "invoice.paid", "--json").json
    assert tallystick.do("webhook", "test", str(added["id"])).out.startswith("Taken: answered 204")
    request = receiver.requests[0]
    assert Webhook(added["secret"]).verify(request.body, dict(request.headers))["type"] == "webhook.test"
    listed = tallystick.do("webhook", "list", "--json")
    assert added["secret"] not in listed.out and listed.json[0]["event_types"] == ["invoice.paid"]


def test_a_test_that_is_not_taken_fails_and_says_why(tallystick: CommandLine, receiver: Receiver) -> None:
    endpoint_id = str(tallystick.do("webhook", "add", receiver.url, "--json").json["id"])
    receiver.status = 403
    told = tallystick("webhook", "test", endpoint_id)
    assert (told.status, told.out) == (1, "Not taken: answered 403; only 2xx means taken.\n")
    assert tallystick.do("webhook", "messages", endpoint_id, "--json").json[0]["status"] == "waiting"


def test_what_was_told_is_sent_again(tallystick: CommandLine, receiver: Receiver) -> None:
    endpoint_id = str(tallystick.do("webhook", "add", receiver.url, "--json").json["id"])
    tallystick.do("webhook", "test", endpoint_id)
    told = tallystick.do("webhook", "replay", endpoint_id, "--since", "2026-01-01T00:00:00Z", "--delivered").out
    assert told == "1 message is sent again.\n"
    message = tallystick.do("webhook", "messages", endpoint_id, "--json").json[0]
    assert message["status"] == "waiting"
    told = tallystick.do("webhook", "replay", endpoint_id, "--message", message["message_id"]).out
    assert told == "1 message that waited is sent now.\n"
    none = tallystick.do("webhook", "replay", endpoint_id, "--since", "2026-01-01", "--until", "2026-01-02", "--json")
    assert none.json == {"count": 0, "sent_again": 0, "hurried": 0}
    other = tallystick("webhook", "replay", "77", "--message", message["message_id"])
    assert f"was told endpoint {endpoint_id}" in other.err


def test_a_wrong_address_or_event_is_refused_by_name(tallystick: CommandLine) -> None:
    assert "must begin with https://" in tallystick("webhook", "add", "http://shop.example").err
    refused = tallystick("webhook", "add", "https://shop.example", "--event", "invoice.lost").err
    assert "There is no event type 'invoice.lost'" in refused
    assert tallystick.do("webhook", "list", "--json").json == []


def test_a_webhook_is_switched_off_and_removed(tallystick: CommandLine, receiver: Receiver) -> None:
    endpoint_id = str(tallystick.do("webhook", "add", receiver.url, "--json").json["id"])
    assert tallystick.do("webhook", "switch", endpoint_id, "--off", "--reason", "moving").out.endswith("is off.\n")
    assert tallystick.do("webhook", "list", "--json").json[0]["disabled_because"] == "moving"
    assert "[webhook_endpoint_off]" in tallystick("webhook", "test", endpoint_id).err
    tallystick.do("webhook", "remove", endpoint_id)
    assert "[webhook_endpoint_unknown]" in tallystick("webhook", "messages", endpoint_id).err
