"""How many calls a minute."""

from __future__ import annotations

from typing import Any

import pytest

from tallystick.interfaces.api.allowance import Allowance
from tallystick.interfaces.api.application import api
from tests.support.api import ApiCaller, make_caller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute ends while calls are counted: it is 20 seconds past a full one."""
    monkeypatch.setattr("tallystick.interfaces.api.allowance.time.time", lambda: 60_020.0)


def test_a_key_is_told_what_is_left_and_when_to_go_on(settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 2
    caller, other = make_caller(), make_caller()
    left = [caller.get("/caller")["RateLimit"] for _ in range(2)]
    assert left == ['"default";r=1;t=40', '"default";r=0;t=40']
    refused = caller.get("/caller")
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert (refused["Retry-After"], refused["RateLimit-Policy"]) == ("40", '"default";q=2;w=60')
    assert (refused.json()["code"], refused.json()["can_retry"]) == ("too_many_calls", True)
    assert other.get("/caller").status_code == 200


def test_a_write_that_was_one_too_many_may_be_sent_again_with_its_key(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_CALLS_PER_MINUTE = 1
    caller = make_caller()
    body = {"code": "seat", "name": 7}
    assert caller.post("/services", body, key="k").status_code == 422
    assert caller.post("/services", body, key="k").status_code == 429
    monkeypatch.setattr("tallystick.interfaces.api.allowance.time.time", lambda: 60_060.0)
    assert caller.post("/services", body, key="k").status_code == 422


def test_wrong_keys_from_one_address_are_told_to_wait_and_good_ones_pass(settings: Any) -> None:
    settings.API_WRONG_KEYS_PER_MINUTE = 3
    wrong, good = ApiCaller("tally_live_guess"), make_caller()
    statuses = [wrong.get("/accounts").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    refused = wrong.get("/accounts")
    assert (refused["Retry-After"], refused.json()["code"]) == ("40", "too_many_wrong_keys")
    assert good.get("/accounts").status_code == 200


def test_without_a_limit_nothing_is_counted(settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = settings.API_WRONG_KEYS_PER_MINUTE = 0
    wrong = ApiCaller("tally_live_guess")
    assert {wrong.get("/accounts").status_code for _ in range(30)} == {401}
    assert "RateLimit" not in make_caller().get("/caller")


def test_with_a_new_minute_the_counts_of_the_old_one_are_forgotten() -> None:
    allowance = Allowance()
    assert [allowance.take("a", limit=1, at=at).left for at in (0.0, 59.9, 60.0)] == [0, -1, 0]
    assert list(allowance._counts) == ["a"]


def test_every_list_comes_in_pages_unless_it_can_not_grow() -> None:
    """Totals have a row a currency, contacts one a role, few people one account, and the kinds of problems are ours."""
    bounded = {"sum_billing_rollup", "sum_payments_rollup", "sum_gap"}
    bounded |= {
        "list_contacts",
        "list_customer_users",
        "list_problem_kinds",
        "list_webhook_event_types",
        "list_payment_disputes",
        "list_gateways",
    }
    schema = api.get_openapi_schema()
    lists = set()
    for path in schema["paths"].values():
        answer = path.get("get", {}).get("responses", {}).get(200, {}).get("content", {}).get("application/json")
        if answer and answer["schema"].get("type") == "array":
            lists.add(path["get"]["operationId"])
    assert lists == bounded
