"""Writes that call a gateway, sent again: no transaction is open meanwhile, and they happen once all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, connections

from tallystick.interfaces.api.application import api
from tallystick.interfaces.api.repetition import CALLING_OUT
from tallystick.payments.core.answers import Mandate, MandateToImport
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import PaymentMethod
from tests.support.api import Answer, ApiCaller, make_caller
from tests.support.builders import build_account, build_seller
from tests.support.databases import FreshDatabase

CARD = {"gateway": "sandbox", "number": "4242424242424242"}


def watch_gateway(monkeypatch: pytest.MonkeyPatch, watch: Callable[[], None]) -> None:
    """Call `watch` whenever the sandbox is given mandates, as if it took its time for that."""
    real = SandboxGateway.import_mandates

    def import_mandates(gateway: SandboxGateway, wanted: Sequence[MandateToImport]) -> Sequence[Mandate]:
        watch()
        return real(gateway, wanted)

    monkeypatch.setattr(SandboxGateway, "import_mandates", import_mandates)


@pytest.mark.django_db
def test_no_transaction_is_open_while_a_gateway_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    account = build_account(build_seller())
    blocks: list[list[object]] = []
    watch_gateway(
        monkeypatch,
        lambda: blocks.append(
            [each for each in connection.atomic_blocks if not getattr(each, "_from_testcase", False)]
        ),
    )
    caller = make_caller()
    first = caller.post(f"/accounts/{account.pk}/payment-methods", CARD, key="k")
    again = caller.post(f"/accounts/{account.pk}/payment-methods", CARD, key="k")
    assert blocks == [[]]
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert again.json() == first.json()


def test_while_a_gateway_is_called_the_same_call_is_told_to_wait(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = build_account(build_seller())
    caller = make_caller()
    called, go_on = threading.Event(), threading.Event()
    answers: list[Answer] = []

    def wait() -> None:
        called.set()
        go_on.wait(30)

    def send(caller: ApiCaller) -> Answer:
        return caller.post(f"/accounts/{account.pk}/payment-methods", CARD, key="k")

    def send_slow_call() -> None:
        answers.append(send(ApiCaller(caller.key)))
        connections.close_all()

    watch_gateway(monkeypatch, wait)
    slow = threading.Thread(target=send_slow_call)
    slow.start()
    called.wait(30)
    refused = send(caller)
    go_on.set()
    slow.join()
    assert (refused.status_code, refused.json()["code"], refused.json()["can_retry"]) == (
        409,
        "idempotent_call_running",
        True,
    )
    assert [answer.status_code for answer in answers] == [201]
    assert send(caller)["Idempotent-Replayed"] == "true"
    assert PaymentMethod.objects.count() == 1


@pytest.mark.django_db
def test_a_call_that_died_after_the_gateway_answered_is_finished_by_the_next_with_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = build_account(build_seller())
    caller = make_caller()
    with monkeypatch.context() as patched:
        patched.setattr("tallystick.payments.operations.store_methods._save", lambda *_: 1 / 0)
        assert caller.post(f"/accounts/{account.pk}/payment-methods", CARD, key="k").status_code == 500
    assert caller.post(f"/accounts/{account.pk}/payment-methods", CARD, key="k").status_code == 201
    assert PaymentMethod.objects.count() == 1


def test_every_address_that_calls_a_gateway_is_one() -> None:
    operations = {
        operation["operationId"] for path in api.get_openapi_schema()["paths"].values() for operation in path.values()
    }
    assert operations >= CALLING_OUT
