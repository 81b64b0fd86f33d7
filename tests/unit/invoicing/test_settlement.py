"""Which credit pays which document (UNI-9, BIL-20, ZUO-38, ZUO-46)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.invoicing.core.settlement import FreeCredit, Match, OpenDocument, match_credit

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


@pytest.mark.rule("ZUO-38")
def test_credit_larger_than_the_invoice_is_applied_only_as_far_as_the_invoice_goes() -> None:
    matches = match_credit([FreeCredit(1, MARCH, 150_00)], documents=[OpenDocument(7, APRIL, 1, 100_00)])
    assert matches == [Match(1, 7, 100_00)]


@pytest.mark.rule("ZUO-38")
def test_credit_smaller_than_the_invoice_is_applied_whole() -> None:
    assert match_credit([FreeCredit(1, MARCH, 30_00)], documents=[OpenDocument(7, APRIL, 1, 100_00)]) == [
        Match(1, 7, 30_00)
    ]


@pytest.mark.rule("ZUO-46", "UNI-9")
def test_oldest_due_date_is_paid_first_then_the_lowest_number() -> None:
    documents = [OpenDocument(3, MAY, 1, 40), OpenDocument(2, APRIL, 9, 40), OpenDocument(1, APRIL, 8, 40)]
    assert match_credit([FreeCredit(5, MARCH, 100)], documents=documents) == [
        Match(5, 1, 40),
        Match(5, 2, 40),
        Match(5, 3, 20),
    ]


@pytest.mark.rule("UNI-9")
def test_the_oldest_credit_is_spent_first_whatever_order_it_is_given_in() -> None:
    sources = [FreeCredit(2, APRIL, 50), FreeCredit(1, MARCH, 50)]
    assert match_credit(sources, documents=[OpenDocument(7, MAY, 1, 60)]) == [Match(1, 7, 50), Match(2, 7, 10)]


@pytest.mark.rule("BIL-20")
def test_a_named_document_goes_before_older_ones() -> None:
    documents = [OpenDocument(1, APRIL, 1, 80), OpenDocument(2, MAY, 2, 80)]
    assert match_credit([FreeCredit(9, MARCH, 100)], documents=documents, first={2}) == [
        Match(9, 2, 80),
        Match(9, 1, 20),
    ]


def test_documents_with_nothing_to_pay_receive_nothing() -> None:
    documents = [OpenDocument(1, APRIL, 1, 0), OpenDocument(2, MAY, 2, 10)]
    assert match_credit([FreeCredit(9, MARCH, 100)], documents=documents) == [Match(9, 2, 10)]


amounts = st.lists(st.integers(min_value=0, max_value=10_000), max_size=8)


@given(amounts, amounts)
def test_no_source_and_no_document_is_exceeded_and_as_much_as_possible_is_matched(
    credit: list[int], opened: list[int]
) -> None:
    sources = [FreeCredit(n, MARCH, amount) for n, amount in enumerate(credit)]
    documents = [OpenDocument(n, APRIL, n, amount) for n, amount in enumerate(opened)]
    matches = match_credit(sources, documents=documents)
    for source in sources:
        assert sum(m.amount_minor for m in matches if m.source_id == source.source_id) <= source.remaining_minor
    for document in documents:
        assert sum(m.amount_minor for m in matches if m.document_id == document.document_id) <= document.open_minor
    assert all(match.amount_minor > 0 for match in matches)
    assert sum(match.amount_minor for match in matches) == min(sum(credit), sum(opened))


def test_credit_held_for_a_document_that_is_not_settled_now_is_left_the_newest_of_it() -> None:
    sources = [FreeCredit(1, MARCH, 50), FreeCredit(2, APRIL, 50)]
    documents = [OpenDocument(7, APRIL, 1, 100)]
    assert match_credit(sources, documents=documents, held={"document:8": 60}) == [Match(1, 7, 40)]


def test_a_document_takes_what_is_held_for_it_before_older_ones_take_the_rest() -> None:
    older, holder = OpenDocument(1, MARCH, 1, 100), OpenDocument(2, APRIL, 2, 80)
    matches = match_credit([FreeCredit(9, MARCH, 100)], documents=[older, holder], held={"document:2": 60})
    assert matches == [Match(9, 2, 60), Match(9, 1, 40)]


def test_what_is_held_beyond_the_holders_own_amount_is_free_again() -> None:
    older, holder = OpenDocument(1, MARCH, 1, 100), OpenDocument(2, APRIL, 2, 20)
    matches = match_credit([FreeCredit(9, MARCH, 100)], documents=[older, holder], held={"document:2": 60})
    assert matches == [Match(9, 2, 20), Match(9, 1, 80)]


@given(amounts, amounts, amounts)
def test_what_others_hold_is_never_taken(credit: list[int], opened: list[int], others: list[int]) -> None:
    sources = [FreeCredit(n, MARCH, amount) for n, amount in enumerate(credit)]
    documents = [OpenDocument(n, APRIL, n, amount) for n, amount in enumerate(opened)]
    held = {f"document:{1000 + n}": amount for n, amount in enumerate(others)}
    taken = sum(match.amount_minor for match in match_credit(sources, documents=documents, held=held))
    assert taken == min(max(sum(credit) - sum(others), 0), sum(opened))
