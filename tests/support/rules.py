"""Which test proves which business rule: `make rules`, or `python -m tests.support.rules`.

    python -m tests.support.rules                       every rule with its tests
    python -m tests.support.rules CRM ZUO               the rules of these families
    python -m tests.support.rules --missing CRM ZUO     their [must] rules that no test proves; exit status 1 if any
    python -m tests.support.rules --read RULES_FILE     write docs/rules/rules.csv anew from the book of rules

A test names the rules that it proves with `@pytest.mark.rule("ZUO-32", ...)`, on itself, its class or its module. The
marks are read from the source, so that nothing is imported or run.
"""

from __future__ import annotations

import argparse
import ast
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
RULES = CHECKOUT / "docs" / "rules" / "rules.csv"
LONGEST_TITLE = 110

_ID = re.compile(r"([A-Z]{1,3})-(\d+)")
_ENTRY = re.compile(rf"^(?:- |\| )({_ID.pattern})\b(.*)$")
_MARK = re.compile(r"\[[^\]]*\]|\b(?:TRAP|CONFLICT)\b")


@dataclass(frozen=True, slots=True)
class Rule:
    """A business rule: its id, whether it is required as written, and what it is about."""

    id: str
    is_must: bool
    title: str

    @property
    def family(self) -> str:
        """The practice it comes from: the letters of its id."""
        return self.id.split("-")[0]


def list_rules() -> list[Rule]:
    """All rules, in the order of the book."""
    with RULES.open(newline="") as file:
        return [Rule(row["id"], row["must"] == "yes", row["title"]) for row in csv.DictReader(file)]


def find_tests_by_rule(tests: Path = CHECKOUT / "tests") -> Mapping[str, list[str]]:
    """Rule id → the tests that name it, as `path::name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(path.read_text(), filename=str(path))
        place = path.relative_to(tests.parent).as_posix()
        for name, ids in _list_marks(tree, place):
            for rule_id in ids:
                found[rule_id].append(name)
    return found


def _list_marks(node: ast.AST, place: str, inherited: tuple[str, ...] = ()) -> Iterator[tuple[str, Sequence[str]]]:
    """Every test below this node with the ids it names itself or gets from its class or module."""
    body: list[ast.stmt] = getattr(node, "body", [])
    for statement in body:
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets
        ):
            inherited = (*inherited, *_read_ids(statement.value))
    for child in body:
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        ids = (*inherited, *(rule_id for decorator in child.decorator_list for rule_id in _read_ids(decorator)))
        if isinstance(child, ast.ClassDef):
            yield from _list_marks(child, f"{place}::{child.name}", ids)
        elif child.name.startswith("test_") and ids:
            yield f"{place}::{child.name}", list(dict.fromkeys(ids))


def _read_ids(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rule":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def read_book(text: str) -> list[Rule]:
    """The rules of the book: list items and table rows that begin with an id; `[must]` anywhere in one requires it."""
    paragraphs: dict[str, str] = {}
    current = ""
    for line in text.splitlines():
        entry = _ENTRY.match(line)
        if entry and entry[1] not in paragraphs:
            current = entry[1]
            paragraphs[current] = entry[4]
        elif current and line.startswith("  ") and line.strip():
            paragraphs[current] += " " + line.strip()
        else:
            current = ""
    return [Rule(rule_id, "[must]" in text, _shorten(text)) for rule_id, text in paragraphs.items()]


def _shorten(paragraph: str) -> str:
    cells = (" ".join(_MARK.sub("", cell).split()) for cell in paragraph.split(" |"))
    plain = next(cell for cell in cells if cell)  # of a table row, the first cell that says something
    sentence = re.split(r"(?<=[a-z)])\. ", plain, maxsplit=1)[0].rstrip(".:;")
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    return sentence[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:(") + " …"


def _write_rules(book: Path) -> None:
    with RULES.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "must", "title"])
        rows.writerows([rule.id, "yes" if rule.is_must else "no", rule.title] for rule in read_book(book.read_text()))


def _print_all(rules: Sequence[Rule], tests: Mapping[str, list[str]]) -> None:
    for rule in rules:
        print(f"{rule.id}{' [must]' if rule.is_must else ''}  {rule.title}")
        for name in tests.get(rule.id, []):
            print(f"    {name}")
    required = [rule for rule in rules if rule.is_must]
    proven = sum(rule.id in tests for rule in rules)
    proven_required = sum(rule.id in tests for rule in required)
    print(f"\n{proven} of {len(rules)} rules are proven by a test; of {len(required)} [must] rules, {proven_required}.")


def _print_missing(rules: Sequence[Rule], tests: Mapping[str, list[str]]) -> int:
    missing = [rule for rule in rules if rule.is_must and rule.id not in tests]
    for rule in missing:
        print(f"{rule.id}  {rule.title}")
    print(f"\n{len(missing)} [must] rules have no test.")
    return 1 if missing else 0


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="make rules", description="Which test proves which rule.")
    parser.add_argument("families", nargs="*", metavar="FAMILY", help="e.g. CRM ZUO; without any, all")
    parser.add_argument("--missing", action="store_true", help="[must] rules without a test; exit status 1 if any")
    parser.add_argument("--read", type=Path, metavar="FILE", help="write the list of rules anew from the book of rules")
    options = parser.parse_args(arguments)
    if options.read:
        _write_rules(options.read)
        return 0
    rules = list_rules()
    unknown = set(options.families) - {rule.family for rule in rules}
    if unknown:
        parser.error(f"no rule is of the family {', '.join(sorted(unknown))}")
    chosen = [rule for rule in rules if not options.families or rule.family in options.families]
    tests = find_tests_by_rule()
    if options.missing:
        return _print_missing(chosen, tests)
    _print_all(chosen, tests)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
