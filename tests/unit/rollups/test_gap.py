"""Why an invoice is open, and that reasons add up to the difference, to the last cent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.collection.core.eligibility import METHOD_UNUSABLE, NO_METHOD
from tallystick.rollups.core.billing import RollupAccount
from tallystick.rollups.core.gap import MonthCredit, MonthInvoice, Settled, compute_gap, compute_totals
from tallystick.rollups.core.gap_reasons import GAP_REASONS, Charge, Circumstances, split_open
from tallystick.rollups.core.payments import InvoiceRef

DUE = date(2026, 3, 10)
CARD = Circumstances(DUE, is_remitted=False)
TRANSFER = Circumstances(DUE, is_remitted=True)
ACCOUNT = RollupAccount(1, "A-1", "One", "EUR", "managed", "", "", "", "", "")

FAILED = Charge("failed", 75_00, "insufficient_funds", dashboard_url="https://gateway.example/7")
UNDER_WAY = Charge("processing", 75_00)
LOST = Charge("unknown", 75_00)


def reasons_of(open_minor: int, circumstances: Circumstances, as_of: date = DUE) -> list[tuple[str, int]]:
    parts = split_open(open_minor, circumstances=circumstances, as_of=as_of)
    return [(part.reason, part.amount_minor) for part in parts]


@pytest.mark.rule("DEM-58")
@pytest.mark.parametrize(
    ("circumstances", "as_of", "expected"),
    [
        (TRANSFER, DUE, "unpaid_not_due"),
        (TRANSFER, date(2026, 3, 11), "unpaid_overdue"),
        (CARD, date(2026, 3, 9), "not_due_for_collection"),
        (CARD, DUE, "not_collected"),
        (CARD._replace(last=FAILED), DUE, "charge_failed"),
        (CARD._replace(last=Charge("not_executed", 75_00)), DUE, "charge_failed"),
        (CARD._replace(last=Charge("succeeded", 10_00)), DUE, "not_collected"),
        (CARD._replace(method_problem=NO_METHOD), date(2026, 3, 9), "no_method"),
        (CARD._replace(method_problem=METHOD_UNUSABLE, last=FAILED), DUE, "charge_failed"),
        (CARD._replace(live=UNDER_WAY), DUE, "charge_pending"),
        (CARD._replace(live=LOST, last=FAILED), DUE, "charge_unknown"),
        (CARD._replace(live=UNDER_WAY._replace(quarantine_reason="another amount")), DUE, "charge_unknown"),
        (TRANSFER._replace(live=UNDER_WAY), date(2026, 3, 11), "charge_pending"),
    ],
)
def test_an_open_invoice_has_one_reason(circumstances: Circumstances, as_of: date, expected: str) -> None:
    assert reasons_of(75_00, circumstances, as_of) == [(expected, 75_00)]


def test_a_charge_for_less_than_what_is_open_leaves_a_rest_with_a_reason_of_its_own() -> None:
    assert reasons_of(100_00, CARD._replace(live=UNDER_WAY)) == [("charge_pending", 75_00), ("not_collected", 25_00)]
    assert reasons_of(50_00, CARD._replace(live=UNDER_WAY)) == [("charge_pending", 50_00)]
    assert reasons_of(0, CARD._replace(live=UNDER_WAY)) == []


def test_what_was_paid_and_went_back_is_told_from_what_was_never_collected() -> None:
    refunded = CARD._replace(last=Charge("succeeded", 75_00), went_back_minor=10_00)
    assert reasons_of(10_00, refunded) == [("money_went_back", 10_00)]
    assert reasons_of(30_00, refunded) == [("money_went_back", 10_00), ("not_collected", 20_00)]
    assert reasons_of(10_00, refunded._replace(last=FAILED)) == [("charge_failed", 10_00)]  # it was tried again since
    assert reasons_of(75_00, TRANSFER._replace(went_back_minor=75_00)) == [("money_went_back", 75_00)]


def test_a_failed_charge_says_why_in_plain_words_and_leads_to_the_gateway() -> None:
    (part,) = split_open(75_00, circumstances=CARD._replace(last=FAILED), as_of=DUE)
    assert part.words.words == "There was not enough money on the account."
    assert part.words.next_step == "Try again later; the same method may work another day."
    assert part.dashboard_url == "https://gateway.example/7"


def invoice(number: int, gross: int, circumstances: Circumstances = TRANSFER, **settled: int) -> MonthInvoice:
    return MonthInvoice(InvoiceRef(number, f"INV-{number}"), gross, 0, 0, Settled(**settled), circumstances)


@pytest.mark.rule("DEM-58")
def test_what_arrived_stands_apart_by_its_way_and_the_rest_is_explained() -> None:
    row = compute_gap(
        ACCOUNT,
        invoices=[
            invoice(1, 900_00, transfer_minor=200_00, from_before_minor=50_00),
            invoice(2, 75_00, CARD._replace(last=FAILED)),
            invoice(3, 121_00, CARD, gateway_minor=121_00),
        ],
        credit_notes=[],
        as_of=DUE,
    )
    assert row.amounts_minor == (1_096_00, 121_00, 200_00, 50_00, 725_00)
    told = [(each.reason, each.amount_minor, [i.number for i in each.invoices]) for each in row.reasons]
    assert told == [("charge_failed", 75_00, ["INV-2"]), ("unpaid_not_due", 650_00, ["INV-1"])]


def test_invoices_open_for_the_same_reason_are_told_together() -> None:
    row = compute_gap(ACCOUNT, invoices=[invoice(1, 10_00), invoice(2, 20_00)], credit_notes=[], as_of=DUE)
    (reason,) = row.reasons
    assert (reason.amount_minor, [each.number for each in reason.invoices]) == (30_00, ["INV-1", "INV-2"])


def test_totals_count_every_account_and_every_reason_that_occurs() -> None:
    rows = [
        compute_gap(ACCOUNT, invoices=[invoice(1, 10_00)], credit_notes=[], as_of=DUE),
        compute_gap(ACCOUNT, invoices=[invoice(2, 20_00, transfer_minor=20_00)], credit_notes=[], as_of=DUE),
        compute_gap(ACCOUNT._replace(currency="CHF"), invoices=[invoice(3, 5_00)], credit_notes=[], as_of=DUE),
    ]
    assert compute_totals(rows) == [
        ("CHF", 1, 1, 5_00, 0, 0, 0, 5_00, (("unpaid_not_due", 1, 5_00),)),
        ("EUR", 2, 1, 30_00, 0, 20_00, 0, 10_00, (("unpaid_not_due", 1, 10_00),)),
    ]


amounts = st.integers(min_value=0, max_value=50_00)
charges = st.none() | st.builds(
    Charge,
    st.sampled_from(["created", "unknown", "processing", "failed", "expired", "succeeded"]),
    amounts,
    failure_code=st.sampled_from(["", "card_declined"]),
    quarantine_reason=st.sampled_from(["", "another amount"]),
    dashboard_url=st.sampled_from(["", "https://gateway.example/7"]),
)
circumstances = st.builds(
    Circumstances,
    st.dates(min_value=date(2026, 3, 1), max_value=date(2026, 3, 31)),
    is_remitted=st.booleans(),
    live=charges,
    last=charges,
    method_problem=st.sampled_from(["", NO_METHOD]),
)


@st.composite
def invoices(draw: st.DrawFn) -> MonthInvoice:
    """Settled, written off and open parts drawn first, so that the gross is their sum."""
    settled = Settled(*(draw(amounts) for _ in Settled._fields))
    written_off, difference, still_open = draw(amounts), draw(amounts), draw(amounts)
    gross = sum(settled) + written_off + difference + still_open
    return MonthInvoice(InvoiceRef(1, "I"), gross, written_off, difference, settled, draw(circumstances))


@pytest.mark.rule("DEM-58")
@given(st.lists(invoices(), max_size=5), amounts)
def test_whatever_happened_the_reasons_sum_to_the_difference(found: list[MonthInvoice], unused: int) -> None:
    used = sum(each.settled.by_credit_note_minor for each in found)
    notes = [MonthCredit(InvoiceRef(2, "C"), used + unused, used)] if used + unused else []
    row = compute_gap(ACCOUNT, invoices=found, credit_notes=notes, as_of=date(2026, 3, 15))
    assert row.difference_minor == sum(each.amount_minor for each in row.reasons)
    assert all(each.reason in GAP_REASONS for each in row.reasons)
