"""Errors: one shape for all, and a table that knows every refusal."""

from __future__ import annotations

import inspect
import string
from collections import defaultdict
from typing import Any

import pytest
from django.test import Client

from tallystick.access.errors import KeyRevoked, ScopesMissing
from tallystick.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal
from tallystick.interfaces.api.middleware import LARGEST_BODY
from tallystick.interfaces.refusals import BY_CODE, Answer, get_answer, list_refusals
from tests.support.api import Answer as Response
from tests.support.api import ApiCaller, make_caller


def require_problem(response: Response, *, status: int, code: str) -> dict[str, Any]:
    """Assert that the answer is a problem in the one shape, and return it."""
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"/api/v1/problems/{code}"
    assert problem["request_id"] == response["X-Request-Id"]
    assert problem.keys() == {"type", "title", "status", "detail", "code", "errors", "can_retry", "request_id"}
    return problem


@pytest.mark.django_db
def test_every_wrong_field_of_a_body_is_named_by_a_pointer() -> None:
    response = make_caller().post("/api-keys", {"name": 7, "scopes": [], "expires_at": "tomorrow"})
    problem = require_problem(response, status=422, code="request_invalid")
    assert {error["pointer"] for error in problem["errors"]} == {"#/name", "#/scopes", "#/expires_at"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body", "fields"),
    [
        (
            "POST",
            "/accounts",
            {"external_id": "", "name": "A", "email": "nowhere", "country": "ZZ", "anchor_day": 32},
            {"external_id", "anchor_day", "email", "country"},
        ),
        ("POST", "/accounts", {"name": 7, "is_printed": True}, {"external_id", "name", "email", "city"}),
        (
            "POST",
            "/prices",
            {"service": "seat", "currency": "XYZ", "unit_price": 9.5, "valid_from": "2026-01-01"},
            {"unit_price", "currency"},
        ),
        (
            "POST",
            "/subscriptions",
            {"account": 1, "external_id": "S", "plan": "p", "starts_on": "2026-03-01", "ends_on": "2026-02-01"}
            | {"services": [{"service": "seat"}]},
            {"account", "ends_on"},
        ),
        ("PUT", "/tax-rates", {"country": "ZZ", "rate": 21, "valid_from": "2026-01-01"}, {"rate", "country"}),
        (
            "POST",
            "/sellers",
            {"code": "A B", "currency": "eur", "legal_name": "A", "country": "ZZ"},
            {"code", "currency", "country"},
        ),
    ],
)
def test_what_is_out_of_shape_and_what_breaks_a_rule_is_told_at_once(
    method: str, path: str, body: object, fields: set[str]
) -> None:
    problem = require_problem(make_caller().send(method, path, body), status=422, code="request_invalid")
    assert {error["pointer"].removeprefix("#/") for error in problem["errors"]} == fields


@pytest.mark.django_db
def test_nothing_is_told_because_of_what_stands_in_for_a_field_that_is_out_of_shape() -> None:
    body = {"service": "seat", "currency": "EUR", "unit_price": "9", "valid_from": "soon", "valid_until": "2020-01-01"}
    problem = require_problem(make_caller().post("/prices", body), status=422, code="request_invalid")
    assert [error["pointer"] for error in problem["errors"]] == ["#/valid_from"]


@pytest.mark.django_db
def test_a_wrong_parameter_is_named() -> None:
    problem = require_problem(make_caller().get("/api-keys", limit=101), status=422, code="request_invalid")
    assert [error["parameter"] for error in problem["errors"]] == ["limit"]


@pytest.mark.django_db
def test_a_body_that_is_not_json_is_told() -> None:
    require_problem(make_caller().post("/api-keys", b"{"), status=400, code="body_not_readable")


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_unread() -> None:
    require_problem(make_caller().post("/api-keys", b" " * (LARGEST_BODY + 1)), status=413, code="body_too_large")


@pytest.mark.django_db
def test_what_is_not_there_is_told() -> None:
    require_problem(make_caller().get("/api-keys/987654"), status=404, code="key_unknown")
    require_problem(make_caller().get("/no/such/thing"), status=404, code="address_unknown")


@pytest.mark.django_db
def test_a_method_that_an_address_does_not_know_is_told_with_those_it_does() -> None:
    response = make_caller().send("DELETE", "/api-keys")
    require_problem(response, status=405, code="method_not_allowed")
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.django_db
def test_a_mistake_of_ours_is_told_in_the_same_shape_without_its_details(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("tallystick.interfaces.api.resources.api_keys.list_keys", break_down)
    problem = require_problem(make_caller().get("/api-keys"), status=500, code="internal_error")
    assert problem["can_retry"] is True
    assert "secret" not in str(problem)


@pytest.mark.django_db
def test_the_id_of_a_request_is_the_callers_if_it_is_a_fit_one() -> None:
    headers = {"X-Request-Id": "order-77"}
    assert Client().get("/api/v1/problems", headers=headers)["X-Request-Id"] == "order-77"
    assert Client().get("/api/v1/problems", headers={"X-Request-Id": "a b\tc"})["X-Request-Id"] != "a b\tc"


def test_every_code_has_a_page_that_says_what_it_means() -> None:
    listed = ApiCaller(None).get("/problems").json()
    assert {kind["code"] for kind in listed} == {refusal.code for refusal in list_refusals()}
    page = ApiCaller(None).get("/problems/key_revoked").json()
    assert (page["title"], page["http_status"]) == ("Key revoked", 401)


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [
        (KeyRevoked, Answer(401)),
        (ScopesMissing, Answer(422, is_form_error=True)),
        (NotFound, Answer(404)),
        (Forbidden, Answer(403)),
        (InvalidInput, Answer(422, is_form_error=True)),
        (Conflict, Answer(409)),
        (Refusal, Answer(409)),
    ],
)
def test_a_refusal_is_answered_by_its_code_and_else_by_its_kind(refusal: type[Refusal], answer: Answer) -> None:
    assert get_answer(refusal) == answer


def test_the_table_names_no_code_that_nothing_raises() -> None:
    assert set(BY_CODE) <= {refusal.code for refusal in list_refusals()}


def test_refusals_that_share_a_code_are_answered_alike() -> None:
    answers = defaultdict(set)
    for refusal in list_refusals():
        answers[refusal.code].add(get_answer(refusal))
    assert {code: kinds for code, kinds in answers.items() if len(kinds) > 1} == {}


def test_every_refusal_has_a_message_and_a_code_that_reads_as_one_word() -> None:
    for refusal in list_refusals():
        assert inspect.cleandoc(refusal.__doc__ or ""), refusal
        assert set(refusal.code) <= set(string.ascii_lowercase + string.digits + "_"), refusal
