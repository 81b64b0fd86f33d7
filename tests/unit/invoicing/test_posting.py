"""What posting writes in the ledger, and how numbers and filters read."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters, require_valid_filters
from tallystick.invoicing.core.numbering import format_number
from tallystick.invoicing.core.posting import RevenuePart, TaxPart, allocation_transaction, post_entries, tax_detail
from tallystick.ledger.core.entries import Entry


def test_posting_books_receivable_gross_against_revenue_and_tax() -> None:
    entries = post_entries(
        5,
        gross_minor=121_00,
        revenue=[RevenuePart("subscriptions", 100_00)],
        taxes=[TaxPart("NL001B01", "standard", Decimal("21.000"), 21_00)],
    )
    assert entries == (
        Entry("receivable", 121_00, 5),
        Entry("revenue", -100_00, 5, "subscriptions"),
        Entry("tax_payable", -21_00, None, "NL001B01 standard 21"),
    )
    assert sum(entry.amount_minor for entry in entries) == 0


def test_sides_of_zero_are_left_out() -> None:
    taxes = [TaxPart("", "not_registered", Decimal(0), 0)]
    assert post_entries(5, gross_minor=0, revenue=[RevenuePart("subscriptions", 0)], taxes=taxes) == ()


def test_undoing_an_allocation_swaps_the_sides() -> None:
    done = allocation_transaction(9, account_id=5, amount_minor=30, book_id=1, occurred_on=date(2026, 3, 1))
    undone = allocation_transaction(9, account_id=5, amount_minor=-30, book_id=1, occurred_on=date(2026, 3, 1))
    assert [entry.amount_minor for entry in done.entries] == [-entry.amount_minor for entry in undone.entries]
    assert (done.kind, undone.kind, done.subject) == ("allocation", "allocation_undone", "document:9")


def test_tax_detail_reads_without_needless_zeros() -> None:
    assert tax_detail("NL001B01", treatment="reduced", tax_rate=Decimal("9.000")) == "NL001B01 reduced 9"
    assert tax_detail("", treatment="not_registered", tax_rate=Decimal(0)) == "not_registered 0"


def test_numbers_are_padded_and_never_cut() -> None:
    assert format_number("INV-", digits=6, sequence_number=17) == "INV-000017"
    assert format_number("INV-", digits=2, sequence_number=12_345) == "INV-12345"


@pytest.mark.rule("ZUO-4")
def test_filters_survive_being_stored_and_read_in_words() -> None:
    filters = RunFilters(segments=("retail", "council"), anchor_days=(15,))
    assert RunFilters.from_json(filters.as_json()) == filters
    assert filters.in_words() == "segment retail, council; anchor day 15"
    assert RunFilters().in_words() == "all accounts"


@pytest.mark.rule("ZUO-5")
def test_an_anchor_day_that_no_month_has_is_refused() -> None:
    with pytest.raises(InvalidInput, match="32"):
        require_valid_filters(RunFilters(anchor_days=(1, 32)))
