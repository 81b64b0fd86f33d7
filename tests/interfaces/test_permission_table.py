"""Who may do what, in one table, and that every entrance to the house says so in the same words.

Each capability is tried by each role through each interface that offers it: through the API by a key whose scopes are
what the role may, at the command line and in the console by a staff user of that role. Who may not is told `forbidden`,
with the same sentence everywhere; who may gets any other answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from tallystick.access.core.roles import ROLES, compute_permissions
from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.access.operations.issue_api_key import issue_api_key
from tallystick.access.queries import make_operator_actor
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.create_schedule import NewPaymentSchedule, create_schedule
from tallystick.collection.operations.pause_schedule import pause_schedule as pause_payment_schedule
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.delivery.operations.keep_webhook_endpoint import EndpointTerms, create_webhook_endpoint
from tallystick.delivery.operations.write_webhooks import send_test_event
from tallystick.errors import Refusal
from tallystick.interfaces.api.application import api
from tallystick.interfaces.cli.commands import build_application
from tallystick.interfaces.console.reads.run_page import write_question
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.schedule import DAILY, Recurrence
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.issue_correction import draft_correction
from tallystick.invoicing.operations.pause_schedule import pause_schedule
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.journeys.give_back import refund_payment
from tallystick.journeys.issue_link import issue_link
from tallystick.journeys.record_transfer import record_account_transfer
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.payments.queries import list_methods
from tallystick.payments.queries.gateways import find_gateway_account_id
from tallystick.plumbing.permissions import PERMISSIONS
from tests.support.api import ApiCaller
from tests.support.billed_company import build_billed_company
from tests.support.builders import AT, MARCH
from tests.support.capabilities import TABLE, WAYS
from tests.support.schedules import make_schedule
from tests.support.ways import Ways

pytestmark = pytest.mark.django_db

NAME: Final = "Robin Lee"
LOGIN: Final = "robin@acme.example"


class Answer(NamedTuple):
    """What an interface said: the code and sentence of a refusal, or nothing when it did as it was told."""

    code: str = ""
    sentence: str = ""


def ask_api(ways: Ways, *, role: str, names: Mapping[str, Any]) -> Answer:
    """Call by a key that may what the role may."""
    return call_api(ways, scopes=compute_permissions(role), names=names)


def call_api(ways: Ways, *, scopes: frozenset[str], names: Mapping[str, Any]) -> Answer:
    """Call by a key of these scopes."""
    issued = issue_api_key(NAME, scopes=scopes, at=timezone.now(), actor=make_operator_actor("the test"))
    call, caller = ways.api, ApiCaller(issued.text)
    if call.path == "/imports":
        file = SimpleUploadedFile("accounts.csv", names["file"].read_bytes())
        response = caller.upload(call.path, {"kind": "accounts", "file": file})
    else:
        response = caller.send(call.method, call.path.format(**names), fill(call.body, names))
    if response.status_code < 400:
        return Answer()
    problem = response.json()
    assert response.status_code == 403 or problem["code"] != "forbidden", problem
    return Answer(problem["code"], problem["detail"])


def ask_command_line(ways: Ways, *, role: str, names: Mapping[str, Any]) -> Answer:
    """Run the command as a staff user of the role."""
    assert ways.cli is not None
    create_staff_user(LOGIN, role=role, name=NAME, at=timezone.now(), actor=make_operator_actor("the test"))
    arguments = ["--as", LOGIN, *(argument.format(**names) for argument in ways.cli)]
    result = CliRunner().invoke(build_application(ways.cli[0]), arguments)
    if isinstance(result.exception, Refusal):
        return Answer(result.exception.code, result.exception.message)
    assert result.exit_code == 0, result.output
    return Answer()


def ask_console(ways: Ways, *, role: str, names: Mapping[str, Any]) -> Answer:
    """Open the page or press the button as a staff user of the role, who is told in words, not in codes."""
    assert ways.console is not None
    user = create_staff_user(LOGIN, role=role, name=NAME, at=timezone.now(), actor=make_operator_actor("the test"))
    browser = Client()
    browser.force_login(user)
    address = "/console/" + ways.console.path.format(**names)
    if ways.console.form is None:
        response = browser.get(address)
    else:
        response = browser.post(address, {name: text.format(**names) for name, text in ways.console.form.items()})
    told = [str(message) for message in get_messages(response.wsgi_request)]
    if "html" in response["Content-Type"]:
        told.append(unescape(response.content.decode()))
    sentence = re.search(rf"{NAME} may not .*?the permission [a-z_]+\.[a-z_]+\.", " ".join(told))
    assert response.status_code < 500
    return Answer("forbidden", sentence[0]) if sentence else Answer()


INTERFACES: Final[Mapping[str, Callable[..., Answer]]] = {
    "api": ask_api,
    "cli": ask_command_line,
    "console": ask_console,
}


def fill(body: object, names: Mapping[str, Any]) -> object:
    """A body with the ids of the company: a text of one name in braces becomes what is named."""
    if isinstance(body, dict):
        return {key: fill(value, names) for key, value in body.items()}
    if isinstance(body, str) and body.startswith("{"):
        return names[body.strip("{}")]
    return body


def list_rows() -> Iterator[tuple[str, str, dict[str, bool]]]:
    """Capability, permission, and which role may, from the table."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    roles = head[2:]
    for words in lines:
        *capability, permission = words[: -len(roles)]
        yield (
            " ".join(capability),
            permission,
            dict(zip(roles, (word == "yes" for word in words[-len(roles) :]), strict=True)),
        )


@contextmanager
def undone() -> Iterator[None]:
    """Let what is tried leave nothing behind."""
    block = transaction.atomic()
    # As a test's own: what refuses to run in a transaction runs in this one.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def list_cases() -> list[Any]:
    """Every capability through every interface that offers it."""
    return [
        pytest.param(capability, interface, permission, may, id=f"{capability}-{interface}")
        for capability, permission, may in list_rows()
        for interface in INTERFACES
        if getattr(WAYS[capability], interface) is not None
    ]


@pytest.fixture
def names(tmp_path: Path) -> dict[str, Any]:
    company = build_billed_company()
    operator = make_operator_actor("the test")
    payment_run = start_payment_run(company.seller, target_on=MARCH, at=AT, actor=operator)
    key = issue_api_key("another", scopes=["records.read"], at=AT, actor=operator).key
    endpoint = create_webhook_endpoint(EndpointTerms("https://a.example"), at=AT, actor=operator).endpoint
    transfer = record_account_transfer(company.account.pk, amount_minor=5_00, reference="bank", at=AT, actor=operator)
    refund_id = refund_payment(
        transfer.payment_id, amount_minor=1_00, reason="agreed", iban="NL91ABNA0417164300", at=AT, actor=operator
    )
    method = NewMethod(company.account.pk, "4242424242424242")
    store_methods(company.seller, methods=[method], gateway_kind="sandbox", at=AT, actor=operator)
    colleague = create_staff_user("jo@acme.example", role="viewer", at=AT, actor=operator)
    ask = CorrectionAsk(lines={1: 10_00})
    note = draft_correction(company.invoice, kind="credit_note", ask=ask, reason="agreed", at=AT, actor=operator)
    rested = create_schedule(
        company.seller, new=NewPaymentSchedule("rested", Recurrence(DAILY, MARCH)), at=AT, actor=operator
    )
    pause_payment_schedule(rested, reason="holiday", at=AT, actor=operator)
    daily = create_schedule(
        company.seller,
        new=NewPaymentSchedule("mornings", Recurrence(DAILY, MARCH)),
        at=AT,
        actor=operator,
    )
    canceled_payment_run = cancel_payment_run(
        start_payment_run(company.seller, target_on=MARCH, at=AT, actor=operator), reason="a try", at=AT, actor=operator
    )
    waiting = daily.runs.get()
    schedule, paused = (
        make_schedule(company.seller, name=name, filters=RunFilters(anchor_days=(27,))) for name in ("one", "other")
    )
    pause_schedule(paused, reason="holiday", at=AT, actor=operator)
    canceled = start_bill_run(company.seller, target_on=MARCH, at=AT, actor=operator)
    cancel_bill_run(canceled, reason="a try", at=AT, actor=operator)
    file = tmp_path / "accounts.csv"
    file.write_text("external_id,name,email\nN-1,New,n@n.example\n")
    return {
        "seller_id": company.seller.pk,
        "gateway_id": find_gateway_account_id(company.seller.pk, kind="sandbox", mode="test"),
        "seller_code": company.seller.code,
        "schedule_id": schedule.pk,
        "schedule_name": schedule.name,
        "paused_schedule_id": paused.pk,
        "paused_schedule_name": paused.name,
        "canceled_run_id": canceled.pk,
        "canceled_run_number": canceled.number,
        "question": write_question(get_run_progress(company.run.pk)),
        "link_id": issue_link(
            company.account.pk, amount_minor=1, description="Ahead", at=timezone.now(), actor=operator
        ).pk,
        "account_id": company.account.pk,
        "other_account_id": company.other_account.pk,
        "subscription_id": company.subscription.pk,
        "price_id": company.price.pk,
        "service_id": company.price.service_id,
        "service_code": company.price.service.code,
        "invoice_id": company.invoice.pk,
        "invoice_number": company.invoice.number,
        "draft_id": company.draft.pk,
        "note_id": note.pk,
        "bill_id": company.invoice.bill_id,
        "reason_code": "mood",
        "run_id": company.run.pk,
        "run_number": company.run.number,
        "posted_run_id": company.posted_run.pk,
        "posted_run_number": company.posted_run.number,
        "paused_payment_schedule_id": rested.pk,
        "paused_payment_schedule_name": rested.name,
        "payment_schedule_id": daily.pk,
        "payment_schedule_name": daily.name,
        "waiting_payment_run_id": waiting.pk,
        "waiting_payment_run_number": waiting.number,
        "canceled_payment_run_id": canceled_payment_run.pk,
        "canceled_payment_run_number": canceled_payment_run.number,
        "payment_run_id": payment_run.pk,
        "payment_run_number": payment_run.number,
        "key_id": key.pk,
        "payment_id": transfer.payment_id,
        "refund_id": refund_id,
        "endpoint_id": endpoint.pk,
        "message_id": send_test_event(endpoint.pk, at=AT, actor=operator).message_id,
        "method_id": list_methods(company.account.pk)[0].pk,
        "colleague": colleague.username,
        "colleague_id": colleague.pk,
        "no_id": 987654321,
        "fee_code": "paper",
        "position": 1,
        "role": "admin",
        "file": file,
    }


@pytest.mark.parametrize(("capability", "interface", "permission", "may"), list_cases())
def test_every_interface_says_the_same_about_who_may(
    capability: str, interface: str, permission: str, may: dict[str, bool], names: dict[str, Any]
) -> None:
    allowed: dict[str, bool] = {}
    for role in ROLES:
        with undone():
            answer = INTERFACES[interface](WAYS[capability], role=role, names=names)
        allowed[role] = answer.code != "forbidden"
        if not allowed[role]:
            assert answer.sentence.startswith(f"{NAME} may not ")
            assert answer.sentence.endswith(f"An admin can grant the permission {permission}.")
    assert allowed == may


def test_one_scope_is_what_a_key_needs_and_nothing_else_replaces_it(names: dict[str, Any]) -> None:
    for capability, permission, _ in list_rows():
        with undone():
            only = call_api(WAYS[capability], scopes=frozenset({permission}), names=names)
        with undone():
            others = call_api(WAYS[capability], scopes=frozenset(PERMISSIONS) - {permission}, names=names)
        assert (capability, others.code) == (capability, "forbidden")
        # What an operation does by way of another may need more: a file of accounts writes accounts.
        assert only.code != "forbidden" or permission == "imports.run", capability


def test_the_table_says_what_the_roles_are_made_of() -> None:
    for capability, permission, may in list_rows():
        assert {role for role in ROLES if permission in compute_permissions(role)} == {
            role for role, allowed in may.items() if allowed
        }, capability


def test_every_capability_of_the_table_can_be_tried() -> None:
    assert sorted(capability for capability, _, _ in list_rows()) == sorted(WAYS)


def test_every_write_of_the_api_stands_in_the_table() -> None:
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    writes = {
        (method.upper(), shape(path.removeprefix("/api/v1")))
        for path, methods in document["paths"].items()
        for method in methods
        if method != "get"
    }
    assert writes == {(ways.api.method, shape(ways.api.path)) for ways in WAYS.values() if ways.api.method != "GET"}


def shape(path: str) -> str:
    """A path without the names of what stands in it."""
    return re.sub(r"{\w+}", "{}", path)


def test_every_capability_is_reached_from_the_console_too() -> None:
    assert [capability for capability, ways in WAYS.items() if ways.console is None] == []
