"""Writes that may be sent again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import encode_multipart

from tallystick.access.models import ApiKey
from tallystick.interfaces.api.repetition import compute_fingerprint
from tallystick.plumbing.models import IdempotentCall
from tests.support.api import make_caller

pytestmark = pytest.mark.django_db

NEW_KEY = {"name": "export", "scopes": ["records.read"]}


@pytest.mark.parametrize("malformed", ["", "a" * 256, '""', "tab\there"])
def test_a_malformed_key_is_refused(malformed: str) -> None:
    response = make_caller().post("/api-keys", NEW_KEY, key=malformed)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_malformed")
    assert ApiKey.objects.count() == 1


def test_the_answer_that_shows_a_key_is_not_remembered() -> None:
    caller = make_caller()
    text = caller.post("/api-keys", NEW_KEY, key="k").json()["key"]
    assert not IdempotentCall.objects.exists()
    assert caller.post("/api-keys", NEW_KEY, key="k").json()["key"] != text


def test_a_repeated_write_is_answered_from_memory_and_says_so() -> None:
    caller = make_caller()
    key_id = caller.post("/api-keys", NEW_KEY).json()["id"]
    first = caller.post(f"/api-keys/{key_id}/revoke", key="k")
    again = caller.post(f"/api-keys/{key_id}/revoke", key='"k"')
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert again["X-Request-Id"] != first["X-Request-Id"]


def test_a_key_with_another_payload_is_refused() -> None:
    caller = make_caller()
    first, second = (caller.post("/api-keys", NEW_KEY).json()["id"] for _ in range(2))
    caller.post(f"/api-keys/{first}/revoke", key="k")
    response = caller.post(f"/api-keys/{second}/revoke", key="k")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert ApiKey.objects.get(pk=second).revoked_at is None


def test_a_refusal_that_stays_is_remembered_and_one_of_the_input_is_not() -> None:
    caller = make_caller()
    caller.post("/api-keys/987654/revoke", key="k1")
    assert caller.post("/api-keys/987654/revoke", key="k1")["Idempotent-Replayed"] == "true"
    caller.post("/api-keys", {"name": ""}, key="k2")
    assert caller.post("/api-keys", NEW_KEY, key="k2").status_code == 201


def test_the_same_form_sent_again_is_the_same_call_though_its_boundary_differs() -> None:
    def fingerprint(content: bytes, *, boundary: str) -> str:
        form = {"kind": "accounts", "file": SimpleUploadedFile("a.csv", content)}
        body = encode_multipart(boundary, form)
        kind = f"multipart/form-data; boundary={boundary}"
        return compute_fingerprint(RequestFactory().generic("POST", "/api/v1/imports", body, content_type=kind))

    assert fingerprint(b"a,b", boundary="one") == fingerprint(b"a,b", boundary="two")
    assert fingerprint(b"a,b", boundary="one") != fingerprint(b"a,c", boundary="one")
