"""Bundles of the catalog, and what of a subscription is on which installed item."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tallystick.subscriptions.core.action_kinds import AMEND_BUNDLE, CHANGE_DISTRIBUTION
from tallystick.subscriptions.core.actions import Placement
from tests.support.action_company import act, build_story, get_service
from tests.support.api import make_caller

pytestmark = pytest.mark.django_db

MOVIES = {"component": "movies", "currency": "EUR", "unit_price": "6.20"}


@pytest.mark.rule("CRM-53")
def test_a_bundle_has_the_components_that_were_put_last() -> None:
    build_story()
    caller = make_caller("catalog.write", "records.read")
    assert caller.get("/services/basic/components").json() == {"bundle": "basic", "components": []}
    sports = {"component": "sports", "currency": "EUR", "interval_months": 12, "unit_price": "0"}
    answer = caller.send("PUT", "/services/basic/components", {"components": [MOVIES, sports]})
    assert answer.status_code == 200, answer.content
    assert answer.json()["components"] == [{**MOVIES, "interval_months": 1, "unit_price": "6.2"}, sports]
    caller.send("PUT", "/services/basic/components", {"components": [sports]})
    assert caller.get("/services/basic/components").json()["components"] == [sports]
    caller.send("PUT", "/services/basic/components", {"components": []})
    assert caller.get("/services/basic/components").json()["components"] == []


def test_a_component_that_can_not_be_is_refused_in_its_place() -> None:
    build_story()
    caller = make_caller("catalog.write", "records.read")
    answer = caller.send(
        "PUT", "/services/basic/components", {"components": [MOVIES, {**MOVIES, "component": "basic"}]}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "catalog_invalid")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/components/1/component"]
    assert caller.get("/services/nothing/components").status_code == 404


@pytest.mark.rule("CRM-53")
def test_a_subscription_tells_its_components_and_what_is_on_which_item() -> None:
    account = build_story()
    make_caller("catalog.write").send("PUT", "/services/basic/components", {"components": [MOVIES]})
    act(account, AMEND_BUNDLE, about=("basic",), components=("movies",))
    basic = get_service(account, "basic")
    act(account, CHANGE_DISTRIBUTION, placements=(Placement(basic.pk, "SN-4", Decimal(1)),))
    told = make_caller("records.read").get(f"/subscriptions/{basic.subscription_id}").json()
    bundles = {each["service"]: each["bundle_id"] for each in told["services"] if each["status"] != "ended"}
    assert (bundles["basic"], bundles["movies"]) == (None, get_service(account, "basic").pk)
    (item,) = told["installed_items"]
    assert (item["name"], item["installed_on"], item["removed_on"]) == ("SN-4", "2026-03-11", None)
    assert item["placements"] == [
        {
            "service_id": get_service(account, "basic").pk,
            "service": "basic",
            "quantity": "1",
            "from_on": "2026-03-11",
            "until_on": None,
        }
    ]
