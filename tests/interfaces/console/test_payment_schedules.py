"""Schedules of payment runs in the browser-free console: made, warned of, changed, ended."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.schedules import make_payment_schedule, make_schedule
from tests.support.staff import build_staff_user
from tests.support.stories import GOOD_CARD, bill, build_payers, collect

WHEN = {"name": "mornings", "frequency": "daily", "starts_on": "2026-03-01", "run_hour": "11", "applies_credits": "on"}


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    clock.set_clock(AT)
    return build_seller()


@pytest.fixture
def client() -> Client:
    return Client()


def sign_in(client: Client) -> Client:
    client.force_login(build_staff_user("finance"))
    return client


@pytest.mark.rule("ZUO-49")
def test_one_that_would_begin_too_early_is_asked_about_and_the_offer_is_taken(seller: Seller, client: Client) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill(seller)
    new = reverse("admin:payment_schedule_new")
    asked = sign_in(client).post(new, {**WHEN, "seller": seller.pk}).content.decode()
    assert "but bill run BR-000001 is likely to be completed and posted only by 2026-03-01" in asked
    assert "Run it 3 hours after BR-000001 is posted" in asked
    assert not PaymentRunSchedule.objects.exists()

    client.post(new, {**WHEN, "seller": seller.pk, "take_offer": "1"})
    made = PaymentRunSchedule.objects.get()
    assert (made.frequency, made.after_hours, str(made.bill_run)) == ("after_run", 3, "BR-000001")
    shown = client.get(reverse("admin:payment_schedule", args=[made.pk])).content.decode()
    assert "3 hours after BR-000001 is posted" in shown
    assert "the posting of BR-000001" in shown


@pytest.mark.rule("ZUO-41")
def test_a_waiting_run_says_when_it_begins_is_changed_and_its_series_ended(seller: Seller, client: Client) -> None:
    schedule = make_payment_schedule(seller)
    run = schedule.runs.get()
    page = sign_in(client).get(reverse("admin:payment_run", args=[run.pk])).content.decode()
    assert "Waits: begins on" in page
    assert "at 11:00" in page
    client.post(reverse("admin:payment_run_change_save", args=[run.pk]), {"on": "2026-03-05", "hour": "14"})
    run.refresh_from_db()
    assert (run.run_on, run.target_on) == (date(2026, 3, 5), date(2026, 3, 5))
    client.post(reverse("admin:payment_schedule_cancel", args=[schedule.pk]), {"reason": "the bank collects"})
    run.refresh_from_db()
    assert run.status == "canceled"
    client.post(reverse("admin:payment_run_delete", args=[run.pk]), {"reason": "a try"})
    assert not schedule.runs.exists()


@pytest.mark.rule("ZUO-41")
def test_a_schedule_is_changed_in_a_form_that_names_what_is_wrong(seller: Seller, client: Client) -> None:
    schedule = make_payment_schedule(seller)
    address = reverse("admin:payment_schedule_change", args=[schedule.pk])
    page = sign_in(client).get(address).content.decode()
    assert 'value="collecting"' in page and 'name="after_hours"' not in page
    given = {"name": "collecting", "run_hour": "14", "target_days": "3", "applies_credits": "on", "reason": "agreed"}
    wrong = client.post(address, given).content.decode()
    assert "Must be 0 while credits are applied" in wrong
    done = client.post(address, {**given, "target_days": "0"}, follow=True).content.decode()
    assert "collecting is changed, and what waits of it." in done
    assert "agreed (at 14:00)" in done


def read(client: Client, address: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def test_a_run_that_waits_says_for_what_in_the_same_words_everywhere(seller: Seller, client: Client) -> None:
    collect(seller)  # nothing is due: completed at once
    billing = make_schedule(seller)
    make_payment_schedule(seller)  # today at eleven
    make_payment_schedule(seller, None, name="after", after=AfterPosting(3, None, billing.pk))
    sign_in(client)
    words = ("Completed", "Waits for its day", "Waits for BR-000001 to be posted")
    rows = read(client, reverse("admin:payment_runs"))
    assert "To review" not in rows
    for run, word in zip(PaymentRun.objects.order_by("pk"), words, strict=True):
        assert f"Payment run {run.number} {word}" in read(client, reverse("admin:payment_run", args=[run.pk]))
        assert f"{run.number} {word}" in rows
    today = read(client, reverse("admin:index"))
    assert "PR-000002 Payment run Waits for its day Waits for Mar 1, 2026, 11:00" in today.replace("\u202f", " ")
    assert "PR-000003 Payment run Waits for BR-000001 to be posted Waits for the posting of BR-000001" in today
    assert "BR-000001 Bill run Waits for its day Waits for Apr 1, 2026, 6:00" in today.replace("\u202f", " ")


@pytest.mark.rule("ZUO-35")
def test_earlier_invoices_are_taken_along_or_not_by_choice(seller: Seller, client: Client) -> None:
    billing = make_schedule(seller)
    given = {"name": "after", "frequency": "after_schedule", "bill_run_schedule": billing.pk, "after_hours": "3"}
    new = reverse("admin:payment_schedule_new")
    sign_in(client).post(new, {**given, "seller": seller.pk, "applies_credits": "on", "only_bill_run": "on"})
    made = PaymentRunSchedule.objects.get()
    page = reverse("admin:payment_schedule", args=[made.pk])
    assert "for all accounts; only invoices of each run." in read(client, page)
    change = {"name": "after", "after_hours": "3", "target_days": "0", "applies_credits": "on", "reason": "agreed"}
    client.post(reverse("admin:payment_schedule_change", args=[made.pk]), change)
    assert "for all accounts; invoices of each run, and earlier ones that may be tried again." in read(client, page)
    run = made.runs.get()
    assert not run.only_bill_run
    save = reverse("admin:payment_run_change_save", args=[run.pk])
    client.post(save, {"after_hours": "3", "only_bill_run": "1"})
    assert "only invoices of BR-000001" in read(client, reverse("admin:payment_run", args=[run.pk]))
