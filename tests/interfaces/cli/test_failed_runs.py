"""A run that fails says why, and the command ends with 1."""

from datetime import date

from tests.support.builders import build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.command_line import CommandLine


def test_a_run_of_which_every_account_failed_names_them_and_ends_with_1(tallystick: CommandLine) -> None:
    seller = build_seller()
    later = build_service(seller, code="later", valid_from=date(2030, 1, 1))
    build_subscription(build_account(seller, external_id="broken"), build_plan(seller), later, external_id="S-1")
    answer = tallystick("bill-run", "create", "--target", "2026-03-01", "--processes", "1")
    assert answer.status == 1
    assert "broken: " in answer.err and "Later" in answer.err
