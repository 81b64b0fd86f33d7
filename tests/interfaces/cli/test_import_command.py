"""Importing by command: every error with its place, nothing written unless asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.interfaces.importing.demo_company import FOLDER
from tests.support.command_line import CommandLine

HEADER = "external_id,name,city,country,billing_mode,delivery\n"


@pytest.fixture
def seller(tallystick: CommandLine) -> CommandLine:
    """A seller without accounts."""
    tallystick.do("import", "seller", str(FOLDER / "seller.json"))
    return tallystick


def test_importing_twice_changes_nothing(seller: CommandLine) -> None:
    first = seller.do("import", "catalog", str(FOLDER / "catalog.csv"), "--json").json
    again = seller.do("import", "catalog", str(FOLDER / "catalog.csv"), "--json").json
    assert (first["created"], again["created"], again["updated"], again["unchanged"]) == (39, 0, 0, 39)


def test_each_error_says_where_it_is_and_nothing_is_written(seller: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(
        HEADER
        + "A-1,Good,Utrecht,NL,managed,print\nA-2,,Utrecht,NL,managed,print\nA-3,Bad,Utrecht,Holland,offline,print\n"
    )
    answer = seller("import", "accounts", str(path))
    assert (answer.status, answer.out) == (1, "")
    places = [line.split(": ")[:2] for line in answer.err.splitlines() if line.startswith("accounts.csv:")]
    assert ["accounts.csv:3", "name"] in places and ["accounts.csv:4", "billing_mode"] in places
    assert not any(file == "accounts.csv:2" for file, _ in places)
    assert "nothing was written" in answer.err and answer.err.rstrip().endswith("[import_invalid]")
    assert seller("invoice", "list", "--account", "A-1").status == 1


def test_good_rows_are_written_where_one_says_so(seller: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(HEADER + "A-1,Good,Utrecht,NL,managed,print\nA-2,,Utrecht,NL,managed,print\n")
    report = seller.do("import", "accounts", str(path), "--skip-invalid", "--json").json
    assert (report["created"], report["skipped"], report["is_written"]) == (1, 1, True)
    assert report["errors"][0]["line"] == 3


def test_thousands_of_mistakes_are_told_by_kind_and_all_in_a_file(seller: CommandLine, tmp_path: Path) -> None:
    path, problems = tmp_path / "accounts.csv", tmp_path / "problems.csv"
    rows = (f"A-{number},Name {number},Utrecht,Land {number},managed,print\n" for number in range(500))
    path.write_text(HEADER + "".join(rows) + "lorem\n" * 4_500 + "A-1,,Utrecht,NL,managed,print\n")
    told = seller("import", "accounts", str(path)).err.splitlines()
    assert [line for line in told if line.startswith("accounts.csv:")][:4] == [
        "accounts.csv:2: country: must be a two-letter country code, but is 'Land 0' (and 499 more like it)",
        "accounts.csv:502: row: has 1 cells, but the header has 6 (and 4,499 more like it)",
        "accounts.csv:5002: name: must not be empty",
        "accounts.csv:5002: external_id: 'A-1' is given twice, first in line 3",
    ]
    assert len(told) < 20
    assert "--problems FILE.csv" in " ".join(told)
    told = seller("import", "accounts", str(path), "--problems", str(problems)).err.splitlines()
    assert any(line.endswith("lists 5,002 errors, one a row.") for line in told)
    written = problems.read_text().splitlines()
    assert (len(written), written[0]) == (5_003, "file,line,field,reason")
    assert written[1] == "accounts.csv,2,country,\"must be a two-letter country code, but is 'Land 0'\""
