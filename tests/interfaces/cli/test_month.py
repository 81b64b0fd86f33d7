"""A month by commands alone, on the company that is shipped: every figure is known beforehand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tallystick.interfaces.importing.demo_company import BUSINESS_TIME, FILES, STAFF
from tests.support.command_line import CommandLine
from tests.support.jobs import run_jobs

INVOICES, INVOICED_MINOR = 39, 30_760_58
FIRST_WAVE_MINOR, FAILED_AT_ONCE = 2_985_74, 7
COLLECTED_MINOR, FAILED, FAILED_MINOR = 3_289_45, 8, 515_85


@pytest.fixture
def company(tallystick: CommandLine) -> CommandLine:
    """The company is loaded, and it is the morning on which it bills."""
    tallystick.do("init")
    tallystick.do("clock", "--at", BUSINESS_TIME.isoformat())
    for person in STAFF:
        tallystick.do("staff", "create", person.email, "--role", person.role, "--name", person.name, "--no-password")
    for kind, path in FILES:
        tallystick.do("import", kind, str(path))
    return tallystick


@pytest.fixture
def posted(company: CommandLine) -> CommandLine:
    """Its bill run of March is posted, without hiring workers."""
    company.do("bill-run", "create", "--target", "2026-03-31", "--no-wait")
    run_jobs()
    company.do("bill-run", "post", "BR-000001", "--yes", "--no-wait")
    run_jobs()
    return company


@pytest.fixture
def collected(posted: CommandLine) -> CommandLine:
    """What is due of it is charged, and some charges are on their way."""
    posted.do("payment-run", "create", "--yes", "--no-wait")
    run_jobs()
    return posted


def test_a_run_is_drafted_reviewed_posted_and_listed(company: CommandLine) -> None:
    drafted = company.do("bill-run", "create", "--target", "2026-03-31", "--json").json
    assert (drafted["status"], drafted["documents"], drafted["posted_documents"]) == ("completed", INVOICES, 0)
    assert drafted["totals"][0]["gross_minor"] == INVOICED_MINOR

    review = company.do("bill-run", "review", "BR-000001", "--limit", "1", "--json").json
    assert review["documents"][0]["name"] == "Oberländer AG" and review["troubled"] == []
    assert "12,990.00 EUR" in company.do("bill-run", "review", "BR-000001").out

    posted = company.do("bill-run", "post", "BR-000001", "--yes", "--json").json
    assert (posted["status"], posted["posted_documents"]) == ("posted", INVOICES)
    assert [run["number"] for run in company.do("bill-run", "list", "--json").json] == ["BR-000001"]
    assert "38 accounts posted" in company.do("bill-run", "show", "BR-000001").out
    assert company.do("check", "--json").json == {"is_ok": True, "check": "ok", "breaches": []}


def test_a_filter_takes_only_some_accounts_and_a_canceled_run_gives_everything_back(company: CommandLine) -> None:
    some = ("bill-run", "create", "--target", "2026-03-31", "--processes", "1", "--json")
    two = company.do(*some, "--account", "W-001", "--account", "W-003").json
    assert (two["accounts_total"], two["documents"]) == (2, 2)
    assert company.do(*some, "--account", "W-001").json["documents"] == 0
    canceled = company.do("bill-run", "cancel", "BR-000001", "--reason", "wrong date", "--yes", "--json").json
    assert canceled["status"] == "canceled"
    assert company.do(*some, "--account", "W-001").json["documents"] == 1


def test_under_review_an_account_is_dropped_drafted_again_and_a_line_is_changed(company: CommandLine) -> None:
    company.do("bill-run", "create", "--target", "2026-03-31", "--account", "W-001", "--account", "W-002", "--no-wait")
    run_jobs()
    dropped = company.do("bill-run", "drop", "BR-000001", "W-001", "--reason", "still negotiating", "--json").json
    assert dropped["documents"] == 1
    assert "still negotiating" in company.do("bill-run", "review", "BR-000001").out
    assert company.do("bill-run", "draft-again", "BR-000001", "W-001", "--json").json["documents"] == 2

    draft = company.do("invoice", "list", "--account", "W-001", "--status", "draft", "--json").json[0]
    changed = ("invoice", "change-line", f"draft:{draft['id']}", "1", "--net-minor", "4000", "--reason", "by phone")
    assert company.do(*changed, "--json").json["gross_minor"] == 48_40  # with 21 % VAT
    company.do("bill-run", "post", "BR-000001", "--yes", "--no-wait")
    run_jobs()
    assert company(*changed).status == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bill-run", "post", "BR-000001", "--yes"), "it is posted already"),
        (("bill-run", "cancel", "BR-000001", "--reason", "oops", "--yes"), "correct them by credit notes"),
    ],
)
def test_what_is_posted_can_be_neither_posted_again_nor_canceled(
    posted: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    refused = posted(*arguments)
    assert (refused.status, words in refused.err) == (1, True), refused.err


def test_posting_asks_and_does_nothing_without_a_yes(company: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    company.do("bill-run", "create", "--target", "2026-03-31", "--no-wait")
    run_jobs()
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody is there to answer
    answer = company("bill-run", "post", "BR-000001")
    assert answer.status == 1
    assert "Post 39 invoices, 30,760.58 EUR?" in answer.out + answer.err
    assert answer.err.endswith("Add --yes to go ahead. [nobody_to_ask]\n")
    assert company.do("bill-run", "show", "BR-000001", "--json").json["status"] == "completed"


def test_each_invoice_goes_out_once_by_what_its_account_prefers(
    posted: CommandLine, mail_folder: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "print.zip"
    first = posted.do("deliver", "BR-000001", "--yes", "--print-as", "zip", "--output", str(archive), "--json").json
    assert (first["emails"], first["prints"], first["skipped"], first["failed"]) == (36, 4, 1, 0)
    assert (first["batch"], first["file"]) == ("PB-000001", str(archive))
    assert archive.read_bytes()[:2] == b"PK"
    mails = list(mail_folder.iterdir())
    assert sum(path.read_text().count("\nContent-Type: application/pdf") for path in mails) == 36

    again = posted.do("deliver", "BR-000001", "--yes", "--json").json
    assert (again["emails"], again["prints"], again["already"]) == (0, 0, 41)
    repeated = posted.do(
        "deliver", "W2026-00001", "--yes", "--channel", "email", "--again", "--to", "boss@example.com", "--json"
    )
    assert (repeated.json["emails"], repeated.json["mail_folder"]) == (1, None)
    assert "e-mail sent to boss@example.com" in posted.do("invoice", "show", "W2026-00001").out


@pytest.mark.parametrize("numbers", [(), ("BR-000001", "W2026-00001"), ("BR-000001", "BR-000002")])
def test_delivery_wants_one_run_or_some_invoices(posted: CommandLine, numbers: tuple[str, ...]) -> None:
    assert "[invalid_input]" in posted("deliver", *numbers).err


def test_drafts_are_not_delivered(company: CommandLine) -> None:
    company.do("bill-run", "create", "--target", "2026-03-31", "--no-wait")
    run_jobs()
    assert company("deliver", "BR-000001").status == 1


def test_an_invoice_explains_itself(posted: CommandLine, tmp_path: Path) -> None:
    shown = posted.do("invoice", "show", "W2026-00021", "--json").json
    assert shown["gross_minor"] == shown["net_minor"] + shown["tax_minor"] == 507_44
    assert [line["net_minor"] for line in shown["lines"]] == [149_00, 87_50, 203_00]
    assert [(row["tax_rate"], row["tax_minor"]) for row in shown["taxes"]] == [("9.000", 18_27), ("21.000", 49_67)]
    assert [event["event"] for event in shown["events"]] == ["draft", "post"]
    assert "7 × 29" in posted.do("invoice", "show", "W2026-00021").out

    path = tmp_path / "invoice.pdf"
    assert posted.do("invoice", "pdf", "W2026-00021", "--output", str(path)).out == f"{path}\n"
    assert path.read_bytes().startswith(b"%PDF-")

    listed = posted.do("invoice", "list", "--account", "W-035", "--json").json
    assert [each["account"] for each in listed] == ["W-035", "W-035"]
    assert posted("invoice", "list", "--account", "W-999").status == 1
    assert len(posted.do("invoice", "list", "--run", "BR-000001", "--json").json) == INVOICES


def test_a_payment_run_collects_and_lists_what_is_to_be_followed_up(posted: CommandLine) -> None:
    run = posted.do("payment-run", "create", "--yes", "--bill-run", "BR-000001", "--json").json
    (total,) = run["totals"]
    assert (total["payments_minor"], total["errors"], total["pending"]) == (FIRST_WAVE_MINOR, FAILED_AT_ONCE, 3)

    posted.do("clock", "--advance-to", "2026-04-03T12:00")
    shown = posted.do("payment-run", "show", "PR-000001", "--json").json
    (total,) = shown["totals"]
    assert (shown["status"], total["pending"]) == ("completed", 0)
    assert (total["payments_minor"], total["errors"], total["errors_minor"]) == (COLLECTED_MINOR, FAILED, FAILED_MINOR)
    assert [each["account_external_id"] for each in shown["skipped"]] == ["W-034"]
    text = posted.do("payment-run", "show", "PR-000001").out
    assert "The card has expired." in text and "No payment method is saved." in text
    assert posted.do("payment-run", "list", "--json").json[0]["open_failures"] == FAILED
    assert posted.do("check", "--json").json["check"] == "ok"


def test_failures_are_charged_again_or_closed_with_a_reason(collected: CommandLine) -> None:
    retried = collected.do("payment-run", "retry", "PR-000001", "W2026-00029", "--yes", "--json").json
    assert retried["totals"][0]["errors"] == FAILED_AT_ONCE - 1  # the breakdown was over
    assert collected.do("invoice", "show", "W2026-00029", "--json").json["open_minor"] == 0

    collected.do("payment-run", "close", "PR-000001", "W2026-00007", "--note", "pays by transfer this month")
    assert collected.do("payment-run", "show", "PR-000001", "--json").json["open_failures"] == FAILED_AT_ONCE - 2
    twice = collected("payment-run", "close", "PR-000001", "W2026-00007", "--note", "again")
    assert (twice.status, twice.out) == (1, "")
    assert "has not failed" in collected("payment-run", "retry", "PR-000001", "W2026-00001", "--yes").err


def test_the_rollups_add_up_and_the_gap_is_explained_to_the_cent(collected: CommandLine, tmp_path: Path) -> None:
    collected.do("clock", "--advance-to", "2026-04-03T12:00")
    march = ("--month", "2026-03", "--json")
    (billing,) = collected.do("rollup", "billing", *march).json["totals"]
    payments = {
        each["bucket"]: each for each in collected.do("rollup", "payments", "--month", "all", "--json").json["totals"]
    }
    (gap,) = collected.do("rollup", "gap", *march).json["totals"]
    assert billing["should_pay_minor"] == gap["expected_minor"] == INVOICED_MINOR
    assert payments["arrived"]["amount_minor"] == gap["gateway_minor"] == COLLECTED_MINOR
    assert gap["difference_minor"] == INVOICED_MINOR - COLLECTED_MINOR
    assert sum(reason["amount_minor"] for reason in gap["reasons"]) == gap["difference_minor"]
    assert "Charge failed: 515.85 EUR from 8 accounts" in collected.do("rollup", "gap", "--month", "2026-03").out

    path = tmp_path / "billing.csv"
    collected.do("rollup", "billing", "--month", "2026-03", "--mode", "managed", "--csv", str(path))
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert {row["billing_mode"] for row in rows} == {"managed"} and len(rows) == billing["managed_accounts"]
    assert "[" in collected("rollup", "payments", "--bucket", "somewhere").err


def test_payments_are_found_by_state_and_way(collected: CommandLine) -> None:
    def find(*asked: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = collected.do("rollup", "payments", "--month", "all", "--json", *asked).json[
            "rows"
        ]
        return rows

    failed = find("--status", "failed")
    assert {(row["bucket"], row["way"]) for row in failed} == {("failed", "saved_method")}
    assert find("--way", "transfer") == find("--without-invoice") == []
    (account, *_) = {row["account_external_id"] for row in failed}
    assert {row["account_external_id"] for row in find("--account", str(account))} == {account}
    assert "there are saved_method, page, transfer" in collected("rollup", "payments", "--way", "cash").err


def test_a_month_that_was_not_billed_yet_is_no_zero_and_its_gap_says_what_to_do(collected: CommandLine) -> None:
    collected.do("clock", "--advance-to", "2026-04-03T12:00")
    april = ("--month", "2026-04")
    answer = collected.do("rollup", "billing", *april, "--json").json
    states = [(row["billing_state"], row["should_pay_minor"]) for row in answer["rows"]]
    assert set(states) == {("not_billed_yet", None), ("nothing_due", 0)}
    (total,) = answer["totals"]
    waiting = [row for row in answer["rows"] if row["should_pay_minor"] is None]
    assert (total["should_pay_minor"], total["not_billed_accounts"]) == (0, len(waiting))
    assert total["not_billed_mrr_minor"] == sum(row["mrr_forecast_minor"] for row in waiting) == 4_990_50

    text = collected.do("rollup", "billing", *april).out
    assert "How they pay" in text and "33 not billed yet, MRR 4,990.50 EUR" in text
    assert "not billed" in collected.do("rollup", "billing", *april, "--search", "W-001").out
    gap = collected.do("rollup", "gap", *april).out
    assert gap.splitlines() == [
        "Nothing was asked for in April 2026: no invoice is dated in it.",
        "Next: tallystick bill-run create --target 2026-04-30",
    ]
    assert collected.do("rollup", "gap", *april, "--json").json["rows"] == []


def test_every_line_of_the_gaps_csv_leads_to_a_page(collected: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "gap.csv"
    collected.do("rollup", "gap", "--month", "2026-03", "--csv", str(path))
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    links = {row["reason"]: row["link"] for row in rows}
    assert links["charge_failed"].startswith("http://localhost:8000/console/invoices/")
    assert links["no_method"].startswith("http://localhost:8000/console/accounts/")


def test_a_drafted_run_is_looked_through_before_the_command_ends(company: CommandLine) -> None:
    company.do("bill-run", "create", "--target", "2026-03-31", "--processes", "1")
    assert company.do("bill-run", "review", "BR-000001", "--no-wait", "--json").json["review"] == "written"


def test_a_review_works_until_the_run_is_looked_through_or_says_that_it_still_is(company: CommandLine) -> None:
    company.do("bill-run", "create", "--target", "2026-03-31", "--no-wait")
    assert "once the run is drafted" in company.do("bill-run", "review", "BR-000001", "--no-wait").out
    run_jobs(until="bill_run.review")
    early = company.do("bill-run", "review", "BR-000001", "--no-wait")
    assert "is still being looked for" in early.out and "posts itself" not in early.out
    assert "To be looked at" in company.do("bill-run", "review", "BR-000001").out


def test_a_run_that_posts_itself_says_so_in_its_review(company: CommandLine) -> None:
    company.do("bill-run", "auto-post", "--on")
    company.do("bill-run", "create", "--target", "2026-03-31", "--auto-post", "--no-wait")
    run_jobs()
    told = company.do("bill-run", "review", "BR-000001")
    assert "The run posts itself, so it was not looked through beforehand." in told.out


@pytest.mark.parametrize("rollup", ["billing", "payments", "gap"])
def test_a_rollup_opens_on_the_last_billed_month_and_names_the_way_to_another(
    collected: CommandLine, rollup: str
) -> None:
    collected.do("clock", "--advance-to", "2026-04-03T12:00")
    opened = collected.do("rollup", rollup, "--json")
    assert opened.json["month"] == "2026-03" and opened.json["rows"]
    assert opened.err == "March 2026; another month: --month 2026-04\n"
    assert opened.json == collected.do("rollup", rollup, "--month", "2026-03", "--json").json
    assert "'March' is not a month" in collected("rollup", rollup, "--month", "March").err


def test_payments_of_one_month_and_of_all_are_told_apart(collected: CommandLine) -> None:
    collected.do("clock", "--advance-to", "2026-04-03T12:00")
    april = collected.do("rollup", "payments", "--month", "2026-04", "--json").json
    march = collected.do("rollup", "payments", "--json").json
    every = collected.do("rollup", "payments", "--month", "all", "--json").json
    assert every["month"] is None and len(every["rows"]) == len(march["rows"]) + len(april["rows"])
    assert "All months" in collected.do("rollup", "payments", "--month", "all").out


def test_invoices_are_listed_by_kind_and_status_and_in_an_order(posted: CommandLine) -> None:
    largest = posted.do("invoice", "list", "--order", "largest", "--limit", "2", "--json").json
    assert [each["gross_minor"] for each in largest] == [12_990_00, 10_055_10]
    newest = posted.do("invoice", "list", "--order", "newest", "--json").json
    assert [each["id"] for each in newest] == sorted((each["id"] for each in newest), reverse=True)
    assert posted.do("invoice", "list", "--kind", "credit_note", "--json").json == []
    assert len(posted.do("invoice", "list", "--kind", "invoice", "--status", "posted", "--json").json) == INVOICES
    assert "'letter' is none of invoice, credit_note, debit_note." in posted("invoice", "list", "--kind", "letter").err
