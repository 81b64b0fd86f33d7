"""The sandbox's magic numbers: well-formed, listed once, and each outcome is a failure of our list or a success."""

import pytest
from stdnum import iban, luhn

from tallystick.payments.core.failures import FAILURES
from tallystick.payments.core.sandbox_outcomes import (
    CARDS,
    IBANS,
    Fault,
    decide_outcome,
    find_fault_before,
    is_magic_number,
    kind_of,
    label_of,
    normalize_number,
)


@pytest.mark.parametrize("number", sorted(CARDS))
def test_every_card_number_has_a_good_check_digit(number: str) -> None:
    assert luhn.is_valid(number) and kind_of(number) == "card"


@pytest.mark.parametrize("number", sorted(IBANS))
def test_every_iban_has_good_check_digits_and_a_bank_that_does_not_exist(number: str) -> None:
    assert iban.is_valid(number, check_country=False) and number[4:8] == "SAND" and kind_of(number) == "sepa_debit"


def test_every_outcome_is_a_success_or_a_failure_of_our_list() -> None:
    codes = {outcome.failure_code for outcome in (*CARDS.values(), *IBANS.values())}
    assert codes - {""} <= set(FAILURES)


def test_an_empty_purse_is_filled_at_the_third_charge() -> None:
    codes = [decide_outcome("4000000000009995", charge=charge).failure_code for charge in (1, 2, 3, 4)]
    assert codes == ["insufficient_funds", "insufficient_funds", "", ""]


def test_people_write_numbers_with_spaces_and_are_shown_the_last_four() -> None:
    assert normalize_number(" nl77 sand 0000 0000 01 ") == "NL77SAND0000000001"
    assert [label_of(number) for number in ("4242424242424242", "NL77SAND0000000001")] == [
        "Visa •••• 4242",
        "NL77 •••• 0001",
    ]


def test_a_real_number_is_not_magic() -> None:
    assert not is_magic_number("4111111111111111") and not is_magic_number("NL91ABNA0417164300")


@pytest.mark.parametrize(
    ("fault", "strikes_at"),
    [
        (Fault.REQUEST_LOST, [1]),
        (Fault.RATE_LIMITED_TWICE, [1, 2]),
        (Fault.NO_CONNECTION, [1, 2, 3]),
        (Fault.ANSWER_LOST, []),  # strikes on the way back
        (Fault.KEY_BUSY_ONCE, [2]),
    ],
)
def test_which_tries_under_a_key_a_fault_keeps_from_the_gateway(fault: Fault, strikes_at: list[int]) -> None:
    met = {tries: find_fault_before(fault, is_replay=tries > 1, tries=tries) for tries in (1, 2, 3)}
    assert met == {tries: fault if tries in strikes_at else Fault.NONE for tries in (1, 2, 3)}
