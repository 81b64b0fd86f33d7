"""Schedules, previews and runs that post themselves, by the console's forms and buttons."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from tallystick.invoicing.models import BillRun, BillRunSchedule, DeletedBillRun, PreviewRun
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.sellers.models import BillingRule
from tests.support.billed_company import BilledCompany, build_billed_company
from tests.support.builders import ACTOR, AT
from tests.support.jobs import run_jobs
from tests.support.schedules import make_schedule
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> BilledCompany:
    return build_billed_company()


@pytest.fixture
def browser(company: BilledCompany) -> Client:
    client = Client(headers={"Accept-Language": "en-GB"})
    client.force_login(build_staff_user("admin"))
    return client


def send(browser: Client, path: str, **form: Any) -> str:
    """Press a button; what the page that follows says."""
    response = browser.post(f"/console/{path}", form, follow=True)
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def look(browser: Client, path: str) -> str:
    return " ".join(unescape(browser.get(f"/console/{path}").content.decode()).split())


def test_a_schedule_is_made_in_a_form_and_shows_its_next_dates(browser: Client, company: BilledCompany) -> None:
    page = send(
        browser,
        "schedules/new/",
        seller=company.seller.pk,
        name="month end",
        frequency="monthly",
        month_day=31,
        run_time="06:00",
        starts_on="2026-03-01",
        target_months=1,
        target_month_day=1,
        excluded_kinds=["usage"],
        plans="basic",
    )
    made = BillRunSchedule.objects.get()
    assert (made.target_months, made.target_month_day, made.excluded_kinds) == (1, 1, ["usage"])
    assert made.filters == {"plans": ["basic"]}
    assert "The schedule month end is active." in page
    assert "Every month, last day, at 06:00, for plan basic." in page
    assert page.index("31 Mar 2026") < page.index("30 Apr 2026")
    assert "month end" in look(browser, "schedules/")


def test_what_is_refused_stays_in_the_form(browser: Client, company: BilledCompany) -> None:
    page = send(
        browser, "schedules/new/", seller=company.seller.pk, name="none", frequency="weekly", starts_on="2026-03-01"
    )
    assert "A weekly schedule names one, from 1 (Monday) to 7 (Sunday)." in page
    assert not BillRunSchedule.objects.exists()


@pytest.mark.rule("ZUO-11")
def test_it_is_paused_resumed_and_ended_by_buttons(browser: Client, company: BilledCompany) -> None:
    schedule = make_schedule(company.seller)
    path = f"schedules/{schedule.pk}/"
    assert "Nothing was changed." in send(browser, f"{path}pause/", reason=" ")
    assert "monthly is paused." in send(browser, f"{path}pause/", reason="holiday")
    assert "monthly is active." in send(browser, f"{path}resume/", runs_now="1")
    assert BillRun.objects.filter(schedule=schedule).count() == 2
    assert "monthly is canceled" in send(browser, f"{path}cancel/", reason="sold")


@pytest.mark.rule("ZUO-11")
def test_the_page_of_a_waiting_run_says_when_it_begins_and_lets_it_be_left_out(
    browser: Client, company: BilledCompany
) -> None:
    waiting = BillRun.objects.get(schedule=make_schedule(company.seller))
    page = look(browser, f"bill-runs/{waiting.pk}/")
    assert "Waits for its day" in page and "Leave out this one occurrence?" in page
    assert "No worker is running" not in page
    send(browser, f"bill-runs/{waiting.pk}/cancel/", reason="holiday")
    assert list(BillRun.objects.filter(schedule__isnull=False).order_by("pk").values_list("status", flat=True)) == [
        "canceled",
        "pending",
    ]


@pytest.mark.rule("ZUO-16", "ZUO-51")
def test_the_options_come_with_their_advice_where_the_rule_allows_them(browser: Client, company: BilledCompany) -> None:
    advice = "Recommended after about 6 months or more of billing and/or with very simple pricing"
    assert advice not in look(browser, "bill-runs/new/")
    assert advice in look(browser, f"billing-rules/{company.seller.pk}/auto-post/")
    send(browser, f"billing-rules/{company.seller.pk}/auto-post/", is_supported="on")
    assert BillingRule.objects.get().supports_auto_post
    for path in ("bill-runs/new/", "schedules/new/"):
        assert advice in look(browser, path)
        assert "Nobody will check the invoices before posting and mailing." in look(browser, path)
    form = {"seller": company.seller.pk, "target_on": "2026-04-01", "auto_posts": "yes", "auto_emails": "yes"}
    assert "This run posts and mails itself." in send(browser, "bill-runs/new/", **form)
    run_jobs()
    assert BillRun.objects.latest("pk").status == "posted"


def test_refused_options_are_told_above_the_form(browser: Client, company: BilledCompany) -> None:
    form = {"seller": company.seller.pk, "target_on": "2026-04-01", "auto_emails": "yes"}
    assert "does not support auto-post" in send(browser, "bill-runs/new/", **form)


@pytest.mark.rule("ZUO-12", "ZUO-14")
def test_a_canceled_run_is_deleted_and_a_posted_one_shows_its_summary(browser: Client, company: BilledCompany) -> None:
    page = look(browser, f"bill-runs/{company.posted_run.pk}/")
    assert "100 %" in page and "E-mails sent" in page and "Delete the run" not in page
    cancel_bill_run(company.run, reason="a try", at=AT, actor=ACTOR)
    run_jobs()
    assert "Delete the run" in look(browser, f"bill-runs/{company.run.pk}/")
    assert "is gone, with 1 canceled drafts." in send(browser, f"bill-runs/{company.run.pk}/delete/", reason="a try")
    assert DeletedBillRun.objects.get().number == company.run.number


@pytest.mark.rule("ZUO-8")
def test_a_preview_is_asked_for_and_its_files_are_downloaded(browser: Client, company: BilledCompany) -> None:
    form = {"seller": company.seller.pk, "target_on": "2026-06-01", "renewal": "all"}
    assert "Preview PV-000001 is at work" in send(browser, "previews/new/", **form)
    run_jobs()
    made = PreviewRun.objects.get()
    file = browser.get(f"/console/previews/{made.pk}/file/")
    assert b"".join(file.streaming_content).decode().count("\n") == made.lines + 1  # type: ignore[attr-defined]
    assert made.file_name in look(browser, "previews/")
