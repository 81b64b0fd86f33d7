"""Accounts and subscriptions by the API: what is kept, what is refused and how it is pointed at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import ApiCaller, make_caller
from tests.support.billed_company import BilledCompany, build_billed_company

pytestmark = pytest.mark.django_db

NEW = {"external_id": "N-1", "name": "Bakery Jansen", "country": "NL", "email": "ap@bakery.example"}


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def caller(company: BilledCompany) -> ApiCaller:
    return make_caller()


def pointers(problem: dict[str, Any]) -> set[str]:
    return {error.get("pointer", error.get("parameter")) for error in problem["errors"]}


def test_an_account_takes_the_sellers_currency_unless_it_names_one(caller: ApiCaller) -> None:
    assert caller.post("/accounts", NEW).json()["currency"] == "EUR"
    other = caller.post("/accounts", {**NEW, "external_id": "N-2", "currency": "USD"})
    assert other.json()["currency"] == "USD"


def test_everything_wrong_with_an_account_is_told_at_once(caller: ApiCaller) -> None:
    response = caller.post("/accounts", {**NEW, "country": "ZZ", "email": "nobody", "vat_number": "NL1"})
    assert (response.status_code, response.json()["code"]) == (422, "account_invalid")
    assert pointers(response.json()) == {"#/country", "#/email", "#/vat_number"}


def test_an_account_that_is_there_already_is_a_conflict(caller: ApiCaller) -> None:
    response = caller.post("/accounts", {**NEW, "external_id": "A-1"})
    assert (response.status_code, response.json()["code"]) == (409, "account_exists")


def test_a_change_keeps_what_it_does_not_name_and_makes_a_new_version_of_the_profile(
    caller: ApiCaller, company: BilledCompany
) -> None:
    path = f"/accounts/{company.account.pk}"
    before = caller.get(path).json()
    after = caller.patch(path, {"street": "Oudegracht 7", "net_terms_days": None}).json()
    assert after["profile"]["street"] == "Oudegracht 7"
    assert after["profile"]["version"] == before["profile"]["version"] + 1
    assert {**after, "profile": None} == {**before, "profile": None}


def test_a_field_that_can_not_be_changed_is_refused_and_not_ignored(caller: ApiCaller, company: BilledCompany) -> None:
    response = caller.patch(f"/accounts/{company.account.pk}", {"currency": "USD"})
    assert (response.status_code, pointers(response.json())) == (422, {"#/currency"})


def test_the_balance_is_that_of_the_ledger(caller: ApiCaller, company: BilledCompany) -> None:
    balance = caller.get(f"/accounts/{company.account.pk}/balance").json()
    assert balance == {
        "currency": "EUR",
        "receivable_minor": 121_00,
        "unbilled_minor": 0,
        "customer_credit_minor": 0,
        "balance_minor": -121_00,
    }


def test_accounts_are_filtered(caller: ApiCaller) -> None:
    assert [each["external_id"] for each in caller.get("/accounts", external_id="A-2").json()["data"]] == ["A-2"]
    assert caller.get("/accounts", billing_mode="self_serve").json()["data"] == []
    assert caller.get("/accounts", seller="nobody").json()["code"] == "seller_unknown"


def test_a_contact_is_set_refused_and_forgotten(caller: ApiCaller, company: BilledCompany) -> None:
    path = f"/accounts/{company.account.pk}/contacts/billing"
    assert caller.send("PUT", path, {"name": "Jo", "email": "jo@b.example"}).json()["email"] == "jo@b.example"
    assert pointers(caller.send("PUT", path, {"name": "Jo", "email": "jo"}).json()) == {"#/email"}
    assert caller.send("DELETE", path).status_code == 204
    assert caller.get(f"/accounts/{company.account.pk}/contacts").json() == []


def test_the_service_at_fault_in_a_subscription_is_pointed_at(caller: ApiCaller) -> None:
    body = {
        "account": "A-3",
        "external_id": "S-3",
        "plan": "basic",
        "starts_on": "2026-03-01",
        "services": [{"service": "seat"}, {"service": "yacht", "quantity": "2"}],
    }
    response = caller.post("/subscriptions", body)
    assert (response.status_code, response.json()["code"]) == (422, "subscription_invalid")
    assert pointers(response.json()) == {"#/services/1/service"}


def test_an_unknown_plan_and_a_negative_quantity_are_refused(caller: ApiCaller) -> None:
    body = {"account": "A-3", "external_id": "S-3", "plan": "gold", "starts_on": "2026-03-01"}
    response = caller.post("/subscriptions", {**body, "services": [{"service": "seat"}]})
    assert "#/plan" in pointers(response.json())
    response = caller.post("/subscriptions", {**body, "services": [{"service": "seat", "quantity": "-1"}]})
    assert pointers(response.json()) == {"#/services/0/quantity"}


def test_a_subscription_that_ends_before_it_starts_is_refused(caller: ApiCaller, company: BilledCompany) -> None:
    path = f"/subscriptions/{company.subscription.pk}/cancel"
    response = caller.post(path, {"ends_on": "2026-02-01", "reason": "never wanted"})
    assert (response.status_code, response.json()["code"]) == (422, "end_not_possible")
    assert pointers(response.json()) == {"#/ends_on"}
