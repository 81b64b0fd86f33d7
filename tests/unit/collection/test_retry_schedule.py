"""When a failed charge is tried again: worked days of each class of failure, on a calendar of March 2026."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tallystick.collection.core.retry_schedule import (
    FailureClass,
    PastFailure,
    classify_failure,
    compute_next_attempt_at,
    compute_spread,
)
from tallystick.collection.core.retry_terms import RetryTerms, find_terms_problems

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)  # eleven in Amsterdam
USUAL = RetryTerms()
DOCUMENT = 17
SPREAD = compute_spread(DOCUMENT)


def day(number: int) -> datetime:
    return SUNDAY.replace(day=number)


def find_next(
    *failures: tuple[int, str], kind: str = "card", terms: RetryTerms = USUAL, wait: int = 12
) -> datetime | None:
    return compute_next_attempt_at(
        [PastFailure(day(number), code) for number, code in failures],
        document_id=DOCUMENT,
        method_kind=kind,
        terms=terms,
        wait_hours=wait,
        zone=AMSTERDAM,
    )


def morning(number: int) -> datetime:
    """Eight o'clock where the seller is, and this invoice's minutes."""
    return datetime(2026, 3, number, 8, 0, tzinfo=AMSTERDAM) + SPREAD


NSF, DECLINED, REFUSED, BROKE = "insufficient_funds", "card_declined", "issuer_refused", "processing_error"


@pytest.mark.rule("C-17")
@pytest.mark.parametrize(
    ("failed_on", "expected"),
    [
        ((1,), 3),  # Sunday the 1st, plus 2: Tuesday the 3rd
        ((1, 3), 6),  # plus 5: Friday the 6th
        ((1, 3, 6), 16),  # the nearest payday is Sunday the 15th: Monday the 16th
        ((1, 3, 6, 16), 23),  # last, plus 21: Sunday the 22nd, so Monday the 23rd
    ],
)
def test_lack_of_money_waits_two_days_five_a_payday_and_three_weeks(failed_on: tuple[int, ...], expected: int) -> None:
    assert find_next(*((number, NSF) for number in failed_on)) == morning(expected)


@pytest.mark.rule("C-17")
def test_lack_of_money_is_tried_five_times_in_all() -> None:
    assert find_next(*((number, NSF) for number in (1, 3, 6, 16, 23))) is None


@pytest.mark.rule("C-17")
@pytest.mark.parametrize(("failed_on", "expected"), [((1,), 2), ((1, 2), 5), ((1, 2, 5), 10)])
def test_a_decline_waits_one_four_and_nine_days(failed_on: tuple[int, ...], expected: int) -> None:
    assert find_next(*((number, DECLINED) for number in failed_on)) == morning(expected)


@pytest.mark.rule("C-17")
def test_a_decline_is_tried_four_times_and_an_outright_refusal_three() -> None:
    assert find_next((1, DECLINED), (2, DECLINED), (5, DECLINED), (10, DECLINED)) is None
    assert find_next((1, REFUSED), (2, REFUSED)) == morning(5)
    assert find_next((1, REFUSED), (2, REFUSED), (5, REFUSED)) is None


@pytest.mark.rule("C-17", "ZUO-42")
def test_a_charge_that_broke_down_waits_an_hour_but_never_less_than_the_sellers_hours() -> None:
    assert find_next((1, BROKE), wait=1) == SUNDAY + timedelta(hours=1)
    assert find_next((1, BROKE), wait=12) == SUNDAY + timedelta(hours=12)
    assert find_next((1, BROKE), (2, BROKE)) == day(3)
    assert find_next((1, BROKE), (2, BROKE), (3, BROKE)) == morning(5)  # then as a decline


@pytest.mark.rule("C-17")
def test_a_direct_debit_is_presented_once_more_five_bank_days_later() -> None:
    assert find_next((6, NSF), kind="sepa_debit") == morning(13)  # Friday to Friday
    assert find_next((6, NSF), (13, NSF), kind="sepa_debit") is None
    holiday = RetryTerms(holidays=(date(2026, 3, 10),))
    assert find_next((6, NSF), kind="sepa_debit", terms=holiday) == morning(16)


@pytest.mark.rule("C-17")
@pytest.mark.parametrize("code", ["authentication_required", "expired_card", "stolen_card", "debtor_deceased"])
def test_after_a_hard_code_there_is_no_unattended_try(code: str) -> None:
    assert find_next((1, code)) is None
    assert find_next((1, NSF), (3, code)) is None


@pytest.mark.rule("C-17")
@pytest.mark.parametrize(("in_a_row", "minutes"), [(1, 5), (2, 10), (3, 20), (7, 320), (8, 360), (20, 360)])
def test_our_own_trouble_is_retried_quietly_and_is_no_try(in_a_row: int, minutes: int) -> None:
    trouble = [(1, "not_executed")] * in_a_row
    assert find_next(*trouble) == SUNDAY + timedelta(minutes=minutes)
    assert find_next(*trouble, (1, NSF)) == morning(3)  # the first failure of the customer's


@pytest.mark.rule("C-17")
def test_no_invoice_is_charged_more_than_six_times() -> None:
    often = RetryTerms(funds_tries=6, funds_days=(1, 2, 3, 4, 5, 6))
    five = [(number, NSF) for number in (1, 2, 3, 4, 5)]
    assert find_next(*five, terms=often) == morning(6)
    assert find_next(*five, (6, NSF), terms=often) is None


def test_a_late_try_by_staff_moves_the_next_one_behind_it() -> None:
    assert find_next((1, DECLINED), (9, DECLINED)) == morning(10)


def test_tries_of_a_morning_are_spread_and_each_invoice_keeps_its_minute() -> None:
    spread = {compute_spread(number) for number in range(200)}
    assert len(spread) > 60
    assert all(timedelta(0) <= each < timedelta(hours=2) for each in spread)
    assert compute_spread(5) == compute_spread(5)


def test_each_code_has_a_class_by_its_method() -> None:
    assert classify_failure(NSF, method_kind="card") is FailureClass.FUNDS
    assert classify_failure(NSF, method_kind="sepa_debit") is FailureClass.DEBIT
    assert classify_failure("bad_request", method_kind="card") is FailureClass.OURS
    assert classify_failure("canceled", method_kind="card") is FailureClass.OURS
    assert classify_failure("velocity_exceeded", method_kind="card") is FailureClass.DECLINE


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (RetryTerms(tries_an_invoice=7), "tries_an_invoice"),
        (RetryTerms(tries_a_card_a_day=3), "tries_a_card_a_day"),
        (RetryTerms(funds_days=(5, 2)), "funds_days"),
        (RetryTerms(decline_days=()), "decline_days"),
        (RetryTerms(debit_bank_days=4), "debit_bank_days"),
    ],
)
def test_settings_stay_under_what_networks_and_banks_allow(terms: RetryTerms, field: str) -> None:
    assert [problem.field for problem in find_terms_problems(terms)] == [field]
    assert not list(find_terms_problems(USUAL))
    assert RetryTerms.from_json(USUAL.as_json()) == USUAL
