"""A run whose dates look like a slip is made, and the command says so beside its answer."""

from __future__ import annotations

import pytest

from tallystick.plumbing import clock
from tests.support.builders import AT, build_seller
from tests.support.command_line import CommandLine


@pytest.mark.usefixtures("fresh_database")
def test_unusual_dates_are_told_on_standard_error_and_leave_the_answer_alone(tallystick: CommandLine) -> None:
    clock.set_clock(AT)
    build_seller()
    usual = tallystick.do("bill-run", "create", "--target", "2026-04-01", "--no-wait", "--json")
    assert usual.err == ""
    far = tallystick.do("bill-run", "create", "--target", "2027-04-01", "--no-wait", "--json")
    assert far.json["number"] == "BR-000002"
    assert "The target date 2027-04-01 is 396 days after today, 2026-03-01" in far.err
    assert "The invoices would carry" not in far.err  # they carry today
