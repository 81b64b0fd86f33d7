"""The payments rollup in the console: every way of paying, every state, all months, and money without an invoice."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from tallystick.invoicing.models import Document
from tallystick.journeys.record_transfer import record_account_transfer
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing import clock
from tests.support.billed_company import build_billed_company
from tests.support.builders import ACTOR, AT
from tests.support.collected_company import collect_month
from tests.support.staff import build_staff_user

pytestmark = pytest.mark.usefixtures("fresh_database")

REPORT = "/console/reports/payments/"


@pytest.fixture
def client() -> Client:
    """In March 121.00 came by card and a card was refused; in April 40.00 came for no invoice."""
    collect_month(build_billed_company())
    clock.set_clock(AT + timedelta(days=33))
    account_id = Document.objects.get(status="posted", account__external_id="C-1").account_id
    record_account_transfer(
        account_id, amount_minor=40_00, reference="TOO MUCH", received_on=date(2026, 4, 2), at=clock.now(), actor=ACTOR
    )
    client = Client()
    client.force_login(build_staff_user("viewer"))
    return client


def read(client: Client, query: str) -> str:
    """What is to be read, in one line."""
    text = re.sub(r"<[^>]+>", " ", client.get(f"{REPORT}?{query}").content.decode())
    return " ".join(text.split())


def list_accounts(client: Client, query: str) -> list[str]:
    page = client.get(f"{REPORT}?{query}").content.decode().split("<tbody", 1)[-1]
    return sorted(re.findall(r"Customer (\S+?)<", page))


@pytest.mark.rule("DEM-52", "DEM-54")
def test_payments_are_found_by_outcome_state_way_and_gateway(client: Client) -> None:
    assert list_accounts(client, "month=2026-03") == ["C-1", "C-2"]
    assert list_accounts(client, "month=2026-03&bucket=failed") == ["C-2"]
    assert list_accounts(client, "month=2026-03&status=succeeded") == ["C-1"]
    assert list_accounts(client, "months=all&way=transfer") == ["C-1"]
    assert list_accounts(client, "month=2026-03&gateway=sandbox") == ["C-1", "C-2"]


def test_money_without_an_invoice_is_found_in_whatever_month_it_came(client: Client) -> None:
    page = read(client, "months=all&use=without_invoice")
    assert "TOO MUCH" in page and "40.00 EUR without an invoice" in page
    assert list_accounts(client, "months=all&use=without_invoice") == ["C-1"]
    assert list_accounts(client, "month=2026-03&use=without_invoice") == []
    assert "40.00 EUR of it without an invoice" in read(client, "months=all&part=totals")


def test_a_file_of_all_months_is_named_so(client: Client) -> None:
    answer = client.get(f"{REPORT}?months=all&format=csv")
    assert "payments-rollup-all-months" in answer["Content-Disposition"]
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 4  # type: ignore[attr-defined]


@pytest.mark.rule("DEM-52")
def test_each_leads_to_its_page_at_the_gateway(client: Client) -> None:
    PaymentAttempt.objects.filter(status="failed").update(dashboard_url="https://gateway.example/p/7")
    assert 'href="https://gateway.example/p/7"' in client.get(f"{REPORT}?month=2026-03").content.decode()


def test_a_state_that_is_none_is_refused_in_words(client: Client) -> None:
    answer = client.get(f"{REPORT}?month=2026-03&status=paid")
    assert answer.status_code == 422
    assert "there are created" in answer.content.decode()
