"""The OpenAPI document itself."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from typing import Any, Final

from django.test import Client
from ninja import Schema

from tallystick.interfaces.api.application import api
from tallystick.plumbing.permissions import PERMISSIONS

DOCUMENT: Final[dict[str, Any]] = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS: Final = [
    (method, path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
OPEN_TO_ALL: Final = {"list_problem_kinds", "get_problem_kind"}


def test_the_document_and_its_pages_are_open_to_all() -> None:
    document = Client().get("/api/v1/openapi.json")
    assert (document.status_code, document.json()["openapi"]) == (200, "3.1.0")
    assert Client().get("/api/v1/docs").status_code == 200


def test_every_operation_is_told_in_words_and_says_which_permission_it_needs() -> None:
    for _, path, operation in OPERATIONS:
        assert operation.get("description"), path
        if operation["operationId"] in OPEN_TO_ALL | {"get_caller"}:
            continue
        (permission,) = operation["security"][0]["ApiKey"]
        assert permission in PERMISSIONS
        assert f"Needs `{permission}`." in operation["description"]


def test_every_write_takes_an_idempotency_key_and_those_that_move_money_or_numbers_need_one() -> None:
    needed = set()
    for method, _, operation in OPERATIONS:
        keys = [each for each in operation["parameters"] if each["name"] == "Idempotency-Key"]
        assert len(keys) == (method != "get")
        needed |= {operation["operationId"] for each in keys if each["required"]}
    assert needed == {
        "create_bill_run",
        "post_bill_run",
        "cancel_bill_run",
        "drop_bill_run_account",
        "regenerate_bill_run_account",
        "create_correction",
        "post_drafted_correction",
        "reject_invoice",
        "reverse_invoice",
        "void_invoice",
        "cancel_bill",
        "create_bill_run_schedule",
        "resume_bill_run_schedule",
        "delete_bill_run",
        "create_payment_run",
        "cancel_payment_run",
        "delete_payment_run",
        "create_payment_run_schedule",
        "retry_payment_run_items",
        "close_payment_run_items",
        "record_account_payment",
        "record_invoice_payment",
        "release_payment_attempt",
        "create_deactivation_run",
        "resume_subscription_service",
        "act_on_subscription",
        "create_refund",
        "subscribe_account",
        "set_seats",
    }


def test_every_body_has_an_example() -> None:
    for _, path, operation in OPERATIONS:
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json":
                name = content["schema"]["$ref"].rsplit("/", 1)[-1]
                assert DOCUMENT["components"]["schemas"][name]["examples"], path


def test_errors_are_problems_everywhere() -> None:
    for _, path, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], path


def test_no_two_shapes_share_a_name_in_the_document() -> None:
    shapes = {
        shape
        for name, module in list(sys.modules.items())
        if name.startswith("tallystick.interfaces.api")
        for shape in vars(module).values()
        if inspect.isclass(shape) and issubclass(shape, Schema) and shape.__module__.startswith("tallystick")
    }
    names = Counter(shape.__name__ for shape in shapes)
    assert [name for name, times in names.items() if times > 1] == []
