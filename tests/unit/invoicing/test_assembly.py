"""From due services to a drafted bill: lines, tax, grouping, claims. Worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.invoicing.core.assembly import AccountToBill, ServiceToBill, assemble_bill
from tallystick.invoicing.core.draft import BilledThroughMove, ClaimPeriod, DraftTaxLine
from tallystick.invoicing.core.taxing import LineTax
from tallystick.periods.anchor import first_cycle
from tallystick.rating.discount import Discount
from tallystick.rating.errors import NoPrice
from tallystick.rating.price import Price
from tallystick.rating.terms import ServiceTerms

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
RATES = {"standard": Decimal(21), "reduced": Decimal(9)}


def dutch_taxes(category: str, supply_kind: str, on: date) -> LineTax:
    return LineTax(category, RATES[category], "NL001B01")


def service(
    number: int,
    unit_price: str,
    *,
    starts_on: date = MARCH,
    billed_through: date | None = None,
    category: str = "standard",
    subscription_id: int = 1,
    is_invoiced_separately: bool = False,
    collection_method: str = "",
    discounts: tuple[Discount, ...] = (),
    priced: bool = True,
) -> ServiceToBill:
    prices = (Price("per_unit", Decimal(unit_price), "EUR", date(2020, 1, 1), None),) if priced else ()
    terms = ServiceTerms(
        subscription_service_id=number,
        quantity=1,
        cycle=first_cycle(starts_on, 1, 1),
        prices=prices,
        override_price=None,
        discounts=discounts,
        starts_on=starts_on,
        billed_through=billed_through or starts_on,
        service=f"Service {number}",
    )
    return ServiceToBill(
        terms,
        subscription_id,
        collection_method,
        is_invoiced_separately,
        f"Service {number}",
        "subscriptions",
        category,
    )


def account(*services: ServiceToBill) -> AccountToBill:
    return AccountToBill(1, "remittance", {"remittance": 30, "automatic": 0}, services, dutch_taxes)


def test_two_services_stand_on_one_invoice_with_tax_rounded_once_a_rate() -> None:
    # 10.03 + 10.03 = 20.06; 21 % of 20.06 is 4.2126, so 4.21 (line by line it would be 2.11 + 2.11 = 4.22)
    bill = assemble_bill(account(service(1, "10.03"), service(2, "10.03")), target_on=MARCH, invoice_on=MARCH)
    (document,) = bill.documents
    assert (document.net_minor, document.tax_minor, document.gross_minor) == (20_06, 4_21, 24_27)
    assert document.tax_lines == (DraftTaxLine("NL001B01", "standard", Decimal(21), 20_06, 4_21),)
    assert document.due_on == date(2026, 3, 31)
    assert [line.description for line in document.lines] == ["Service 1", "Service 2"]


def test_each_rate_has_its_own_tax_line() -> None:
    bill = assemble_bill(
        account(service(1, "100"), service(2, "50", category="reduced")), target_on=MARCH, invoice_on=MARCH
    )
    assert {(t.tax_rate, t.net_minor, t.tax_minor) for t in bill.documents[0].tax_lines} == {
        (Decimal(9), 50_00, 4_50),
        (Decimal(21), 100_00, 21_00),
    }


@pytest.mark.rule("ZUO-2")
def test_everything_unbilled_up_to_the_target_date_is_billed_however_old() -> None:
    bill = assemble_bill(account(service(1, "10")), target_on=MAY, invoice_on=date(2026, 5, 15))
    assert [line.period_start_on for line in bill.documents[0].lines] == [MARCH, APRIL, MAY]
    assert bill.moves == (BilledThroughMove(1, MARCH, date(2026, 6, 1)),)


def test_a_claim_covers_each_service_period_and_discounts_claim_nothing() -> None:
    tenth = Discount("percent", Decimal(10), None, None, "Loyalty")
    bill = assemble_bill(account(service(1, "10", discounts=(tenth,))), target_on=APRIL, invoice_on=APRIL)
    (document,) = bill.documents
    assert [(line.kind, line.net_minor) for line in document.lines] == [
        ("recurring", 10_00),
        ("discount", -1_00),
        ("recurring", 10_00),
        ("discount", -1_00),
    ]
    assert document.lines[1].description == "Loyalty"
    assert document.claims == (ClaimPeriod(1, "recurring", MARCH, APRIL), ClaimPeriod(1, "recurring", APRIL, MAY))


def test_a_partial_period_says_how_many_of_how_many_days() -> None:
    # 15 March to 1 April: 17 of 31 days of 31.00 is 17.00
    bill = assemble_bill(
        account(service(1, "31", starts_on=date(2026, 3, 15))), target_on=MARCH.replace(day=20), invoice_on=APRIL
    )
    (line,) = bill.documents[0].lines
    assert (line.part_days, line.full_days, line.net_minor) == (17, 31, 17_00)


def test_a_subscription_may_ask_for_its_own_invoice() -> None:
    bill = assemble_bill(
        account(
            service(1, "10", subscription_id=1),
            service(2, "20", subscription_id=2, is_invoiced_separately=True),
            service(3, "30", subscription_id=3),
        ),
        target_on=MARCH,
        invoice_on=MARCH,
    )
    assert [document.net_minor for document in bill.documents] == [40_00, 20_00]


def test_each_collection_method_has_its_own_invoice_with_its_own_terms() -> None:
    bill = assemble_bill(
        account(service(1, "10"), service(2, "20", collection_method="automatic")), target_on=MARCH, invoice_on=MARCH
    )
    assert [(d.collection_method, d.due_on) for d in bill.documents] == [
        ("automatic", MARCH),
        ("remittance", date(2026, 3, 31)),
    ]


@pytest.mark.rule("CRM-19")
def test_what_is_billed_through_is_not_due_again() -> None:
    bill = assemble_bill(account(service(1, "10", billed_through=APRIL)), target_on=MARCH, invoice_on=MARCH)
    assert bill.documents == () and bill.moves == ()


@pytest.mark.rule("ZUO-31")
def test_an_invoice_of_zero_is_a_real_document() -> None:
    free = Discount("percent", Decimal(100), None, None, "Free month")
    bill = assemble_bill(account(service(1, "10", discounts=(free,))), target_on=MARCH, invoice_on=MARCH)
    assert (bill.documents[0].gross_minor, len(bill.documents[0].lines)) == (0, 2)


def test_a_service_without_a_price_is_refused_by_name_and_day() -> None:
    with pytest.raises(NoPrice, match=r"Service 1.*2026-03-01"):
        assemble_bill(account(service(1, "10", priced=False)), target_on=MARCH, invoice_on=MARCH)


@pytest.mark.rule("ZUO-27")
def test_a_bill_below_zero_is_a_credit_note_of_what_it_gives_back() -> None:
    credited = service(1, "0")
    credited = credited._replace(
        terms=credited.terms._replace(override_price=Price("per_unit", Decimal(-5), "EUR", date.min, None))
    )
    (document,) = assemble_bill(account(credited), target_on=MARCH, invoice_on=MARCH).documents
    assert (document.kind, document.net_minor, document.tax_minor, document.gross_minor) == (
        "credit_note",
        5_00,
        1_05,
        6_05,
    )
    assert document.due_on == MARCH
    assert [(line.unit_price, line.net_minor) for line in document.lines] == [(Decimal(5), 5_00)]
    assert document.claims == (ClaimPeriod(1, "recurring", MARCH, APRIL),)
