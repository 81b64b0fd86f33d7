"""Files that are sent to be imported."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.support.api import Answer, ApiCaller, make_caller
from tests.support.builders import build_seller

pytestmark = pytest.mark.django_db

HEADER = "external_id,name,country,email\n"
SOUND = HEADER + "A-1,Bakery Jansen,NL,ap@bakery.example\nA-2,Smederij Smit,NL,smit@smederij.example\n"
WRONG = HEADER + "A-1,Bakery Jansen,Holland,ap@bakery.example\nA-2,,NL,smit@smederij.example\n"


@pytest.fixture
def caller() -> ApiCaller:
    build_seller()
    return make_caller("imports.run", "accounts.write", "records.read")


def send(caller: ApiCaller, content: str | bytes, *, key: str | None = "new", **fields: str) -> Answer:
    data = content.encode() if isinstance(content, str) else content
    return caller.upload("/imports", {"kind": "accounts", "file": SimpleUploadedFile("a.csv", data), **fields}, key=key)


def count_accounts(caller: ApiCaller) -> int:
    return len(caller.get("/accounts").json()["data"])


def test_a_sound_file_is_written_and_importing_it_again_changes_nothing(caller: ApiCaller) -> None:
    first = send(caller, SOUND)
    assert first.status_code == 201, first.content
    assert (first.json()["created"], first.json()["file"], first.json()["seller"]) == (2, "a.csv", "acme")
    assert send(caller, SOUND).json()["unchanged"] == 2
    assert count_accounts(caller) == 2


def test_where_rows_are_wrong_all_are_named_and_nothing_is_written(caller: ApiCaller) -> None:
    response = send(caller, WRONG)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "import_rejected")
    assert problem["detail"] == "2 rows of a.csv are wrong, and nothing was written; `errors` names them."
    assert [error["detail"].split(": ")[0:2] for error in problem["errors"]] == [
        ["a.csv:2", "country"],
        ["a.csv:3", "name"],
    ]
    assert {error["pointer"] for error in problem["errors"]} == {"#/file"}
    assert count_accounts(caller) == 0


def test_wrong_rows_can_be_left_out(caller: ApiCaller) -> None:
    response = send(caller, HEADER + "A-1,Bakery,NL,a@b.example\nA-2,,NL,a@b.example\n", skip_invalid="true")
    assert response.status_code == 201, response.content
    assert (response.json()["created"], response.json()["skipped"], len(response.json()["errors"])) == (1, 1, 1)


@pytest.mark.parametrize("garbage", [b"", b"\x00\xff" * 5_000_000, b"a,b,c\n1,2,3\n", b"[{"])
def test_garbage_is_refused_in_plain_words(caller: ApiCaller, garbage: bytes) -> None:
    response = send(caller, garbage)
    assert response.status_code == 422, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"].startswith("import_")
    assert count_accounts(caller) == 0


def test_a_file_that_is_too_large_is_refused_unread(caller: ApiCaller, settings: Settings) -> None:
    settings.IMPORT_MAX_BYTES = 100
    assert send(caller, SOUND).json()["code"] == "body_too_large"


def test_an_import_sent_again_happens_once(caller: ApiCaller) -> None:
    first = send(caller, SOUND, key="k")
    again = send(caller, SOUND, key="k")
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert send(caller, WRONG, key="k").json()["code"] == "idempotency_key_reused"


def test_a_form_that_lacks_its_parts_names_them(caller: ApiCaller) -> None:
    problem = caller.upload("/imports", {"kind": "people"}).json()
    assert {error["pointer"] for error in problem["errors"]} == {"#/kind", "#/file"}


def test_json_in_place_of_a_form_is_refused(caller: ApiCaller) -> None:
    response = caller.post("/imports", {"kind": "accounts"})
    assert (response.status_code, response.json()["code"]) == (415, "media_type_not_taken")


def test_thousands_of_mistakes_are_told_by_kind(caller: ApiCaller) -> None:
    rows = "".join(f"A-{number},Bakery,Land {number},a@b.example\n" for number in range(1_500))
    told = [error["detail"] for error in send(caller, HEADER + rows).json()["errors"]]
    assert told == [
        "a.csv:2: country: must be a two-letter country code, but is 'Land 0' (and 1,499 more like it)",
        "a.csv has 1,500 errors; these are the first of their kinds",
    ]
