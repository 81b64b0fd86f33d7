"""Who may do what, in one table, and that every entrance to the house says so in the same words.

Each capability is tried by each role through each interface that offers it: through the API by a key whose scopes are
what the role may, at the command line and in the console by a staff user of that role. Who may not is told `forbidden`,
with the same sentence everywhere; who may gets any other answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.errors import Refusal
from tallystick.interfaces.api.application import api
from tallystick.interfaces.cli.commands import build_application
from tallystick.interfaces.console.reads.run_page import write_question
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.plumbing.permissions import PERMISSIONS
from tests.support.api import ApiCaller
from tests.support.billed_company import build_billed_company
from tests.support.builders import AT, MARCH

pytestmark = pytest.mark.django_db

NAME: Final = "Robin Lee"
LOGIN: Final = "robin@acme.example"

TABLE: Final = """
    capability                  permission             viewer  clerk  finance  admin
    look at accounts            records.read           yes     yes    yes      yes
    look at bill runs           records.read           yes     yes    yes      yes
    look at invoices            records.read           yes     yes    yes      yes
    look at payment runs        records.read           yes     yes    yes      yes
    check the books             ledger.check           yes     yes    yes      yes
    open an account             accounts.write         no      yes    yes      yes
    change an account           accounts.write         no      yes    yes      yes
    assign a manager            accounts.write         no      yes    yes      yes
    set a contact               accounts.write         no      yes    yes      yes
    forget a contact            accounts.write         no      yes    yes      yes
    save a payment method       payment_methods.write  no      yes    yes      yes
    agree a subscription        subscriptions.write    no      yes    yes      yes
    cancel a subscription       subscriptions.write    no      yes    yes      yes
    discount a subscription     subscriptions.write    no      yes    yes      yes
    end its discount            subscriptions.write    no      yes    yes      yes
    discount an account         accounts.write         no      yes    yes      yes
    end an account's discount   accounts.write         no      yes    yes      yes
    import a file               imports.run            no      yes    yes      yes
    draft a bill run            bill_runs.create       no      yes    yes      yes
    change a draft line         bill_runs.edit         no      yes    yes      yes
    drop an account             bill_runs.edit         no      yes    yes      yes
    draft an account again      bill_runs.edit         no      yes    yes      yes
    cancel a bill run           bill_runs.edit         no      yes    yes      yes
    deliver a run               deliveries.send        no      yes    yes      yes
    send an e-mail again        deliveries.send        no      yes    yes      yes
    record a bounce             deliveries.send        no      yes    yes      yes
    make a print batch          deliveries.send        no      yes    yes      yes
    post a bill run             bill_runs.post         no      no     yes      yes
    start a payment run         payment_runs.create    no      no     yes      yes
    cancel a payment run        payment_runs.create    no      no     yes      yes
    close failed payments       payment_runs.create    no      no     yes      yes
    charge again                payments.collect       no      no     yes      yes
    add a service               catalog.write          no      no     no       yes
    add a plan                  catalog.write          no      no     no       yes
    add a price                 catalog.write          no      no     no       yes
    end a price                 catalog.write          no      no     no       yes
    make a monthly price        catalog.write          no      no     no       yes
    set the list price rule     catalog.write          no      no     no       yes
    issue an API key            access.admin           no      no     no       yes
    revoke an API key           access.admin           no      no     no       yes
"""


class ApiCall(NamedTuple):
    """A call of the API. The path is filled in with ids of the company."""

    method: str
    path: str
    body: object = None


class ConsolePage(NamedTuple):
    """A page of the console, or, with a form, a button on one. Both are filled in with ids of the company."""

    path: str
    form: Mapping[str, str] | None = None


class Ways(NamedTuple):
    """How a capability is used, by interface; an interface that does not offer it has no way."""

    api: ApiCall
    cli: Sequence[str] | None = None
    console: ConsolePage | None = None


WAYS: Final[Mapping[str, Ways]] = {
    "look at accounts": Ways(ApiCall("GET", "/accounts"), console=ConsolePage("accounts/")),
    "look at bill runs": Ways(
        ApiCall("GET", "/bill-runs"), cli=("bill-run", "list"), console=ConsolePage("bill-runs/")
    ),
    "look at invoices": Ways(
        ApiCall("GET", "/invoices/{invoice_id}"),
        cli=("invoice", "show", "{invoice_number}"),
        console=ConsolePage("invoices/{invoice_id}/"),
    ),
    "look at payment runs": Ways(
        ApiCall("GET", "/payment-runs"), cli=("payment-run", "list"), console=ConsolePage("payment-runs/")
    ),
    "check the books": Ways(ApiCall("GET", "/check"), cli=("check",), console=ConsolePage("check/")),
    "open an account": Ways(
        ApiCall("POST", "/accounts", {"external_id": "N-1", "name": "New", "email": "n@n.example"}),
        console=ConsolePage("accounts/new/", {"external_id": "N-1", "name": "New", "email": "n@n.example"}),
    ),
    "change an account": Ways(
        ApiCall("PATCH", "/accounts/{account_id}", {"city": "Utrecht"}),
        console=ConsolePage("accounts/{account_id}/change/", {"city": "Utrecht"}),
    ),
    "assign a manager": Ways(
        ApiCall("PUT", "/accounts/{account_id}/manager", {"email": None}),
        console=ConsolePage("accounts/{account_id}/manager/", {"email": ""}),
    ),
    "set a contact": Ways(
        ApiCall("PUT", "/accounts/{account_id}/contacts/{role}", {"name": "Jo"}),
        console=ConsolePage("accounts/{account_id}/contacts/{role}/", {"name": "Jo"}),
    ),
    "forget a contact": Ways(
        ApiCall("DELETE", "/accounts/{account_id}/contacts/{role}"),
        console=ConsolePage("accounts/{account_id}/contacts/{role}/", {"forget": "1"}),
    ),
    "save a payment method": Ways(
        ApiCall("POST", "/accounts/{account_id}/payment-methods", {"gateway": "sandbox", "number": "4242424242424242"}),
        console=ConsolePage("accounts/{account_id}/methods/", {"number": "4242424242424242"}),
    ),
    "agree a subscription": Ways(
        ApiCall(
            "POST",
            "/subscriptions",
            {
                "account": "A-3",
                "external_id": "S-3",
                "plan": "basic",
                "starts_on": "2026-03-01",
                "services": [{"service": "seat"}],
            },
        ),
        console=ConsolePage("accounts/{account_id}/agree/?plan=basic", {"external_id": "S-3", "seat-taken": "on"}),
    ),
    "cancel a subscription": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/cancel", {"ends_on": "2026-12-31", "reason": "moved"}),
        console=ConsolePage("subscriptions/{subscription_id}/cancel/", {"ends_on": "2026-12-31", "reason": "moved"}),
    ),
    "discount a subscription": Ways(
        ApiCall(
            "POST",
            "/subscriptions/{subscription_id}/discounts",
            {"kind": "amount", "value": "6", "reason": "agreed"},
        ),
        console=ConsolePage(
            "subscriptions/{subscription_id}/discounts/new/",
            {"kind": "amount", "value": "6", "label": "Bundle", "reason": "agreed"},
        ),
    ),
    "end its discount": Ways(
        ApiCall("POST", "/subscription-discounts/{no_id}/end", {"until_on": "2027-01-01"}),
        console=ConsolePage("subscription-discounts/{no_id}/end/", {"until_on": "2027-01-01"}),
    ),
    "discount an account": Ways(
        ApiCall("POST", "/accounts/{account_id}/discounts", {"percent": "5", "reason": "partner"}),
        console=ConsolePage(
            "accounts/{account_id}/discounts/new/", {"percent": "5", "label": "Partner", "reason": "partner"}
        ),
    ),
    "end an account's discount": Ways(
        ApiCall("POST", "/account-discounts/{no_id}/end", {"until_on": "2027-01-01"}),
        console=ConsolePage("account-discounts/{no_id}/end/", {"until_on": "2027-01-01"}),
    ),
    "import a file": Ways(
        ApiCall("POST", "/imports"),
        cli=("import", "accounts", "{file}"),
        console=ConsolePage("imports/", {"kind": "accounts"}),
    ),
    "draft a bill run": Ways(
        ApiCall("POST", "/bill-runs", {"target_on": "2026-04-01"}),
        cli=("bill-run", "create", "--target", "2026-04-01", "--no-wait"),
        console=ConsolePage("bill-runs/new/", {"seller": "{seller_id}", "target_on": "2026-04-01"}),
    ),
    "change a draft line": Ways(
        ApiCall("PATCH", "/invoices/{draft_id}/lines/{position}", {"net_minor": 900, "reason": "agreed by phone"}),
        console=ConsolePage("invoices/{draft_id}/lines/1/", {"amount": "9.00", "reason": "agreed by phone"}),
    ),
    "drop an account": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/accounts/{other_account_id}/drop", {"reason": "disputed"}),
        console=ConsolePage("bill-runs/{run_id}/drop/", {"account": "{other_account_id}", "reason": "disputed"}),
    ),
    "draft an account again": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/accounts/{other_account_id}/regenerate"),
        console=ConsolePage("bill-runs/{run_id}/regenerate/", {"account": "{other_account_id}"}),
    ),
    "cancel a bill run": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/cancel", {"reason": "wrong date"}),
        cli=("bill-run", "cancel", "{run_number}", "--reason", "wrong date", "--yes", "--no-wait"),
        console=ConsolePage("bill-runs/{run_id}/cancel/", {"reason": "wrong date"}),
    ),
    "deliver a run": Ways(
        ApiCall("POST", "/deliveries", {"run_id": "{posted_run_id}"}),
        cli=("deliver", "{posted_run_number}", "--no-wait"),
        console=ConsolePage("bill-runs/{posted_run_id}/deliver/", {"way": "email"}),
    ),
    "send an e-mail again": Ways(
        ApiCall("POST", "/deliveries/{no_id}/retry", {}), console=ConsolePage("deliveries/{no_id}/retry/", {})
    ),
    "record a bounce": Ways(
        ApiCall("POST", "/deliveries/{no_id}/bounce", {"reason": "550 unknown"}),
        console=ConsolePage("deliveries/{no_id}/bounce/", {"reason": "550 unknown"}),
    ),
    "make a print batch": Ways(
        ApiCall("POST", "/print-batches", {}), console=ConsolePage("print-batches/make/", {"seller": "acme"})
    ),
    "post a bill run": Ways(
        ApiCall("POST", "/bill-runs/{run_id}/post"),
        cli=("bill-run", "post", "{run_number}", "--yes", "--no-wait"),
        console=ConsolePage("bill-runs/{run_id}/post/", {"asked": "{question}"}),
    ),
    "start a payment run": Ways(
        ApiCall("POST", "/payment-runs", {"target_on": "2026-03-01"}),
        cli=("payment-run", "create", "--no-wait"),
        console=ConsolePage("payment-runs/new/", {"seller": "{seller_id}", "target_on": "2026-03-01"}),
    ),
    "cancel a payment run": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/cancel", {"reason": "by hand"}),
        cli=("payment-run", "cancel", "{payment_run_number}", "--reason", "by hand"),
        console=ConsolePage("payment-runs/{payment_run_id}/cancel/", {"reason": "by hand"}),
    ),
    "close failed payments": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/close", {"item_ids": [1], "note": "pays by transfer"}),
        console=ConsolePage("payment-runs/{payment_run_id}/close/", {"item": "1", "note": "pays by transfer"}),
    ),
    "charge again": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/retry", {}),
        cli=("payment-run", "retry", "{payment_run_number}", "--yes", "--no-wait"),
        console=ConsolePage("payment-runs/{payment_run_id}/retry/", {}),
    ),
    "add a service": Ways(
        ApiCall("POST", "/services", {"code": "desk", "name": "Desk"}),
        console=ConsolePage("services/new/", {"code": "desk", "name": "Desk"}),
    ),
    "add a plan": Ways(
        ApiCall("POST", "/plans", {"code": "gold", "name": "Gold"}),
        console=ConsolePage("plans/new/", {"code": "gold", "name": "Gold"}),
    ),
    "add a price": Ways(
        ApiCall(
            "POST", "/prices", {"service": "seat", "currency": "USD", "unit_price": "9", "valid_from": "2026-01-01"}
        ),
        console=ConsolePage("services/{service_id}/prices/new/", {"currency": "USD", "unit_price": "9"}),
    ),
    "end a price": Ways(
        ApiCall("POST", "/prices/{price_id}/end", {"valid_until": "2027-01-01"}),
        console=ConsolePage("prices/{price_id}/end/", {"valid_until": "2027-01-01"}),
    ),
    "make a monthly price": Ways(
        ApiCall("POST", "/prices/{price_id}/monthly"), console=ConsolePage("prices/{price_id}/monthly/", {})
    ),
    "set the list price rule": Ways(
        ApiCall("PUT", "/sellers/{seller_code}/list-price-rule", {"markup_percent": "15", "step": "1"}),
        console=ConsolePage("list-price-rule/", {"seller": "{seller_id}", "markup_percent": "15", "step": "1"}),
    ),
    "issue an API key": Ways(
        ApiCall("POST", "/api-keys", {"name": "export", "scopes": ["records.read"]}),
        cli=("api-key", "issue", "export", "--scope", "records.read"),
        console=ConsolePage("api-keys/issue/", {"name": "export", "scopes": "records.read"}),
    ),
    "revoke an API key": Ways(
        ApiCall("POST", "/api-keys/{key_id}/revoke"),
        cli=("api-key", "revoke", "{key_id}"),
        console=ConsolePage("api-keys/{key_id}/revoke/", {}),
    ),
}


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
    with transaction.atomic():
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
    file = tmp_path / "accounts.csv"
    file.write_text("external_id,name,email\nN-1,New,n@n.example\n")
    return {
        "seller_id": company.seller.pk,
        "seller_code": company.seller.code,
        "question": write_question(get_run_progress(company.run.pk)),
        "account_id": company.account.pk,
        "other_account_id": company.other_account.pk,
        "subscription_id": company.subscription.pk,
        "price_id": company.price.pk,
        "service_id": company.price.service_id,
        "invoice_id": company.invoice.pk,
        "invoice_number": company.invoice.number,
        "draft_id": company.draft.pk,
        "run_id": company.run.pk,
        "run_number": company.run.number,
        "posted_run_id": company.posted_run.pk,
        "posted_run_number": company.posted_run.number,
        "payment_run_id": payment_run.pk,
        "payment_run_number": payment_run.number,
        "key_id": key.pk,
        "no_id": 987654321,
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
    assert [capability for capability, _, _ in list_rows()] == list(WAYS)


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
