"""What stands out in a run, what differs and how each line came about: the same by API, command line and console."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from typer.testing import CliRunner

from tallystick.interfaces.cli.commands import build_application
from tallystick.invoicing.models import BillRun, Document
from tallystick.subscriptions.models import SubscriptionService
from tests.scenarios.test_run_review import bill_march, build_company
from tests.support.api import make_caller
from tests.support.staff import build_staff_user

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-47")]


@pytest.fixture
def run() -> BillRun:
    """Two accounts at 100.00; the price of one became 250.00."""
    seller = build_company("same", "dear")
    SubscriptionService.objects.filter(account__external_id="dear").update(unit_price_override=Decimal(250))
    return bill_march(seller)


def test_the_api_tells_risks_with_reasons_and_differences(run: BillRun) -> None:
    caller = make_caller()
    review = caller.get(f"/bill-runs/{run.pk}/review").json()
    assert (review["is_reviewed"], review["differences"]) == (True, [{"change": "up", "accounts": 1}])
    (risky,) = caller.get(f"/bill-runs/{run.pk}/risks").json()["data"]
    assert (risky["account"], risky["weight"], risky["gross_minor"]) == ("dear", 110, 250_00)
    assert risky["reasons"] == [
        {"code": "amount_far", "words": "250.00 USD, while the largest of a year was 100.00 USD"},
        {"code": "changed_price", "words": "Seat 100.00 → 250.00"},
    ]
    (different,) = caller.get(f"/bill-runs/{run.pk}/differences?at_least_percent=150").json()["data"]
    assert (different["change"], different["change_basis_points"]) == ("up", 150_00)
    assert caller.get(f"/bill-runs/{run.pk}/differences?at_least_percent=151").json()["data"] == []
    document = Document.objects.get(run=run, account__external_id="dear")
    (line,) = caller.get(f"/invoices/{document.pk}").json()["lines"]
    assert line["explanation"] == "1 × 250.00 = 250.00"


def test_risks_and_differences_come_in_pages_that_leave_nobody_out() -> None:
    names = [f"A-{number}" for number in range(5)]
    seller = build_company(*names)
    for name in names:
        price = Decimal(250 if name < "A-3" else 300)
        SubscriptionService.objects.filter(account__external_id=name).update(unit_price_override=price)
    run = bill_march(seller)
    for address in ("risks", "differences"):
        found, cursor = [], ""
        while cursor is not None:
            page = make_caller().get(f"/bill-runs/{run.pk}/{address}?limit=2{cursor and f'&cursor={cursor}'}").json()
            found += [each["account"] for each in page["data"]]
            cursor = page["next_cursor"]
        assert found == ["A-3", "A-4", "A-0", "A-1", "A-2"]


def test_the_command_line_tells_them_in_words_and_in_json(run: BillRun) -> None:
    told = CliRunner().invoke(build_application("bill-run"), ["bill-run", "review", run.number])
    assert told.exit_code == 0, told.output
    assert "Otherwise than in the run before: 1 up" in told.output
    assert "150.00 %" in told.output
    asked = ["bill-run", "review", run.number, "--change", "down", "--json"]
    review = json.loads(CliRunner().invoke(build_application("bill-run"), asked).output)
    assert [each["account"] for each in review["risks"]] == ["dear"]
    assert review["differences"] == []


def test_the_console_has_a_tab_for_each_and_the_invoice_page_explains_its_lines(run: BillRun) -> None:
    browser = Client()
    browser.force_login(build_staff_user("clerk"))
    address = f"/console/bill-runs/{run.pk}/"
    risks = browser.get(f"{address}?show=risks").content.decode()
    assert "Seat 100.00 → 250.00" in risks
    assert "Customer same" not in risks
    differences = browser.get(f"{address}?show=differences&percent=150").content.decode()
    assert "150\u00a0%" in differences
    assert "Nothing here." in browser.get(f"{address}?show=differences&percent=151").content.decode()
    assert browser.get(f"{address}count/risks/").content == b"1"
    document = Document.objects.get(run=run, account__external_id="dear")
    assert "1 × 250.00 = 250.00" in browser.get(f"/console/invoices/{document.pk}/").content.decode()
    pdf = browser.get(f"/console/invoices/{document.pk}/pdf/?explained=1")
    assert pdf["Content-Type"] == "application/pdf"


def test_a_line_of_part_of_a_period_says_days_of_days_convention_and_rounding(run: BillRun) -> None:
    SubscriptionService.objects.filter(account__external_id="same").update(ends_on=date(2026, 3, 15))
    account_id = Document.objects.get(run=run, account__external_id="same").account_id
    caller = make_caller()
    assert caller.post(f"/bill-runs/{run.pk}/accounts/{account_id}/regenerate", {}).status_code == 204
    draft = Document.objects.get(run=run, account_id=account_id, status="draft")
    (line,) = caller.get(f"/invoices/{draft.pk}").json()["lines"]
    assert line["explanation"] == (
        "1 × 100.00 × 14/31 = 45.1613… → 45.16; 14 of 31 days, by the days of the period; "
        "rounded once, half away from zero"
    )
