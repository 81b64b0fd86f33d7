"""Staff users and API keys by command, and acting as somebody."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone

from tallystick.access.queries import get_actor_by_key, get_staff_user
from tests.support.command_line import CommandLine


def test_a_staff_user_is_made_with_a_password_from_standard_input(
    tallystick: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    made = tallystick.do("staff", "create", "Ann@Example.com", "--role", "finance", "--name", "Ann Example", "--json")
    assert made.json == {"email": "ann@example.com", "role": "finance"}
    assert get_staff_user("ann@example.com").check_password("correct horse battery")
    tallystick.do("staff", "role", "ann@example.com", "clerk")
    assert tallystick.do("staff", "list", "--json").json == [{"email": "ann@example.com", "role": "clerk"}]
    assert "Ann Example" in tallystick.do("staff", "list").out


def test_a_weak_password_is_refused_and_nobody_is_made(
    tallystick: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("password\n"))
    assert "[password_too_weak]" in tallystick("staff", "create", "ann@example.com", "--role", "clerk").err
    assert tallystick.do("staff", "list", "--json").json == []


def test_whoever_acts_as_a_staff_user_may_what_their_role_may(tallystick: CommandLine) -> None:
    tallystick.do("staff", "create", "vic@example.com", "--role", "viewer", "--no-password")
    refused = tallystick("--as", "vic@example.com", "staff", "list")
    assert refused.status == 1 and "vic@example.com may not" in refused.err and "[forbidden]" in refused.err
    assert tallystick("--as", "vic@example.com", "bill-run", "list", "--json").json == []


def test_the_environment_names_whoever_acts(tallystick: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    tallystick.do("staff", "create", "vic@example.com", "--role", "viewer", "--no-password")
    monkeypatch.setenv("TALLYSTICK_USER", "vic@example.com")
    assert tallystick("clock", "--at", "2026-03-01").status == 1


def test_a_key_is_shown_once_works_and_is_revoked(tallystick: CommandLine) -> None:
    issued = tallystick.do(
        "api-key", "issue", "reports", "--scope", "records.read", "--scope", "rollups.read", "--json"
    )
    key = issued.json["key"]
    assert get_actor_by_key(key, at=timezone.now()).permissions == {"records.read", "rollups.read"}
    listed = tallystick.do("api-key", "list", "--json")
    assert key not in listed.out and listed.json[0]["prefix"] == key[:15]
    tallystick.do("api-key", "revoke", str(issued.json["id"]))
    assert tallystick.do("api-key", "list", "--json").json[0]["revoked_at"] is not None


def test_only_the_key_itself_stands_on_standard_output(tallystick: CommandLine) -> None:
    issued = tallystick.do("api-key", "issue", "reports", "--scope", "records.read")
    assert issued.out.startswith("tally_live_") and len(issued.out.split()) == 1
    assert "shown this once" in issued.err
