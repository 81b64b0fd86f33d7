"""The reports and Today show the same figures: billing, payments, gap, receivables, collected against expected."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client

from tests.support.billed_company import build_billed_company
from tests.support.collected_company import collect_month
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def client() -> Client:
    """Three invoices of 121.00 in March: one by transfer and open, one paid by card, one whose card was refused."""
    collect_month(build_billed_company())
    client = Client()
    client.force_login(build_staff_user("viewer"))
    return client


def read(client: Client, address: str) -> str:
    """What is to be read at an address, in one line."""
    text = re.sub(r"<[^>]+>", " ", client.get(f"/console/{address}").content.decode())
    return " ".join(text.split())


def read_csv(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(f"/console/{address}")
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))  # type: ignore[attr-defined]


def test_the_billing_rollup_says_what_each_account_should_pay(client: Client) -> None:
    assert "What should each account pay?" in read(client, "reports/billing/")
    totals = read(client, "reports/billing/?month=2026-03&part=totals")
    assert "Should pay, Mar 2026 363.00 EUR Drafted besides 121.00 EUR" in totals
    assert "Owed today 242.00 EUR" in totals
    rows = read_csv(client, "reports/billing/?month=2026-03&format=csv")
    assert {row["account"]: row["should_pay"] for row in rows} == {
        "A-1": "121.00",
        "A-2": "0.00",
        "A-3": "0.00",
        "C-1": "121.00",
        "C-2": "121.00",
    }


def test_the_payments_rollup_says_what_arrived_and_why_the_rest_did_not(client: Client) -> None:
    page = read(client, "reports/payments/?month=2026-03")
    assert "What did arrive?" in page
    assert "There was not enough money on the account." in page
    totals = read(client, "reports/payments/?month=2026-03&part=totals")
    assert "Arrived 1 121.00 EUR" in totals
    assert "Failed 1 121.00 EUR" in totals


@pytest.mark.rule("DEM-58")
def test_the_gap_is_the_difference_of_both_and_every_part_of_it_has_a_reason(client: Client) -> None:
    totals = read(client, "reports/gap/?month=2026-03&part=totals")
    assert "Gap, Mar 2026 242.00 EUR Expected 363.00 EUR − by gateway 121.00 EUR − by transfer 0.00 EUR" in totals
    page = read(client, "reports/gap/?month=2026-03")
    assert "Charge failed 121.00 EUR" in page
    assert "Unpaid invoice, not due yet 121.00 EUR" in page
    only = read(client, "reports/gap/?month=2026-03&reason=charge_failed")
    assert "Customer C-2" in only
    assert "Customer A-1" not in only


def test_today_shows_the_same_receivable_as_the_reports(client: Client) -> None:
    assert "242.00 EUR" in read(client, "today/receivables/")
    assert "121.00 EUR of 363.00 EUR for Mar 2026: 33 %" in read(client, "today/collected/")


def test_today_lists_what_needs_someone(client: Client) -> None:
    page = read(client, "")
    assert "Review bill run BR-000002 1 draft, 121.00 EUR, due up to 1 Mar 2026" in page.replace(
        "Mar 1, 2026", "1 Mar 2026"
    )
    assert "Follow up 1 failed payment of PR-000001 121.00 EUR" in page


def test_a_month_that_has_not_begun_is_refused_in_words(client: Client) -> None:
    response = client.get("/console/reports/billing/?month=2030-01")
    assert response.status_code == 422
    assert "January 2030" in response.content.decode()
