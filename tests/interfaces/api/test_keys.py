"""Calling with a key: who is it, may they, and what is told when not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tallystick.access.models import ApiKey
from tallystick.access.operations.issue_api_key import issue_api_key
from tallystick.access.queries import make_operator_actor
from tests.support.api import ApiCaller, make_caller

pytestmark = pytest.mark.django_db


def test_a_caller_learns_who_it_is_and_what_it_may() -> None:
    answer = make_caller("records.read").get("/caller").json()
    assert (answer["kind"], answer["label"], answer["permissions"]) == ("api_key", "test caller", ["records.read"])


@pytest.mark.parametrize("key", [None, "", "tally_live_nonsense", "é", "x" * 5000])
def test_without_a_key_of_ours_nothing_is_told(key: str | None) -> None:
    response = ApiCaller(key).get("/caller")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="tallystick"'
    assert response.json()["code"] == "key_not_accepted"


def test_an_expired_and_a_revoked_key_are_told_apart() -> None:
    admin = make_caller()
    now = timezone.now()
    expired = issue_api_key(
        "old",
        scopes=["records.read"],
        at=now - timedelta(2),
        expires_at=now - timedelta(1),
        actor=make_operator_actor("t"),
    )
    assert ApiCaller(expired.text).get("/caller").json()["code"] == "key_expired"
    revoked = make_caller("records.read")
    key_id = revoked.get("/caller").json()["id"]
    assert admin.post(f"/api-keys/{key_id}/revoke").status_code == 200
    assert revoked.get("/caller").json()["code"] == "key_revoked"


def test_use_of_a_key_is_noted() -> None:
    caller = make_caller("records.read")
    caller.get("/caller")
    assert ApiKey.objects.get().last_used_at is not None


def test_a_key_is_issued_shown_once_and_works() -> None:
    admin = make_caller()
    issued = admin.post("/api-keys", {"name": "export", "scopes": ["rollups.read", "records.read"]})
    assert issued.status_code == 201
    body = issued.json()
    assert body["scopes"] == ["records.read", "rollups.read"]
    assert ApiCaller(body["key"]).get("/caller").json()["label"] == "export"
    assert "key" not in admin.get(f"/api-keys/{body['id']}").json()
    assert issued["Cache-Control"] == "no-store"


def test_a_key_with_too_few_scopes_is_refused_before_its_input_is_looked_at() -> None:
    response = make_caller("records.read").post("/api-keys", b"not even JSON")
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"
    assert "access.admin" in response.json()["detail"]


def test_a_key_can_not_issue_a_stronger_one() -> None:
    response = make_caller("access.admin").post("/api-keys", {"name": "more", "scopes": ["bill_runs.post"]})
    assert (response.status_code, response.json()["code"]) == (403, "scope_beyond_issuer")
    assert response.json()["errors"][0]["pointer"] == "#/scopes"
