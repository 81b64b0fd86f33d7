"""Collecting: the question in numbers first, then failures with the reason, what to do next, retry and close."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tallystick.collection.models import PaymentRun, PaymentRunItem
from tests.support.billed_company import BilledCompany
from tests.support.collected_company import CollectedCompany, collect_month
from tests.support.jobs import run_jobs
from tests.support.visitors import Visitor

SignIn = Callable[[str], Visitor]


@pytest.fixture
def collected(company: BilledCompany) -> CollectedCompany:
    return collect_month(company)


def test_a_run_is_started_only_after_its_numbers_were_seen(collected: CollectedCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open("payment-runs/new/")
    visitor.page.get_by_label("Due up to").fill("2026-03-01")
    visitor.press("Continue")
    expect(visitor.page.locator("#question")).to_have_text("Collect 1 invoice, 121.00 EUR?")
    assert PaymentRun.objects.count() == 1
    visitor.press("Collect them")
    expect(visitor.page.locator("#progress")).to_be_visible()
    run_jobs()
    # Its card was refused an hour ago: the run leaves it alone and says so.
    expect(visitor.page.locator("h1")).to_contain_text("Completed", timeout=10_000)
    visitor.page.locator("nav.tabs").get_by_text("Left out").click()
    expect(visitor.page.locator("#lists")).to_contain_text("the time of the next one has not come.")


def test_nothing_to_collect_is_said_and_nothing_started(company: BilledCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open("payment-runs/new/")
    visitor.page.get_by_label("Due up to").fill("2026-03-01")
    visitor.press("Continue")
    expect(visitor.page.get_by_role("status")).to_contain_text("Nothing to collect")
    assert not PaymentRun.objects.exists()


def test_a_target_after_the_run_is_refused_beside_its_field(collected: CollectedCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open("payment-runs/new/")
    visitor.page.get_by_label("Due up to").fill("2026-04-01")
    visitor.press("Continue")
    visitor.press("Collect them")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Nothing was changed.")
    assert PaymentRun.objects.count() == 1


def test_a_failure_says_why_and_what_to_do_next(collected: CollectedCompany, sign_in: SignIn) -> None:
    visitor = sign_in("viewer")
    visitor.open(f"payment-runs/{collected.payment_run.pk}/")
    row = visitor.page.locator("#lists tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("There was not enough money on the account.")
    expect(row).to_contain_text("Try again later; the same method may work another day.")
    expect(row).to_contain_text("121.00")
    assert not row.get_by_role("button").count()


def test_a_failure_is_charged_again_after_a_question(collected: CollectedCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open(f"payment-runs/{collected.payment_run.pk}/")
    visitor.page.locator("#lists").get_by_role("button", name="Retry").click()
    dialog = visitor.page.locator("dialog#retry")
    expect(dialog.locator("h2")).to_have_text("Charge 121.00 EUR again?")
    dialog.get_by_role("button", name="Charge it again").click()
    expect(visitor.page.get_by_text("Charging 1 invoice again.")).to_be_visible()
    run_jobs()
    assert PaymentRunItem.objects.get(account=collected.short).tries == 2


def test_a_failure_is_closed_with_a_note(collected: CollectedCompany, sign_in: SignIn) -> None:
    visitor = sign_in("finance")
    visitor.open(f"payment-runs/{collected.payment_run.pk}/")
    visitor.page.locator("#lists").get_by_role("button", name="Close").click()
    dialog = visitor.page.locator("dialog#close")
    dialog.get_by_label("What was agreed").fill("pays by transfer on Friday")
    dialog.get_by_role("button", name="Close it").click()
    expect(visitor.page.get_by_text("1 failure closed. What they are about stays owed.")).to_be_visible()
    visitor.page.locator("nav.tabs").get_by_text("All failures").click()
    expect(visitor.page.locator("#lists")).to_contain_text("pays by transfer on Friday")
    visitor.open("")
    assert "failed payment" not in visitor.text


def test_a_payment_shows_what_it_settled(collected: CollectedCompany, sign_in: SignIn) -> None:
    visitor = sign_in("viewer")
    visitor.open("payments/")
    expect(visitor.page.locator("tbody tr")).to_have_count(1)
    visitor.page.get_by_role("link", name="121.00 EUR by Visa").click()
    expect(visitor.page.locator("h1")).to_have_text("121.00 EUR")
    expect(visitor.page.locator(".panel", has_text="What it settled")).to_contain_text("ACME-INV-")
