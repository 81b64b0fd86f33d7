"""Links in files lead to the one page of the console that explains a row."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pytest_django import Settings

from tallystick.interfaces.record_links import RecordLinks, get_site_address
from tallystick.rollups.queries import GapReason, InvoiceRef, PaymentRow, RollupAccount

ACCOUNT = RollupAccount(7, "A-7", "Customer", "EUR", "self_serve", "", "", "", "", "")
FIRST, SECOND = InvoiceRef(11, "INV-11"), InvoiceRef(12, "INV-12")
CHARGE = PaymentRow(
    key=3, on=date(2026, 3, 1), at=datetime(2026, 3, 1, tzinfo=UTC), kind="gateway", way="saved_method",
    account_id=7, given_back_minor=0, taken_back_minor=0, unused_minor=0,
    account_external_id="A-7", account_name="Customer", amount_minor=121_00, currency="EUR", bucket="failed",
    status="failed", gateway="sandbox", method_label="", reference="", dashboard_url="", failure_code="", why="",
    next_step="", payment_id=None, attempt_id=1, invoices=(FIRST,),
)  # fmt: skip

links = RecordLinks("https://billing.example.com")


def gap(reason: str, *invoices: InvoiceRef) -> str:
    return links.of_gap(ACCOUNT, GapReason(reason, 121_00, "", "", invoices))


def test_a_gap_of_one_document_is_explained_by_its_page() -> None:
    assert gap("charge_failed", FIRST) == "https://billing.example.com/console/invoices/11/"
    assert gap("credit_left", SECOND) == "https://billing.example.com/console/invoices/12/"


def test_a_missing_method_and_several_documents_are_explained_by_the_account() -> None:
    assert gap("no_method", FIRST) == "https://billing.example.com/console/accounts/7/"
    assert gap("unpaid_overdue", FIRST, SECOND) == "https://billing.example.com/console/accounts/7/"


def test_a_payment_has_a_page_of_its_own_and_so_has_a_charge_that_brought_none() -> None:
    assert links.of_payment(CHARGE._replace(payment_id=5)) == "https://billing.example.com/console/payments/5/"
    assert links.of_payment(CHARGE) == "https://billing.example.com/console/payment-attempts/1/"
    assert links.of_payment(CHARGE._replace(attempt_id=None)) == "https://billing.example.com/console/accounts/7/"


def test_a_command_names_the_configured_address_else_that_of_serve(settings: Settings) -> None:
    settings.SITE_ADDRESS = ""
    assert get_site_address() == "http://localhost:8000"
    settings.SITE_ADDRESS = "https://billing.example.com"
    assert get_site_address() == "https://billing.example.com"
