"""Which periods are due: in advance, in arrears, partial ones, missed ones."""

from collections.abc import Callable
from datetime import date

import pytest

from tallystick.rating.due_periods import list_due_periods
from tallystick.rating.terms import ServiceTerms

MakeTerms = Callable[..., ServiceTerms]


def due(terms: ServiceTerms, target_on: str) -> list[str]:
    """The billed periods as "first day/first day after"."""
    return [f"{part.start_on}/{part.end_on}" for part, _ in list_due_periods(terms, date.fromisoformat(target_on))]


JANUARY, FEBRUARY, MARCH = "2026-01-01/2026-02-01", "2026-02-01/2026-03-01", "2026-03-01/2026-04-01"


@pytest.mark.parametrize(
    ("target_on", "periods"),
    [
        ("2025-12-31", []),
        ("2026-01-01", [JANUARY]),
        ("2026-01-31", [JANUARY]),
        ("2026-02-01", [JANUARY, FEBRUARY]),
        ("2026-03-15", [JANUARY, FEBRUARY, MARCH]),
    ],
)
def test_in_advance_a_period_is_due_from_its_first_day(
    make_terms: MakeTerms, target_on: str, periods: list[str]
) -> None:
    assert due(make_terms(), target_on) == periods


@pytest.mark.parametrize(
    ("target_on", "periods"),
    [("2026-01-30", []), ("2026-01-31", [JANUARY]), ("2026-02-27", [JANUARY]), ("2026-02-28", [JANUARY, FEBRUARY])],
)
def test_in_arrears_a_period_is_due_on_its_last_day(make_terms: MakeTerms, target_on: str, periods: list[str]) -> None:
    assert due(make_terms(bills_in_advance=False), target_on) == periods


def test_what_was_billed_is_not_due_again(make_terms: MakeTerms) -> None:
    assert due(make_terms(billed_through="2026-02-01"), "2026-01-31") == []
    assert due(make_terms(billed_through="2026-02-01"), "2026-02-01") == [FEBRUARY]


def test_billing_goes_on_where_it_stopped_in_the_middle_of_a_period(make_terms: MakeTerms) -> None:
    terms = make_terms(billed_through="2026-01-11")
    assert due(terms, "2026-01-10") == []
    assert due(terms, "2026-02-01") == ["2026-01-11/2026-02-01", FEBRUARY]


def test_a_start_before_the_anchor_day_makes_a_partial_first_period(make_terms: MakeTerms) -> None:
    terms = make_terms(starts_on="2026-01-10", anchor_day=15)
    assert due(terms, "2026-01-15") == ["2026-01-10/2026-01-15", "2026-01-15/2026-02-15"]
    part, full = list_due_periods(terms, date(2026, 1, 10))[0]
    assert (part.days, full.days) == (5, 31)


@pytest.mark.rule("ZUO-32")
def test_the_partial_first_period_can_be_left_out_by_agreement(make_terms: MakeTerms) -> None:
    terms = make_terms(anchor_day=15, bills_partial_first=False)
    assert due(terms, "2026-01-14") == []
    assert due(terms, "2026-02-14") == ["2026-01-15/2026-02-15"]
    starts_on_anchor = make_terms(anchor_day=1, bills_partial_first=False)
    assert due(starts_on_anchor, "2026-01-01") == [JANUARY]


@pytest.mark.rule("ZUO-32")
def test_a_final_partial_period_is_always_billed(make_terms: MakeTerms) -> None:
    terms = make_terms(anchor_day=15, bills_partial_first=False, ends_on="2026-01-20")
    assert due(terms, "2026-02-28") == ["2026-01-15/2026-01-20"]
    first_and_last = make_terms(anchor_day=15, bills_partial_first=False, ends_on="2026-01-10")
    assert due(first_and_last, "2026-02-28") == ["2026-01-01/2026-01-10"]


@pytest.mark.parametrize(
    ("bills_in_advance", "target_on", "periods"),
    [
        (True, "2026-02-01", [JANUARY, "2026-02-01/2026-02-11"]),
        (True, "2026-12-31", [JANUARY, "2026-02-01/2026-02-11"]),
        (False, "2026-02-09", [JANUARY]),
        (False, "2026-02-10", [JANUARY, "2026-02-01/2026-02-11"]),
    ],
)
def test_the_last_period_is_cut_to_the_end_of_the_service(
    make_terms: MakeTerms, bills_in_advance: bool, target_on: str, periods: list[str]
) -> None:
    assert due(make_terms(ends_on="2026-02-11", bills_in_advance=bills_in_advance), target_on) == periods


def test_a_service_that_ended_before_it_began_or_was_billed_beyond_its_end_owes_nothing(make_terms: MakeTerms) -> None:
    assert due(make_terms(ends_on="2026-01-01"), "2026-12-31") == []
    assert due(make_terms(ends_on="2026-01-15", billed_through="2026-02-01"), "2026-12-31") == []


def test_quarters_and_years_follow_their_own_grid(make_terms: MakeTerms) -> None:
    assert due(make_terms(interval_months=3), "2026-04-01") == ["2026-01-01/2026-04-01", "2026-04-01/2026-07-01"]
    assert due(make_terms(interval_months=12), "2026-12-31") == ["2026-01-01/2027-01-01"]


@pytest.mark.rule("UNI-12")
def test_the_anchor_day_31_survives_february(make_terms: MakeTerms) -> None:
    terms = make_terms(starts_on="2026-01-31", anchor_day=31)
    assert due(terms, "2026-03-31") == ["2026-01-31/2026-02-28", "2026-02-28/2026-03-31", "2026-03-31/2026-04-30"]


def test_a_one_off_service_is_due_once_for_its_first_day(make_terms: MakeTerms) -> None:
    once = make_terms(is_one_off=True, starts_on="2026-01-10")
    assert due(once, "2026-01-09") == []
    assert due(once, "2026-05-01") == ["2026-01-10/2026-01-11"]
    assert due(once._replace(bills_in_advance=False), "2026-01-10") == ["2026-01-10/2026-01-11"]
    assert due(once._replace(billed_through=date(2026, 1, 11)), "2026-05-01") == []
    assert due(once._replace(billed_through=once.starts_on), "2026-05-01") == ["2026-01-10/2026-01-11"]
    assert due(once._replace(ends_on=date(2026, 1, 10)), "2026-05-01") == []
