"""A Dutch seller with the one-stop shop bills a German consumer: German tax on what is digital, Dutch on the rest."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import get_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.ledger.models import LedgerEntry
from tallystick.sellers.core.new_seller import Registration
from tallystick.sellers.models import Seller
from tallystick.sellers.operations.add_vat_registration import add_vat_registration
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """It declares for all member states in the Netherlands from 15 March on."""
    seller = build_seller()
    shop = Registration("NL", "NL123456782B90", date(2026, 3, 15), scheme="one_stop_shop")
    add_vat_registration(seller, registration=shop, at=AT, actor=ACTOR)
    return seller


@pytest.mark.rule("DEM-25", "DEM-64")
def test_a_consumer_abroad_is_taxed_there_on_what_is_digital_once_the_shop_is_in_force(seller: Seller) -> None:
    stream = build_service(seller, code="stream", unit_price="100.00")
    lesson = build_service(seller, code="lesson", unit_price="50.00", supply_kind="general")
    account = build_account(seller, party={"country": "DE"})
    build_subscription(account, build_plan(seller), stream, lesson)

    start_bill_run(seller, target_on=date(2026, 3, 31), invoice_on=date(2026, 3, 31), at=AT, actor=ACTOR)
    run_jobs()
    post_bill_run(get_bill_run("BR-000001"), at=AT, actor=ACTOR)
    run_jobs()

    invoice = Document.objects.get(status="posted")
    lines = invoice.lines.order_by("position").values_list("description", "treatment", "tax_rate")
    assert set(lines) == {("Stream", "standard", Decimal(19)), ("Lesson", "standard", Decimal(21))}
    taxes = set(invoice.tax_lines.values_list("tax_rate", "net_minor", "tax_minor"))
    assert taxes == {(Decimal(19), 100_00, 19_00), (Decimal(21), 50_00, 10_50)}
    assert invoice.gross_minor == 179_50
    owed = LedgerEntry.objects.filter(ledger_account="tax_payable").values_list("amount_minor", flat=True)
    assert sum(owed) == -29_50
    assert list(check_books(actor=ACTOR)) == []


def test_before_the_shop_was_in_force_it_was_taxed_at_home(seller: Seller) -> None:
    account = build_account(seller, party={"country": "DE"})
    setup = build_service(seller, code="setup", unit_price="100.00", kind="one_off")
    build_subscription(account, build_plan(seller), setup)

    start_bill_run(seller, target_on=date(2026, 3, 1), invoice_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()

    assert Document.objects.get().tax_minor == 21_00
