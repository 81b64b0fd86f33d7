"""The listing of rules and their tests: the tests name rules that exist, and the listing finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rules import find_tests_by_rule, list_rules, main, read_book

BOOK = """\
- ZUO-1 [must] Bill runs can be scheduled. [found: docs] Ad hoc or daily.
- ZUO-2 [found: docs] Target date decides WHAT. Two dates,
  [must] each with a meaning.

| From | To |
|---|---|
| past_due | active [must] |
| CRM-38 [must] | Become effective | first period |
| C-1 | docs say this; code says that | we say this |
"""

TESTS = """\
import pytest
pytestmark = pytest.mark.rule("UNI-1")

def test_a(): ...

@pytest.mark.rule("ZUO-1", "ZUO-2")
def test_b(): ...

class TestC:
    pytestmark = [pytest.mark.rule("CRM-38")]

    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.rule("C-1"))])
    def test_d(self, x): ...
"""


def test_every_rule_that_a_test_names_exists() -> None:
    assert set(find_tests_by_rule()) - {rule.id for rule in list_rules()} == set()


def test_the_book_is_read_from_lists_and_tables() -> None:
    rules = {rule.id: (rule.is_must, rule.title) for rule in read_book(BOOK)}
    assert rules == {
        "ZUO-1": (True, "Bill runs can be scheduled"),
        "ZUO-2": (True, "Target date decides WHAT. Two dates, each with a meaning"),
        "CRM-38": (True, "Become effective"),
        "C-1": (False, "docs say this; code says that"),
    }


def test_marks_are_found_on_tests_classes_and_modules(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(TESTS)
    a, b, d = "tests/test_x.py::test_a", "tests/test_x.py::test_b", "tests/test_x.py::TestC::test_d"
    assert find_tests_by_rule(tmp_path / "tests") == {
        "UNI-1": [a, b, d], "ZUO-1": [b], "ZUO-2": [b], "CRM-38": [d], "C-1": [d],
    }  # fmt: skip


def test_the_listing_says_what_is_missing_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    required = {rule.id for rule in list_rules() if rule.is_must and rule.family == "BIL"}
    missing = required - set(find_tests_by_rule())
    status = main(["--missing", "BIL"])
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("BIL-")}
    assert (listed, status) == (missing, 1 if missing else 0)


def test_a_family_that_does_not_exist_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--missing", "XYZ"])
    assert ended.value.code == 2
