"""Additional fees on an assembled bill, and what of them a funds test counts. Worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.fees import FeeRuleFacts
from tallystick.catalog.core.price_list import ServiceFacts
from tallystick.credit.core.model_tests import PAY_BEFORE, POSTBILL, AccountFunds
from tallystick.invoicing.core.assembly import AccountToBill, assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.fee_terms import FeePayer, FeeTerms, PricedFee
from tallystick.invoicing.core.fees import add_fees
from tallystick.invoicing.core.funded_bill import assemble_bill_with_fees
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
@pytest.mark.parametrize(
    ("is_tested", "limit_minor", "gross", "holds"),
    [
        (True, 11_50, [9_68, 1_82], ["room", "room"]),  # 9.68 and a fee of 1.82 are 11.50
        (True, 11_49, [], []),
        (True, 9_68, [], []),
        (False, 9_68, [9_68, 1_82], ["room", ""]),
    ],
)
def test_a_fee_never_breaks_a_limit_unless_the_seller_does_not_count_fees(
    is_tested: bool, limit_minor: int, gross: list[int], holds: list[str]
) -> None:
    bill = assemble(payer(), AccountFunds(receivable_limit_minor=limit_minor), is_tested=is_tested)
    assert [document.gross_minor for document in bill.documents] == gross
    assert [document.hold_kind for document in bill.documents] == holds
    assert [each.reason for each in bill.not_renewed] == ([] if gross else ["over_limit"])


@pytest.mark.rule("CRM-32", "CRM-16")
@pytest.mark.parametrize(("credit_minor", "shortfall_minor"), [(11_50, 0), (11_49, 1), (9_68, 1_82), (5_00, 6_50)])
def test_what_is_paid_before_is_renewed_with_money_for_its_fee_and_short_by_what_both_lack(
    credit_minor: int, shortfall_minor: int
) -> None:
    before = payer()
    before = before._replace(services=[each._replace(billing_model=PAY_BEFORE) for each in before.services])
    bill = assemble(before, AccountFunds(balance_minor=credit_minor, free_credit_minor=credit_minor))
    renewed = [("credit", 9_68), ("credit", 1_82)]
    assert [(each.hold_kind, each.gross_minor) for each in bill.documents] == ([] if shortfall_minor else renewed)
    assert bill.shortfall_minor == shortfall_minor


@pytest.mark.rule("CRM-17", "CRM-32")
def test_what_is_free_is_renewed_without_a_fee_that_does_not_fit() -> None:
    free = payer()._replace(services=[service(1, "0")])
    owing = AccountFunds(balance_minor=-100_00, receivable_limit_minor=100_00)
    assert [document.gross_minor for document in assemble(free, owing).documents] == [0]
    assert [document.gross_minor for document in assemble(free, AccountFunds()).documents] == [0, 1_82]


@pytest.mark.rule("CRM-13", "CRM-32")
def test_what_is_billed_afterwards_is_tested_by_the_present_debt_with_fees_as_without() -> None:
    after = payer()
    after = after._replace(services=[each._replace(billing_model=POSTBILL) for each in after.services])
    almost = AccountFunds(balance_minor=-99_99, receivable_limit_minor=100_00)
    assert [document.gross_minor for document in assemble(after, almost).documents] == [9_68, 1_82]


def assemble(account: AccountToBill, funds: AccountFunds, *, is_tested: bool = True) -> DraftBill:
    assert account.fee_terms is not None
    tested = account._replace(funds=funds, fee_terms=account.fee_terms._replace(is_tested=is_tested))
    return assemble_bill_with_fees(tested, target_on=MARCH, invoice_on=MARCH)
