"""VAT rates are dated and chosen by the tax point date; the shipped file is complete from 2020."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from tallystick.sellers.core.countries import EU_COUNTRIES
from tallystick.taxes.core.rates import HEADER, DatedRate, choose_rate, parse_rates
from tallystick.taxes.errors import InvalidRateFile, NoTaxRate


@pytest.fixture(scope="module")
def shipped() -> tuple[DatedRate, ...]:
    """The rates that come with the package."""
    return parse_rates(files("tallystick.taxes").joinpath("data/rates.csv").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("country", "on", "rate"),
    [
        ("LU", "2022-12-31", "17"),
        ("LU", "2023-06-01", "16"),
        ("LU", "2024-01-01", "17"),
        ("DE", "2020-06-30", "19"),
        ("DE", "2020-07-01", "16"),
        ("DE", "2021-01-01", "19"),
        ("RO", "2025-07-31", "19"),
        ("RO", "2025-08-01", "21"),
        ("SK", "2024-12-31", "20"),
        ("SK", "2025-01-01", "23"),
        ("EE", "2023-12-31", "20"),
        ("EE", "2024-01-01", "22"),
        ("EE", "2025-07-01", "24"),
        ("FI", "2024-08-31", "24"),
        ("FI", "2024-09-01", "25.5"),
        ("IE", "2020-09-01", "21"),
        ("IE", "2021-03-01", "23"),
        ("MT", "2026-01-01", "18"),
        ("HU", "2026-01-01", "27"),
    ],
)
def test_the_standard_rate_on_a_date(shipped: tuple[DatedRate, ...], country: str, on: str, rate: str) -> None:
    assert choose_rate(shipped, country=country, category="standard", on=date.fromisoformat(on)) == Decimal(rate)


def test_every_member_state_has_a_standard_rate_on_every_day_since_2020(shipped: tuple[DatedRate, ...]) -> None:
    for country in EU_COUNTRIES:
        rows = sorted(row.valid_from for row in shipped if (row.country, row.category) == (country, "standard"))
        ends = sorted(
            row.valid_until or date.max for row in shipped if (row.country, row.category) == (country, "standard")
        )
        assert rows[0] == date(2020, 1, 1)
        assert rows[1:] == ends[:-1]
        assert ends[-1] == date.max


def test_an_earlier_day_or_another_country_has_no_rate_and_is_refused(shipped: tuple[DatedRate, ...]) -> None:
    for country, category, on in [
        ("DE", "standard", date(2019, 12, 31)),
        ("US", "standard", date(2026, 1, 1)),
        ("FR", "reduced", date(2026, 1, 1)),
    ]:
        with pytest.raises(NoTaxRate, match=f"no {category} VAT rate for {country} on {on}"):
            choose_rate(shipped, country=country, category=category, on=on)


def test_the_seller_s_own_rate_goes_first_while_it_is_in_force() -> None:
    national = DatedRate("PT", "standard", Decimal(23), date(2020, 1, 1), None)
    madeira = DatedRate("PT", "standard", Decimal(22), date(2019, 1, 1), date(2026, 1, 1), is_own=True)
    for rates in ((national, madeira), (madeira, national)):
        assert choose_rate(rates, country="PT", category="standard", on=date(2025, 6, 1)) == 22
        assert choose_rate(rates, country="PT", category="standard", on=date(2026, 1, 1)) == 23


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("DE,standard,19,2020-01-01,", "six cells"),
        ("DE,standard,nineteen,2020-01-01,,x", "a rate or a date"),
        ("DE,standard,19,2020-13-01,,x", "a rate or a date"),
        ("de,standard,19,2020-01-01,,x", "the country"),
        ("DE,luxury,19,2020-01-01,,x", "the category"),
        ("DE,standard,0,2020-01-01,,x", "no percentage"),
        ("DE,standard,190,2020-01-01,,x", "no percentage"),
        ("DE,standard,19,2020-01-01,2020-01-01,x", "ends before"),
    ],
)
def test_a_line_that_can_not_be_read_is_refused_by_its_number(line: str, reason: str) -> None:
    with pytest.raises(InvalidRateFile, match=reason) as refusal:
        parse_rates(f"# rates\n{HEADER}\n{line}\n")
    assert "Line 3" in refusal.value.message


def test_a_file_with_another_header_is_refused() -> None:
    with pytest.raises(InvalidRateFile, match="header"):
        parse_rates("country;rate\nDE;19\n")
