"""Currencies have the number of decimals that ISO 4217 says."""

import pytest

from tallystick.money.currency import get_currency, list_currencies
from tallystick.money.errors import UnknownCurrency


@pytest.mark.parametrize(
    ("code", "exponent"),
    [("EUR", 2), ("USD", 2), ("JPY", 0), ("CLP", 0), ("ISK", 0), ("KWD", 3), ("BHD", 3), ("TND", 3), ("HUF", 2)],
)
def test_a_currency_knows_its_decimals(code: str, exponent: int) -> None:
    assert get_currency(code).exponent == exponent


@pytest.mark.parametrize("code", ["", "EURO", "eur", "XYZ", "XAU", "DEM", "EUR "])
def test_what_is_not_a_currency_in_circulation_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        get_currency(code)
    assert refusal.value.code == "unknown_currency"
    assert refusal.value.field == "currency"
    assert not refusal.value.can_retry


def test_the_list_has_every_code_once_in_order_with_0_2_or_3_decimals() -> None:
    currencies = list_currencies()
    codes = [currency.code for currency in currencies]
    assert codes == sorted(set(codes))
    assert all(len(code) == 3 and code.isupper() for code in codes)
    assert {currency.exponent for currency in currencies} == {0, 2, 3}
    assert all(currency.name for currency in currencies)
