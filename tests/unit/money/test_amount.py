"""An amount adds, subtracts and compares within its currency, and reads back as it is written."""

from typing import Any

import pytest

from tallystick.money.amount import MAX_MINOR, Money, format_minor, parse_minor
from tallystick.money.errors import CurrencyMismatch, InvalidAmount, UnknownCurrency

TEN = Money(1000, "EUR")
THREE = Money(300, "EUR")


def test_amounts_of_one_currency_add_subtract_and_compare() -> None:
    assert Money(1300, "EUR") == TEN + THREE
    assert Money(-700, "EUR") == THREE - TEN
    assert Money(-1000, "EUR") == -TEN
    assert abs(-TEN) == TEN
    assert sum([TEN, THREE], Money.zero("EUR")) == Money(1300, "EUR")
    assert THREE < TEN and TEN > THREE and Money(1000, "EUR") <= TEN and Money(1000, "EUR") >= TEN
    assert not THREE > TEN and not TEN < THREE and not THREE >= TEN and not TEN <= THREE
    assert max(TEN, THREE) is TEN


def test_an_amount_is_multiplied_by_whole_numbers_only() -> None:
    assert THREE * 4 == Money(1200, "EUR") == 4 * THREE
    for factor in (1.5, True, TEN, "2"):
        with pytest.raises(TypeError):
            THREE * factor


def test_an_amount_can_not_be_divided() -> None:
    money: Any = TEN
    with pytest.raises(TypeError):
        money / 2
    with pytest.raises(TypeError):
        money // 2


@pytest.mark.parametrize("minor", [1.0, True, "100", None])
def test_an_amount_is_made_of_whole_minor_units_only(minor: Any) -> None:
    with pytest.raises(TypeError):
        Money(minor, "EUR")


def test_an_amount_needs_a_currency_that_exists() -> None:
    with pytest.raises(UnknownCurrency):
        Money(1, "XXX")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_never_mix(operation: str) -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        getattr(TEN, operation)(Money(1000, "USD"))
    assert Money(1000, "USD") != TEN


@pytest.mark.parametrize("other", [5, 1.0, "5", None])
def test_plain_numbers_are_not_money(other: Any) -> None:
    money: Any = TEN
    for operation in ("__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"):
        assert getattr(money, operation)(other) is NotImplemented
    with pytest.raises(TypeError):
        money + other
    assert money != other


def test_an_amount_never_changes_and_is_true_unless_zero() -> None:
    with pytest.raises(AttributeError):
        TEN.minor = 5  # type: ignore[misc]
    assert TEN and -TEN and not Money.zero("EUR")
    assert len({TEN, Money(1000, "EUR"), Money(1000, "USD")}) == 2


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (124000, "EUR", "1,240.00"),
        (5, "EUR", "0.05"),
        (-5, "EUR", "-0.05"),
        (0, "EUR", "0.00"),
        (123456789, "EUR", "1,234,567.89"),
        (1240, "JPY", "1,240"),
        (-1240, "JPY", "-1,240"),
        (0, "JPY", "0"),
        (5, "KWD", "0.005"),
        (1240000, "KWD", "1,240.000"),
    ],
)
def test_an_amount_is_written_and_read_with_the_decimals_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert format_minor(minor, currency) == text
    assert parse_minor(text, currency) == minor
    assert str(Money(minor, currency)) == f"{text} {currency}"


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1240", 124000), (" 1240.5 ", 124050), ("+3.20", 320), ("-0.01", -1), ("007", 700), ("12,345", 1234500)],
)
def test_grouping_and_final_zeros_may_be_left_out(text: str, minor: int) -> None:
    assert parse_minor(text, "EUR") == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1.234",
        "1,24",
        "1.240,00",
        "12,34.00",
        ",100",
        "1.",
        ".5",
        "1e3",
        "--1",
        "1 000",
        "٣",
        "NaN",
        "1_000",
    ],
)
def test_what_is_not_exactly_an_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_minor(text, "EUR")


def test_more_decimals_than_the_currency_has_are_refused_never_rounded() -> None:
    with pytest.raises(InvalidAmount, match="JPY has 0 decimals"):
        parse_minor("12.0", "JPY")
    assert parse_minor("12.005", "KWD") == 12005


def test_an_amount_that_no_column_could_hold_is_refused_at_once() -> None:
    assert parse_minor(format_minor(MAX_MINOR, "EUR"), "EUR") == MAX_MINOR
    assert parse_minor("0" * 50 + "1", "JPY") == 1
    for text in (format_minor(MAX_MINOR + 1, "EUR"), "9" * 5_000_000):
        with pytest.raises(InvalidAmount, match="too large"):
            parse_minor(text, "EUR")
