"""The reports and Today show the same figures: billing, payments, gap, receivables, collected against expected."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from tallystick.invoicing.models import BillRun, Document
from tallystick.journeys.record_transfer import record_transfer
from tallystick.payments.models import Payment, PaymentAttempt
from tallystick.plumbing import clock
from tallystick.rollups.queries import CLASS_MEANINGS
from tallystick.sellers.models import Seller
from tests.support.billed_company import build_billed_company
from tests.support.builders import ACTOR, AT
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
        "A-2": "",
        "A-3": "0.00",
        "C-1": "121.00",
        "C-2": "121.00",
    }
    assert {row["account"]: row["billing_state"] for row in rows if row["account"] in ("A-1", "A-2", "A-3")} == {
        "A-1": "billed",
        "A-2": "not_billed_yet",
        "A-3": "nothing_due",
    }


def test_what_is_not_billed_yet_is_said_in_words_and_counted(client: Client) -> None:
    page = read(client, "reports/billing/?month=2026-03&q=A-2")
    assert "not billed yet 121.00 drafted 100.00 EUR unconfirmed" in page
    totals = read(client, "reports/billing/?month=2026-03&part=totals")
    assert "1 account is not billed yet for Mar 2026; expected, as MRR: 100.00 EUR" in totals
    assert "0.00 EUR nothing due" in read(client, "reports/billing/?month=2026-03&q=A-3")
    assert "not billed yet for" not in read(client, "reports/billing/?month=2026-03&q=A-1&part=totals")


@pytest.mark.rule("DEM-35")
def test_how_they_pay_and_the_revenue_class_are_told_apart_and_every_class_is_explained(client: Client) -> None:
    page = read(client, "reports/billing/?month=2026-03&q=A-1")
    assert "Account How they pay Revenue class Account manager Admin contact Should pay MRR Owed today" in page
    assert "Customer A-1 A-1, Basic Managed Awaiting payment" in page
    assert "By revenue class: 1 awaiting payment" in read(client, "reports/billing/?q=A-1&part=totals")
    for meaning in CLASS_MEANINGS.values():
        assert escape(meaning) in client.get("/console/reports/billing/").content.decode()
    assert {row["revenue_class"] for row in read_csv(client, "reports/billing/?q=A-1&format=csv")} == {"managed"}


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


def test_every_line_of_the_gap_leads_to_the_page_that_explains_it(client: Client) -> None:
    rows = read_csv(client, "reports/gap/?month=2026-03&format=csv")
    assert {row["account"] for row in rows} == {"A-1", "C-2"}
    for row in rows:
        document = Document.objects.get(number=row["invoices"])
        assert row["link"] == f"http://testserver/console/invoices/{document.pk}/"
        assert row["gateway_link"] == ""  # the sandbox has no pages
        assert row["invoices"] in read(client, row["link"].removeprefix("http://testserver/console/"))


def test_links_lead_to_the_configured_address_where_there_is_one(client: Client, settings: Settings) -> None:
    settings.SITE_ADDRESS = "https://billing.example.com"
    (row,) = read_csv(client, "reports/gap/?month=2026-03&reason=charge_failed&format=csv")
    assert row["link"].startswith("https://billing.example.com/console/invoices/")


def test_the_gateways_page_stands_beside_our_own_where_it_has_one(client: Client) -> None:
    PaymentAttempt.objects.filter(status="failed").update(dashboard_url="https://gateway.example/p/7")
    (row,) = read_csv(client, "reports/gap/?month=2026-03&reason=charge_failed&format=csv")
    assert row["link"].startswith("http://testserver/console/invoices/")
    assert row["gateway_link"] == "https://gateway.example/p/7"


def test_every_payment_and_every_failed_charge_leads_to_its_page(client: Client) -> None:
    rows = {row["bucket"]: row for row in read_csv(client, "reports/payments/?month=2026-03&format=csv")}
    payment = Payment.objects.get()
    assert rows["arrived"]["link"] == f"http://testserver/console/payments/{payment.pk}/"
    tried = f"/console/payment-attempts/{PaymentAttempt.objects.get(status='failed').pk}/"
    assert rows["failed"]["link"] == f"http://testserver{tried}"
    assert f'href="{tried}"' in client.get("/console/reports/payments/?month=2026-03").content.decode()


def test_a_month_for_which_nothing_was_asked_is_not_said_to_have_arrived(client: Client) -> None:
    Document.objects.filter(status="draft").update(invoice_on=date(2026, 1, 1), run=None)
    drafted = read(client, "reports/gap/?month=2026-01")
    assert "Nothing was asked for in Jan 2026 yet Its invoices are drafts." in drafted
    page = read(client, "reports/gap/?month=2026-02")
    assert "Nothing was asked for in Feb 2026 No invoice is dated in it." in page
    assert (
        "has arrived" not in page
        and "/console/bill-runs/"
        in client.get("/console/reports/gap/?month=2026-02").content.decode().split('class="blank"')[1]
    )


def test_today_shows_the_same_receivable_as_the_reports(client: Client) -> None:
    assert "242.00 EUR" in read(client, "today/receivables/")
    assert "121.00 EUR of 363.00 EUR for Mar 2026: 33 %" in read(client, "today/collected/")


def test_today_lists_what_needs_someone(client: Client) -> None:
    seller = Seller.objects.get()
    for number in range(6):  # a daily schedule that found nothing hides no run that waits
        BillRun.objects.create(
            seller=seller,
            number=f"BR-9{number}",
            status="completed",
            target_on=date(2026, 3, 1),
            invoice_on=date(2026, 3, 1),
            created_at=AT,
            queued_at=AT,
            created_by="a schedule",
        )
    page = read(client, "")
    assert "Review bill run BR-000002 1 draft, 121.00 EUR, due up to 1 Mar 2026" in page.replace(
        "Mar 1, 2026", "1 Mar 2026"
    )
    assert "Follow up 1 failed payment of PR-000001 121.00 EUR" in page


def test_a_month_that_has_not_begun_is_refused_in_words(client: Client) -> None:
    response = client.get("/console/reports/billing/?month=2030-01")
    assert response.status_code == 422
    assert "January 2030" in response.content.decode()


def test_the_gap_says_how_it_fits_the_payments_rollup_of_the_month(client: Client) -> None:
    # 121.00 arrived on 1 March, and 50.00 more for an invoice of March on 3 April
    invoice = Document.objects.get(status="posted", account__external_id="A-1")
    clock.set_clock(AT + timedelta(days=33))
    record_transfer(
        invoice.pk, amount_minor=50_00, reference="", received_on=date(2026, 4, 3), at=clock.now(), actor=ACTOR
    )
    totals = read(client, "reports/gap/?month=2026-03&part=totals")
    assert "121.00 EUR arrived in Mar 2026; 50.00 EUR more arrived since for its invoices." in totals
    april = read(client, "reports/payments/?month=2026-04&part=totals")
    assert "Arrived 1 50.00 EUR" in april
    narrowed = read(client, "reports/gap/?month=2026-03&part=totals&mode=managed")
    assert "payments rollup" not in narrowed
