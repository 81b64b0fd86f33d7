"""Differences with a gateway by command line and API."""

from __future__ import annotations

import pytest

from tallystick.plumbing import clock
from tests.support.api import make_caller
from tests.support.builders import AT, build_seller
from tests.support.command_line import CommandLine
from tests.support.differences import charge_behind_our_back
from tests.support.payers import AMOUNT, build_payer


@pytest.fixture
def ref(fresh_database: object) -> str:
    clock.set_clock(AT)
    return charge_behind_our_back(build_payer(build_seller(), "4242424242424242")).ref


def test_an_operator_compares_lists_and_explains(tallystick: CommandLine, ref: str) -> None:
    ran = tallystick("reconciliation", "run")
    assert (ran.status, ran.out) == (1, "sandbox (test) of acme: 1 payment compared, 1 difference\n")
    assert ref in tallystick.do("reconciliation", "list").out
    (row,) = tallystick.do("reconciliation", "list", "--json").json
    assert (row["kind"], row["gateway_ref"], row["their_minor"], row["our_status"]) == ("unknown_here", ref, AMOUNT, "")
    told = tallystick.do("reconciliation", "settle", str(row["id"]), "--explanation", "the web shop").out
    assert told == f"Difference {row['id']} is explained: the web shop.\n"
    assert tallystick.do("reconciliation", "list", "--json").json == []
    assert len(tallystick.do("reconciliation", "list", "--all", "--json").json) == 1


def test_a_program_compares_lists_and_explains(ref: str) -> None:
    caller = make_caller()
    (done,) = caller.post("/reconciliations").json()
    assert (done["is_complete"], done["listed"], done["differences"]) == (True, 1, 1)
    (row,) = caller.get("/reconciliation-findings", is_open="true").json()["data"]
    assert (row["kind"], row["gateway_ref"], row["settled_at"]) == ("unknown_here", ref, None)
    settled = caller.post(f"/reconciliation-findings/{row['id']}/settle", {"explanation": "the web shop"})
    assert (settled.status_code, settled.json()["settled_as"]) == (200, "the web shop")
    assert caller.get("/reconciliation-findings", is_open="true").json()["data"] == []
    again = caller.post(f"/reconciliation-findings/{row['id']}/settle", {"explanation": "once more"})
    assert again.json()["code"] == "finding_settled"
