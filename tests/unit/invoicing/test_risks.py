"""Which accounts of a run are looked at first, and why; and how a bill differs from the last. Worked by hand."""

from typing import Any

import pytest

from tallystick.invoicing.core.differences import Difference, compare_bills
from tallystick.invoicing.core.risks import (
    BillToFacts,
    ChangedPrice,
    PastBills,
    RiskFacts,
    find_einvoice_gaps,
    find_risks,
    weigh,
)

pytestmark = pytest.mark.rule("ZUO-47")

YEAR = PastBills(bills=12, least_minor=90_00, greatest_minor=110_00, recent_bills=12)


def facts(gross_minor: int | None = 100_00, **more: Any) -> RiskFacts:
    return RiskFacts("EUR", gross_minor, **{"past": YEAR, **more})


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (facts(), []),
        (facts(past=PastBills()), ["first_invoice"]),
        (facts(165_00), []),  # 1.5 times the largest of a year is not far yet
        (facts(165_01), ["amount_far"]),
        (facts(45_00), []),  # half of the least is not far yet
        (facts(44_99), ["amount_far"]),
        (facts(300_00, past=PastBills(1, 100_00, 100_00, 1)), []),  # one bill may have been for a part of a period
        (facts(33_50, past=PastBills(1, 8_00, 8_00, 1)), ["amount_far"]),  # more than three times the only one
        (facts(33_33, past=PastBills(1, 100_00, 100_00, 1)), ["amount_far"]),
        (facts(0, past=PastBills(1, 0, 0, 1)), ["zero"]),
        (facts(-5_00, past=PastBills(1, 0, 0, 1)), ["negative"]),
        (facts(has_credit_note=True), ["negative"]),
        (facts(changed_prices=(ChangedPrice("Seat", "10.00", "12.00"),)), ["changed_price"]),
        (facts(new_treatments=("reverse charge 0 %",)), ["new_tax_treatment"]),
        (facts(new_treatments=("standard 21 %",), past=PastBills()), ["first_invoice"]),  # a first one is no change
        (facts(silent_usage=("Calls",)), ["usage_without_usage"]),
        (facts(None, failure="Seat has no price"), ["failed"]),
        (facts(bill_to=BillToFacts(True, "", "0106:12345678")), ["einvoice_not_ready"]),
    ],
)
def test_each_reason_is_found_from_plain_facts(given: RiskFacts, codes: list[str]) -> None:
    assert [risk.code for risk in find_risks(given)] == codes


def test_reasons_come_by_urgency_and_weigh_together() -> None:
    given = facts(400_00, changed_prices=(ChangedPrice("Seat", "10.00", "40.00"),), new_treatments=("standard 21 %",))
    risks = find_risks(given)
    assert [risk.words for risk in risks] == [
        "not taxed so before: standard 21 %",
        "400.00 EUR, while the largest of a year was 110.00 EUR",
        "Seat 10.00 → 40.00",
    ]
    assert weigh(risks) == 70 + 60 + 50


def test_an_e_invoice_needs_a_reference_an_endpoint_and_an_address() -> None:
    assert find_einvoice_gaps(BillToFacts()) == ()
    assert find_einvoice_gaps(BillToFacts(True, "", "", False)) == ("buyer reference", "endpoint", "address")
    assert find_einvoice_gaps(BillToFacts(True, "PO 7", "0106:12345678", True)) == ()


@pytest.mark.parametrize(
    ("now_minor", "before_minor", "is_taxed_otherwise", "difference"),
    [
        (100_00, None, False, Difference("new")),
        (None, 100_00, False, Difference("missing")),
        (None, None, False, None),
        (100_00, 100_00, False, None),
        (100_00, 100_00, True, Difference("tax_changed")),
        (125_00, 100_00, False, Difference("up", 25_00)),
        (80_00, 100_00, True, Difference("down", 20_00)),
        (5_00, 0, False, Difference("up", None)),
        (1_000_000_01, 1_000_000_00, False, Difference("up", 1)),
        (0, -10_00, False, Difference("up", 100_00)),
    ],
)
def test_a_bill_is_new_missing_up_down_or_taxed_otherwise(
    now_minor: int | None, before_minor: int | None, is_taxed_otherwise: bool, difference: Difference | None
) -> None:
    assert compare_bills(now_minor, before_minor=before_minor, is_taxed_otherwise=is_taxed_otherwise) == difference
