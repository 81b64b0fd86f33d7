"""Schedules, previews and runs that post themselves, by commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.invoicing.models import BillRun, BillRunSchedule
from tests.support.billed_company import build_billed_company
from tests.support.command_line import CommandLine
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def tallystick(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    build_billed_company()
    return CommandLine(capsys)


MONTH_END = ("bill-run", "schedule", "create", "month end", "--every", "month", "--on", "31", "--target", "1m1")


@pytest.mark.rule("ZUO-1", "ZUO-3")
def test_a_schedule_says_its_next_dates(tallystick: CommandLine) -> None:
    made = tallystick.do(*MONTH_END, "--invoice-date", "3", "--exclude", "one-off", "--plan", "basic", "--json").json
    assert (made["status"], made["takes"]) == ("active", "plan basic")
    assert made["planned"][0] == {"run_on": "2026-03-31", "target_on": "2026-04-01", "invoice_on": "2026-04-03"}
    assert BillRunSchedule.objects.get().excluded_kinds == ["one_off"]
    assert "month end" in tallystick.do("bill-run", "schedule", "list").out
    assert "2026-04-30" in tallystick.do("bill-run", "schedule", "show", "month end").out


@pytest.mark.rule("ZUO-1")
def test_a_schedule_gets_other_terms_and_another_name(tallystick: CommandLine) -> None:
    tallystick.do(*MONTH_END)
    change = ("bill-run", "schedule", "change", "month end", "--every", "month", "--on", "28", "--name", "the 28th")
    changed = tallystick.do(*change, "--reason", "agreed", "--json").json
    assert (changed["name"], changed["planned"][0]["run_on"]) == ("the 28th", "2026-03-28")
    assert "Say why the schedule is changed" in tallystick(*change[:3], "the 28th", *change[4:], "--reason", " ").err


@pytest.mark.parametrize(("option", "value"), [("--target", "soon"), ("--at", "noon"), ("--every", "hour")])
def test_what_can_not_be_read_is_refused(tallystick: CommandLine, option: str, value: str) -> None:
    given = dict(zip(MONTH_END[4::2], MONTH_END[5::2], strict=True)) | {option: value}
    answer = tallystick(*MONTH_END[:4], *(word for pair in given.items() for word in pair))
    assert answer.status == 1
    assert "Refused" in answer.err


@pytest.mark.rule("ZUO-11")
def test_it_is_paused_resumed_and_ended(tallystick: CommandLine) -> None:
    tallystick.do(*MONTH_END)
    pause = ("bill-run", "schedule", "pause", "month end", "--reason", "holiday", "--json")
    assert tallystick.do(*pause).json["status"] == "paused"
    resumed = tallystick.do("bill-run", "schedule", "resume", "month end", "--run-now", "--json").json
    assert (resumed["status"], len(resumed["runs"])) == ("active", 2)
    ended = tallystick.do("bill-run", "schedule", "cancel", "month end", "--reason", "sold", "--yes", "--json").json
    assert (ended["status"], ended["planned"]) == ("canceled", [])


@pytest.mark.rule("ZUO-16", "ZUO-51")
def test_auto_post_is_refused_then_switched_on_with_advice_and_used(tallystick: CommandLine) -> None:
    create = ("bill-run", "create", "--target", "2026-04-01", "--auto-post", "--auto-email", "--no-wait")
    assert "auto_post_not_supported" in tallystick(*create).err
    switched = tallystick.do("bill-run", "auto-post", "--on", "--json").json
    assert switched["warnings"][1] == "Nobody will check the invoices before posting and mailing."
    assert "Recommended after about 6 months" in tallystick.do(*create).err
    run_jobs()
    shown = tallystick.do("bill-run", "show", BillRun.objects.latest("pk").number, "--json").json
    assert (shown["status"], shown["summary"]["posted_percent"], shown["summary"]["emails_sent"]) == ("posted", 100, 2)


@pytest.mark.rule("ZUO-12")
def test_a_canceled_run_is_deleted(tallystick: CommandLine) -> None:
    delete = ("bill-run", "delete", "BR-000002", "--reason", "a try", "--yes")
    assert "run_not_deletable" in tallystick(*delete).err
    tallystick.do("bill-run", "cancel", "BR-000002", "--reason", "a try", "--yes", "--no-wait")
    run_jobs()
    assert "BR-000002 is gone, with 1 canceled draft." in tallystick.do(*delete).out


@pytest.mark.rule("ZUO-8")
def test_a_preview_is_written_to_a_file(tallystick: CommandLine, tmp_path: Path) -> None:
    asked = tallystick.do("bill-run", "preview", "--target", "2026-06-01", "--no-wait", "--json").json
    assert (asked["number"], asked["status"], asked["file"]) == ("PV-000001", "pending", "")
    assert "preview_running" in tallystick("bill-run", "preview", "--target", "2026-06-01", "--no-wait").err


@pytest.mark.rule("ZUO-7")
def test_a_catch_up_run_makes_no_invoices(tallystick: CommandLine) -> None:
    tallystick.do("bill-run", "create", "--target", "2026-04-01", "--catch-up", "--no-wait")
    assert BillRun.objects.latest("pk").kind == "catch_up"


def test_a_day_that_the_frequency_has_no_use_for_is_refused(tallystick: CommandLine) -> None:
    answer = tallystick("bill-run", "schedule", "create", "daily", "--every", "day", "--on", "3")
    assert answer.status == 1
    assert "--on goes with --every week or --every month" in answer.err


@pytest.mark.rule("ZUO-4")
def test_a_schedule_for_an_account_that_there_is_not_is_refused(tallystick: CommandLine) -> None:
    answer = tallystick(*MONTH_END, "--account", "NOPE")
    assert answer.status == 1
    assert "There is no account NOPE" in answer.err
