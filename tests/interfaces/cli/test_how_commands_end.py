"""Exit 0 done, 1 refused with the refusal's code, 2 wrong use; the answer on standard output, all else beside it."""

from __future__ import annotations

import pytest

from tallystick.interfaces.cli.main import find_command
from tests.support.command_line import CommandLine, run_process
from tests.support.servers import PrivateServer


def test_done_is_0(tallystick: CommandLine) -> None:
    answer = tallystick("clock", "--at", "2026-03-01T09:30", "--json")
    assert (answer.status, answer.json) == (0, {"now": "2026-03-01T09:30:00+00:00"})


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("bill-run", "show", "BR-000009"), "not_found"),
        (("bill-run", "create", "--target", "2026-02-30"), "seller_not_named"),
        (("clock", "--at", "yesterday"), "invalid_input"),
        (("clock", "--at", "2026-03-01", "--real"), "invalid_input"),
        (("staff", "create", "ann", "--role", "clerk", "--no-password"), "email_not_valid"),
        (("staff", "role", "ann@example.com", "clerk"), "staff_user_unknown"),
        (("--as", "nobody@example.com", "bill-run", "list"), "staff_user_unknown"),
        (("import", "seller", "nowhere.json"), "import_file_missing"),
        (("api-key", "issue", "reports", "--scope", "everything"), "scope_unknown"),
    ],
)
def test_refused_is_1_and_the_code_stands_in_brackets(
    tallystick: CommandLine, arguments: tuple[str, ...], code: str
) -> None:
    answer = tallystick(*arguments)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("Refused") and answer.err.rstrip().endswith(f"[{code}]")


@pytest.mark.parametrize(
    "arguments",
    [
        ("bill-run", "create"),
        ("bill-run", "create", "--target", "2026-03-01", "--chunk-size", "0"),
        ("bill-run", "fly"),
        ("fly",),
        ("check", "--loudly"),
        ("clock", "--advance-to"),
    ],
)
def test_wrong_use_is_2(tallystick: CommandLine, arguments: tuple[str, ...]) -> None:
    answer = tallystick(*arguments)
    assert (answer.status, answer.out) == (2, "")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], ""),
        (["--help"], ""),
        (["demo", "--json"], "demo"),
        (["--as", "demo", "check"], "check"),
        (["--demo", "rollup", "gap"], "rollup"),
        (["--as"], ""),
    ],
)
def test_the_command_is_the_first_word_that_is_no_option(arguments: list[str], command: str) -> None:
    assert find_command(arguments) == command


def test_a_database_without_tables_says_what_to_do(private_server: PrivateServer) -> None:
    ended = run_process("staff", "list", environment=private_server.environment)
    assert ended.returncode == 1
    assert ended.stderr.rstrip().endswith("Run: tallystick init [database_not_ready]")
    assert run_process("init", environment=private_server.environment).returncode == 0
    assert run_process("staff", "list", "--json", environment=private_server.environment).stdout == "[]\n"


def test_a_server_that_is_not_there_is_told_in_words(private_server: PrivateServer) -> None:
    environment = {**private_server.environment, "TALLYSTICK_DATABASE_URL": "postgresql:///x?host=/nowhere"}
    ended = run_process("check", environment=environment)
    assert ended.returncode == 1
    assert ended.stderr.rstrip().endswith("[database_does_not_answer]")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("port", ["0", "99999"])
def test_a_port_that_there_is_not_is_refused_by_its_name(tallystick: CommandLine, port: str) -> None:
    answer = tallystick("serve", "--port", port)
    assert (answer.status, "--port" in answer.err, "Traceback" in answer.err) == (2, True, False)


def test_the_check_counts_what_it_proves_and_names_the_numbers(tallystick: CommandLine) -> None:
    answer = tallystick.do("check")
    assert answer.out.count("ok  ") == 8 and answer.out.endswith("8 invariants (1 to 7, 9) hold on every row.\n")
    assert tallystick.do("check", "--json").json == {"is_ok": True, "check": "ok", "breaches": []}


def test_the_help_for_issuing_a_key_names_the_scopes(tallystick: CommandLine) -> None:
    told = "".join(tallystick.do("api-key", "issue", "--help").out.split())
    assert all(scope in told.replace("│", "") for scope in ("records.read", "payment_runs.create", "clock.set"))
