"""Lists in pages."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from tests.support.api import ApiCaller, make_caller

pytestmark = pytest.mark.django_db


def add_keys(caller: ApiCaller, count: int) -> list[int]:
    body = {"name": "export", "scopes": ["records.read"]}
    return [caller.post("/api-keys", body, key=None).json()["id"] for _ in range(count)]


def test_pages_follow_each_other_to_the_last_and_miss_and_repeat_nothing() -> None:
    caller = make_caller()
    own = int(caller.get("/caller").json()["id"])
    ids = [own, *add_keys(caller, 6)]
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = caller.get("/api-keys", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [key["id"] for key in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids


def test_what_comes_in_between_two_pages_shifts_nothing() -> None:
    caller = make_caller()
    add_keys(caller, 3)
    first = caller.get("/api-keys", limit=2).json()
    new = add_keys(caller, 2)
    rest = caller.get("/api-keys", limit=100, cursor=first["next_cursor"]).json()
    ids = [key["id"] for key in first["data"] + rest["data"]]
    assert ids == sorted(set(ids))
    assert ids[-2:] == new


def test_a_list_that_just_fills_a_page_has_no_next_one() -> None:
    caller = make_caller()
    add_keys(caller, 1)
    assert caller.get("/api-keys", limit=2).json()["next_cursor"] is None


@pytest.mark.parametrize(
    "inside",
    [b"", b"[]", b'["invoices", 3]', b'["api-keys", "3"]', b'["api-keys", -1]', b'["api-keys", true]', b"\xff"],
)
def test_a_cursor_that_this_list_never_handed_out_is_refused(inside: bytes) -> None:
    response = make_caller().get("/api-keys", cursor=urlsafe_b64encode(inside).decode())
    assert (response.status_code, response.json()["code"]) == (422, "cursor_not_valid")
    assert response.json()["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize("cursor", ["é", "!!!!", "x" * 201])
def test_a_cursor_of_nonsense_is_refused(cursor: str) -> None:
    assert make_caller().get("/api-keys", cursor=cursor).status_code == 422
