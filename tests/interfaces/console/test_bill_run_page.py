"""A billing operator's morning: start a run, watch it, spot-check, change, drop, post, send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tallystick.delivery.models import Delivery, PrintBatch
from tallystick.invoicing.models import BillRun, BillRunAccount, Document
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import build_subscription
from tests.support.jobs import run_jobs
from tests.support.staff import build_staff_user
from tests.support.visitors import Visitor

SignIn = Callable[[str], Visitor]


def test_a_run_is_started_watched_and_found_completed(company: BilledCompany, sign_in: SignIn) -> None:
    build_subscription(company.new_account, company.plan, company.price.service, external_id="S-A-3")
    visitor = sign_in("clerk")
    visitor.open("bill-runs/")
    visitor.press("New bill run")
    visitor.page.get_by_label("Target date").fill("2026-03-01")
    visitor.page.get_by_label("Only these accounts").fill("A-3")
    visitor.page.get_by_role("button", name="Start drafting").click()
    expect(visitor.page.locator("#progress")).to_contain_text("Waiting for a worker")
    expect(visitor.page.locator("#progress")).to_contain_text("No worker is running")
    run_jobs()
    expect(visitor.page.locator("h1")).to_contain_text("To review", timeout=10_000)
    expect(visitor.page.locator(".flow li").nth(1)).to_have_text("1invoice drafted")
    expect(visitor.page.locator("#review")).to_contain_text("Customer A-3")
    assert BillRun.objects.latest("pk").filters == {"account_external_ids": ["A-3"]}


def test_what_is_wrong_with_a_run_is_told_beside_the_field(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open("bill-runs/new/")
    visitor.page.get_by_label("Target date").fill("2099-01-01")
    visitor.page.get_by_label("Only these anchor days").fill("1, 32")
    visitor.page.get_by_role("button", name="Start drafting").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("32 is no day of the month")
    visitor.page.get_by_label("Only these anchor days").fill("1")
    visitor.page.get_by_role("button", name="Start drafting").click()
    visitor.page.get_by_role("button", name="Yes, start drafting").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("more than ten years ahead. Nothing was changed.")
    assert BillRun.objects.count() == 2


def test_posting_asks_in_numbers_and_gives_the_invoices_theirs(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open(f"bill-runs/{company.run.pk}/")
    visitor.press("Post")
    question = visitor.page.locator("dialog#post")
    expect(question.locator("h2")).to_have_text("Post 1 invoice, 121.00 EUR?")
    expect(question).to_contain_text("They get numbers and can then only be corrected by credit notes.")
    question.get_by_role("button", name="Not yet").click()
    assert BillRun.objects.get(pk=company.run.pk).status == "completed"
    visitor.press("Post")
    question.get_by_role("button", name="Post them").click()
    expect(visitor.page.locator("#progress")).to_contain_text("Posting")
    run_jobs()
    expect(visitor.page.locator("h1")).to_contain_text("Posted", timeout=10_000)
    expect(visitor.page.locator("#review")).to_contain_text("ACME-INV-000002")


def test_a_run_that_changed_since_the_question_is_not_posted(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open(f"bill-runs/{company.run.pk}/")
    visitor.press("Post")
    other = visitor.page.context.new_page()
    other.goto(f"{visitor.site}/console/invoices/{company.draft.pk}/")
    other.get_by_role("button", name="Change", exact=True).click()
    asked = other.locator("dialog[open]")
    asked.get_by_label("Net amount in EUR").fill("90.00")
    asked.get_by_label("Why").fill("agreed by phone")
    asked.get_by_role("button", name="Change the line").click()
    visitor.page.get_by_role("button", name="Post them").click()
    expect(visitor.page.get_by_text("The run has changed since you were asked", exact=False)).to_be_visible()
    assert BillRun.objects.get(pk=company.run.pk).status == "completed"


def test_a_draft_line_is_changed_for_a_reason_that_stays(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"invoices/{company.draft.pk}/")
    visitor.press("Change")
    dialog = visitor.page.locator("dialog[open]")
    dialog.get_by_label("Net amount in EUR").fill("80.00")
    dialog.get_by_label("Why").fill("agreed by phone")
    dialog.get_by_role("button", name="Change the line").click()
    expect(visitor.page.get_by_text("the draft now comes to 96.80 EUR", exact=False)).to_be_visible()
    expect(visitor.page.locator(".timeline")).to_contain_text("line 1, 100.00 to 80.00: agreed by phone")
    expect(visitor.page.locator(".timeline")).to_contain_text("Clerk Jones")
    assert Document.objects.get(pk=company.draft.pk).gross_minor == 9680


def test_a_wrong_amount_keeps_the_question_open_with_what_was_filled_in(
    company: BilledCompany, sign_in: SignIn
) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"invoices/{company.draft.pk}/")
    visitor.press("Change")
    dialog = visitor.page.locator("dialog[open]")
    dialog.get_by_label("Net amount in EUR").fill("eighty")
    dialog.get_by_label("Why").fill("agreed by phone")
    dialog.get_by_role("button", name="Change the line").click()
    expect(dialog.get_by_role("alert")).to_contain_text("eighty")
    expect(dialog.get_by_label("Net amount in EUR")).to_have_value("eighty")
    expect(dialog.get_by_label("Why")).to_have_value("agreed by phone")
    assert Document.objects.get(pk=company.draft.pk).gross_minor == 12100


def test_a_line_is_added_and_dropped_and_marked_as_by_hand(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"invoices/{company.draft.pk}/")
    visitor.press("Add a line")
    dialog = visitor.page.locator("dialog[open]")
    dialog.get_by_label("Net amount in EUR").fill("25.00")
    dialog.get_by_label("Text on the invoice").fill("Installation")
    dialog.get_by_label("Why").fill("agreed by phone")
    dialog.get_by_role("button", name="Add the line").click()
    expect(visitor.page.get_by_text("the draft now comes to 151.25 EUR", exact=False)).to_be_visible()
    row = visitor.page.locator("tr", has_text="Installation")
    expect(row.locator(".chip")).to_have_text("By hand")
    row.get_by_role("button", name="Drop").click()
    dialog.get_by_label("Why").fill("a slip")
    dialog.get_by_role("button", name="Drop the line").click()
    expect(visitor.page.get_by_text("the draft now comes to 121.00 EUR", exact=False)).to_be_visible()


def test_a_posted_invoice_offers_no_change(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("admin")
    visitor.open(f"invoices/{company.invoice.pk}/")
    expect(visitor.page.locator("h1")).to_contain_text("Invoice ACME-INV-000001")
    assert not visitor.page.get_by_role("button", name="Change", exact=True).count()


def test_one_account_is_dropped_and_drafted_again(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"bill-runs/{company.run.pk}/")
    visitor.press("Drop")
    dialog = visitor.page.locator("dialog#drop")
    expect(dialog.locator("h2")).to_have_text("Drop Customer A-2 from this run?")
    dialog.get_by_label("Why").fill("they dispute the price")
    dialog.get_by_role("button", name="Drop the account").click()
    expect(visitor.page.get_by_text("Customer A-2 is out of this run", exact=False)).to_be_visible()
    assert not Document.objects.filter(run=company.run, status="draft").exists()
    visitor.page.locator("nav.tabs").get_by_text("Dropped").click()
    expect(visitor.page.locator("#review")).to_contain_text("they dispute the price")
    visitor.press("Draft again")
    expect(visitor.page.get_by_text("Customer A-2 is drafted again.")).to_be_visible()
    assert BillRunAccount.objects.get(run=company.run).status == "drafted"


def test_a_run_is_canceled_with_a_reason_and_bills_again(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"bill-runs/{company.run.pk}/")
    visitor.press("Cancel the run")
    dialog = visitor.page.locator("dialog#cancel")
    expect(dialog.locator("h2")).to_have_text("Cancel 1 draft?")
    dialog.get_by_label("Why").fill("wrong target date")
    dialog.get_by_role("button", name="Cancel the run").click()
    run_jobs()
    expect(visitor.page.locator("h1")).to_contain_text("Canceled", timeout=10_000)
    expect(visitor.page.locator(".timeline")).to_contain_text("wrong target date")


def test_invoices_are_mailed_once_as_each_account_prefers(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"bill-runs/{company.posted_run.pk}/")
    visitor.press("E-mail invoices")
    dialog = visitor.page.locator("dialog#deliver")
    expect(dialog.locator("h2")).to_have_text("E-mail 1 invoice and queue 1 for the printer?")
    dialog.get_by_role("button", name="Deliver").click()
    expect(visitor.page.get_by_text("1 e-mail on the way; 1 document waiting for the printer.")).to_be_visible()
    run_jobs()
    assert [message.to for message in mail.outbox] == [["a-1@customer.example"]]
    visitor.open(f"bill-runs/{company.posted_run.pk}/")
    visitor.press("E-mail invoices")
    expect(dialog.locator("h2")).to_have_text("Everything here was delivered. Deliver it again?")
    expect(dialog.get_by_label("Those too that went out before")).to_have_attribute("required", "")


def test_pdfs_are_downloaded_as_one_file_for_the_printer(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("clerk")
    visitor.open(f"bill-runs/{company.posted_run.pk}/")
    visitor.press("Download PDFs")
    visitor.page.locator("dialog#print").get_by_role("button", name="Make the file").click()
    expect(visitor.page.locator("#progress")).to_contain_text("Writing the file")
    run_jobs()
    expect(visitor.page.locator("h1")).to_contain_text("Made", timeout=10_000)
    with visitor.page.expect_download() as coming:
        visitor.page.get_by_role("link", name="Download").click()
    assert coming.value.path().read_bytes().startswith(b"%PDF")
    assert PrintBatch.objects.get().document_count == 1
    assert Delivery.objects.get(channel="print").status == "sent"


def test_chosen_invoices_come_as_one_pdf(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("viewer")
    visitor.open(f"bill-runs/{company.posted_run.pk}/")
    download = visitor.page.get_by_role("button", name="Download as one PDF")
    expect(download).to_be_disabled()
    visitor.page.get_by_label("Choose ACME-INV-000001").check()
    with visitor.page.expect_download() as coming:
        download.click()
    assert coming.value.suggested_filename == f"{company.posted_run.number}-selection.pdf"


def test_a_viewer_sees_the_run_and_no_button_that_changes_it(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("viewer")
    visitor.open(f"bill-runs/{company.run.pk}/")
    expect(visitor.page.locator("#review")).to_contain_text("Customer A-2")
    for words in ("Post", "Cancel the run", "Drop", "E-mail invoices", "Download PDFs", "Collect"):
        assert not visitor.page.get_by_role("button", name=words, exact=True).count(), words


def test_the_lists_of_a_run_have_plain_names_and_their_lengths_come_after_the_page(
    company: BilledCompany, sign_in: SignIn
) -> None:
    visitor = sign_in("viewer")
    visitor.open(f"bill-runs/{company.run.pk}/")
    tabs = visitor.page.locator("#review nav.tabs a")
    expect(tabs).to_have_text(
        [
            "To look at1",
            "Differences1",
            "Largest1",
            "First invoices1",
            "Changed by hand0",
            "Zero amount0",
            "Drawn0",
            "Failed0",
            "Not renewed0",
            "Dropped0",
        ]
    )
    tabs.get_by_text("Zero amount").click()
    expect(visitor.page.locator("#review")).to_contain_text("Invoices on which nothing is to be paid")


@pytest.mark.usefixtures("fresh_database")
def test_a_list_that_a_run_does_not_have_is_not_counted() -> None:
    company, client = build_billed_company(), Client()
    client.force_login(build_staff_user("viewer"))
    for show, status in (("failed", 200), ("invented", 404)):
        assert client.get(reverse("admin:bill_run_count", args=[company.run.pk, show])).status_code == status


def test_dates_that_look_like_a_slip_are_asked_about_before_anything_is_drafted(
    company: BilledCompany, sign_in: SignIn
) -> None:
    visitor = sign_in("clerk")
    visitor.open("bill-runs/new/")
    visitor.page.get_by_label("Target date").fill("2026-06-01")
    visitor.page.get_by_role("button", name="Start drafting").click()
    question = visitor.page.get_by_role("alertdialog")
    expect(question).to_contain_text("The target date 2026-06-01 is 92 days after today, 2026-03-01")
    assert BillRun.objects.count() == 2
    visitor.page.get_by_label("Target date").fill("2026-07-01")  # the answer was about June
    question.get_by_role("button", name="Yes, start drafting").click()
    expect(question).to_contain_text("2026-07-01 is 122 days after today")
    question.get_by_role("button", name="Yes, start drafting").click()
    expect(visitor.page.locator("h1")).to_contain_text("Bill run BR-000003")
    assert BillRun.objects.latest("pk").target_on == date(2026, 7, 1)
