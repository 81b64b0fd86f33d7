"""Actions from the subscription's page: filled in, shown with what they bill and why, done or scheduled, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tallystick.invoicing.models import Document
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.subscriptions.core.action_kinds import BECOME_EFFECTIVE, KINDS
from tallystick.subscriptions.models import ScheduledAction, SubscriptionEvent, SubscriptionService
from tests.support.billed_company import BilledCompany
from tests.support.builders import ACTOR, build_service
from tests.support.catalogs import fill_plan
from tests.support.visitors import Visitor

THE_ELEVENTH = datetime(2026, 3, 11, 9, tzinfo=UTC)


@pytest.fixture
def finance(company: BilledCompany, sign_in: Callable[[str], Visitor]) -> Visitor:
    """Seat at 100.00 is billed for March, Movies at 62.00 can be had; it is the eleventh."""
    build_service(company.seller, code="movies", unit_price="62.00", price_model="per_unit")
    fill_plan(company.seller, company.plan.code, optional=["movies"])
    clock.set_clock(THE_ELEVENTH)
    return sign_in("finance")


def read(visitor: Visitor) -> str:
    return " ".join(visitor.page.locator("body").inner_text().split())


def fill_in(visitor: Visitor, company: BilledCompany, *, on: str = "2026-03-11", quantity: str = "1") -> None:
    """Choose to start a service, and say which."""
    visitor.open(f"subscriptions/{company.subscription.pk}/")
    visitor.page.locator("a.button.main", has_text="Act…").click()
    visitor.press("Start a service")
    visitor.page.get_by_label("Service", exact=True).select_option("movies")
    visitor.page.get_by_label("Quantity").fill(quantity)
    visitor.page.get_by_label("From").fill(on)
    visitor.page.get_by_label("Why").fill("asked by phone")
    visitor.press("Show what it bills")


@pytest.mark.rule("CRM-26")
def test_nothing_is_done_before_what_it_bills_was_shown_and_confirmed(finance: Visitor, company: BilledCompany) -> None:
    fill_in(finance, company)
    shown = read(finance)
    assert "Start a service?" in shown
    assert "The change is made and 1 document posted at once, both or neither." in shown
    assert "1 × 62.00 × 21/31 = 42.00; 21 of 31 days" in shown
    assert "50.82 EUR" in shown  # 42.00 and 21 % of VAT
    assert not SubscriptionService.objects.filter(service__code="movies").exists()

    finance.press("Change it")
    finance.page.get_by_label("Quantity").fill("2")
    finance.press("Show what it bills")
    finance.press("Do it and post 1 document, 101.64 EUR")
    invoice = Document.objects.get(status="posted", gross_minor=101_64)
    done = read(finance)
    assert f"Start a service: it is done. Posted: {invoice.number} over 101.64 EUR." in done
    assert f"Invoice {invoice.number} posted, 101.64 EUR" in done  # in the timeline
    finance.page.get_by_role("link", name=str(invoice.number), exact=True).first.click()
    assert str(invoice.number) in read(finance)


@pytest.mark.rule("CRM-26")
def test_a_day_to_come_schedules_it_and_it_is_taken_back_or_done_on_its_day(
    finance: Visitor, company: BilledCompany
) -> None:
    for day in ("2026-03-16", "2026-03-20"):
        fill_in(finance, company, on=day)
        assert "Nothing is changed and nothing billed today." in read(finance)
        finance.page.get_by_role("button", name=re.compile("Schedule it for")).click()
    page = read(finance)
    assert "Start a service, as scheduled To come" in page
    assert page.count("Waits for its day") == 2
    finance.page.get_by_role("button", name="Cancel it", exact=True).nth(1).click()
    dialog = finance.page.locator("dialog[open]")
    dialog.get_by_label("Why").fill("not any more")
    dialog.get_by_role("button", name="Cancel it").click()
    finance.page.wait_for_load_state("networkidle")
    assert "It is canceled; nothing happens on" in read(finance)

    work_off_due(at=datetime(2026, 3, 20, 9, tzinfo=UTC), actor=ACTOR)

    assert sorted(ScheduledAction.objects.values_list("status", flat=True)) == ["canceled", "done"]
    finance.open(f"subscriptions/{company.subscription.pk}/")
    assert "Scheduled action done" in read(finance)


def test_what_is_refused_stands_beside_the_field_and_leaves_nothing(finance: Visitor, company: BilledCompany) -> None:
    fill_in(finance, company, quantity="-1")
    assert "Must not be negative, but is -1." in read(finance)
    assert not SubscriptionEvent.objects.exists()


def test_what_has_changed_since_it_was_shown_is_shown_again(finance: Visitor, company: BilledCompany) -> None:
    fill_in(finance, company)
    finance.page.locator("input[name=shown]").evaluate("field => field.value = 'invoice:1'")
    finance.press("Do it and post 1 document, 50.82 EUR")
    assert "What it bills has changed since you looked." in read(finance)
    assert not SubscriptionService.objects.filter(service__code="movies").exists()


def test_every_kind_has_a_form_that_fits_a_telephone(finance: Visitor, company: BilledCompany) -> None:
    finance.open(f"subscriptions/{company.subscription.pk}/actions/")
    offered = read(finance)
    finance.page.set_viewport_size({"width": 390, "height": 800})
    for code, kind in KINDS.items():
        assert (kind.name in offered) == (code != BECOME_EFFECTIVE)  # which only a draft can
        finance.open(f"subscriptions/{company.subscription.pk}/actions/{code}/")
        assert finance.page.locator("h1").inner_text() == kind.name
        assert finance.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_clerks_are_offered_no_actions(company: BilledCompany, sign_in: Callable[[str], Visitor]) -> None:
    clerk = sign_in("clerk")
    clerk.open(f"subscriptions/{company.subscription.pk}/")
    assert "Act…" not in read(clerk)
    clerk.open(f"subscriptions/{company.subscription.pk}/actions/start_service/")
    assert "may not do actions on subscriptions that bill at once" in read(clerk)
