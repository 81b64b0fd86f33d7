"""Additional fees on an assembled bill, and what of them a funds test counts. Worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.fees import FeeRuleFacts
from tallystick.catalog.core.price_list import ServiceFacts
from tallystick.invoicing.core.assembly import AccountToBill, assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.fee_terms import FeePayer, FeeTerms, PricedFee
from tallystick.invoicing.core.fees import add_fees, compute_fees_to_test
from tallystick.rating.price import Price
from tests.unit.invoicing.test_assembly import MARCH, account, service

PAPER = FeeRuleFacts("Paper bill", 7, "post", "", None, "", None, None, None, None)
SOLD = ServiceFacts(7, "paper", "Paper", "one_off", "flat", "fees", "standard", "")


def payer(*, is_printed: bool = True) -> AccountToBill:
    """An account with a service of 8.00 and 21 % VAT, whose bills on paper cost 1.50 more."""
    price = Price("one_off", Decimal("1.50"), "EUR", date(2020, 1, 1), None)
    terms = FeeTerms([PricedFee(PAPER, SOLD, (price,))], FeePayer("EUR", True, is_printed, ""))
    return account(service(1, "8.00"))._replace(fee_terms=terms)


@pytest.mark.rule("CRM-31")
def test_a_fee_is_an_invoice_of_its_own_with_tax_that_claims_no_period() -> None:
    bill = assemble_bill(payer(), target_on=MARCH, invoice_on=MARCH)
    with_fees = add_fees(bill, account=payer(), invoice_on=MARCH)
    assert with_fees.documents[0] == bill.documents[0]
    (fee,) = with_fees.documents[1:]
    assert (fee.net_minor, fee.tax_minor, fee.gross_minor) == (1_50, 32, 1_82)  # 21 % of 1.50 is 0.315
    assert [(line.kind, line.description, line.revenue_code) for line in fee.lines] == [("fee", "Paper bill", "fees")]
    assert (fee.claims, fee.due_on, with_fees.moves) == ((), date(2026, 3, 31), bill.moves)


@pytest.mark.rule("CRM-32")
def test_a_bill_that_came_to_nothing_bears_no_fee() -> None:
    # So does a pay-before account whose funds do not suffice: it has no bill (golden scenario 29).
    assert add_fees(DraftBill(1, (), ()), account=payer(), invoice_on=MARCH).documents == ()


@pytest.mark.rule("CRM-32")
def test_a_funds_test_counts_the_fees_gross_unless_the_seller_says_otherwise() -> None:
    bill = assemble_bill(payer(), target_on=MARCH, invoice_on=MARCH)
    assert compute_fees_to_test(bill, account=payer(), invoice_on=MARCH, is_counted=True) == 1_82
    assert compute_fees_to_test(bill, account=payer(), invoice_on=MARCH, is_counted=False) == 0
    by_mail = payer(is_printed=False)
    assert compute_fees_to_test(bill, account=by_mail, invoice_on=MARCH, is_counted=True) == 0
