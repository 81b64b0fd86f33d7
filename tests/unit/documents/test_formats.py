"""Numbers, dates and countries in the five languages."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.documents.rendering.formats import (
    breakable,
    write_amount,
    write_country,
    write_date,
    write_money,
    write_percentage,
    write_period,
    write_price,
    write_quantity,
)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en_GB", "−1,240.00"),
        ("nl", "−1.240,00"),
        ("de", "−1.240,00"),
        ("fr", "−1\u202f240,00"),
        ("es", "−1.240,00"),
    ],
)
def test_amounts(locale: str, written: str) -> None:
    assert write_amount(-124000, currency="EUR", locale=locale) == written


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(5, "EUR", "0.05"), (1240, "JPY", "1,240"), (5, "KWD", "0.005"), (0, "EUR", "0.00")],
)
def test_amounts_have_the_decimals_of_their_currency(minor: int, currency: str, written: str) -> None:
    assert write_money(minor, currency=currency, locale="en_GB") == f"{written}\u00a0{currency}"


def test_large_amounts_are_exact() -> None:
    assert write_amount(9007199254740993, currency="EUR", locale="en_GB") == "90,071,992,547,409.93"


@pytest.mark.parametrize(("price", "written"), [("20.000000", "20.00"), ("0.012500", "0.0125"), ("0.125", "0.125")])
def test_unit_prices_keep_what_they_have_beyond_cents(price: str, written: str) -> None:
    assert write_price(Decimal(price), currency="EUR", locale="en_GB") == written


def test_quantities_have_no_more_decimals_than_they_need() -> None:
    assert [write_quantity(Decimal(text), locale="de") for text in ("2.0000", "2.5000", "1200")] == [
        "2",
        "2,5",
        "1.200",
    ]


def test_percentages() -> None:
    assert write_percentage(Decimal("25.500"), locale="en_GB") == "25.5%"
    assert write_percentage(Decimal("25.500"), locale="nl") == "25,5%"
    assert write_percentage(Decimal("19.000"), locale="de") == "19\u00a0%"


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en_GB", "1 November 2026"),
        ("nl", "1 november 2026"),
        ("de", "1. November 2026"),
        ("fr", "1 novembre 2026"),
        ("es", "1 de noviembre de 2026"),
    ],
)
def test_dates(locale: str, written: str) -> None:
    assert write_date(date(2026, 11, 1), locale=locale) == written


@pytest.mark.parametrize(
    ("start_on", "end_on", "written"),
    [
        (date(2026, 11, 1), date(2026, 12, 1), "1–30 Nov 2026"),
        (date(2026, 11, 15), date(2026, 12, 15), "15 Nov – 14 Dec 2026"),
        (date(2026, 12, 15), date(2027, 1, 15), "15 Dec 2026 – 14 Jan 2027"),
        (date(2026, 11, 20), date(2026, 11, 21), "20 Nov 2026"),
    ],
)
def test_half_open_periods_are_written_with_their_last_day(start_on: date, end_on: date, written: str) -> None:
    assert write_period((start_on, end_on), locale="en_GB").replace("\u2009", " ") == written


def test_countries_are_named_in_the_language() -> None:
    assert [write_country("DE", locale=locale) for locale in ("en_GB", "nl", "fr")] == [
        "Germany",
        "Duitsland",
        "Allemagne",
    ]
    assert write_country("QQ", locale="nl") == "QQ"


def test_only_over_long_words_may_be_broken() -> None:
    assert breakable("PO-2026-881 for the head office") == "PO-2026-881 for the head office"
    assert breakable("A" * 25) == "A" * 12 + "\u200b" + "A" * 12 + "\u200b" + "A"
