"""Fees by command: rules come and go one by one, and a definition has a name of its own."""

from __future__ import annotations

import pytest

from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import build_service
from tests.support.command_line import CommandLine


@pytest.fixture
def company(tallystick: CommandLine) -> BilledCompany:
    made = build_billed_company()
    build_service(made.seller, code="paper", kind="one_off")
    return made


def test_one_rule_goes_and_the_others_stay(tallystick: CommandLine, company: BilledCompany) -> None:
    for name, presentment in (("Paper bill", "post"), ("Mailing", "email")):
        told = tallystick.do("fee", "set", "paper", "--name", name, "--service", "paper", "--presentment", presentment)
    assert told.out == "paper has 2 rules, from the next run on.\n"
    gone = tallystick.do("fee", "remove", "paper", "--rule", "Mailing").out
    assert gone == "Mailing is gone from paper, which has 1 rule left; past bills keep it.\n"
    (definition,) = tallystick.do("fee", "list", "--json").json
    assert [rule["name"] for rule in definition["rules"]] == ["Paper bill"]
    assert "has no rule 'Mailing'; it has Paper bill." in tallystick("fee", "remove", "paper", "--rule", "Mailing").err
    assert "[last_rule]" in tallystick("fee", "remove", "paper", "--rule", "Paper bill").err


def test_a_definition_is_named(tallystick: CommandLine, company: BilledCompany) -> None:
    tallystick.do("fee", "set", "paper", "--name", "Paper bill", "--service", "paper")
    tallystick.do("fee", "name", "paper", "Paper and post")
    (definition,) = tallystick.do("fee", "list", "--json").json
    assert (definition["name"], len(definition["rules"])) == ("Paper and post", 1)
    assert "[fee_definition_unknown]" in tallystick("fee", "name", "tape", "Tape").err
