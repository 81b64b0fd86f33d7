"""How figures and dates are written: dates as the reader's browser asks, words in English, money one way for all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tallystick.interfaces.console import formats

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def usual_locale() -> Iterator[None]:
    yield
    formats.use_locale("")


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("en-US,en;q=0.9", "Nov 3, 2025"),
        ("en-GB", "3 Nov 2025"),
        ("de-DE,de;q=0.9,en;q=0.5", "03.11.25"),
        ("nl", "03-11-2025"),
        ("xx-klingon", "Nov 3, 2025"),
        ("", "Nov 3, 2025"),
    ],
)
def test_a_day_is_written_as_the_browser_asks(header: str, written: str) -> None:
    formats.use_locale(header)
    assert formats.write_day(date(2025, 11, 3)) == written


def test_an_instant_is_written_in_the_zone_of_the_page() -> None:
    formats.use_locale("en-GB")
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        assert formats.write_instant(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1 Jul 2026, 00:30"


@pytest.mark.parametrize(
    ("apart", "written"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(hours=-3, minutes=-59), "3 hours ago"),
        (timedelta(days=-2), "2 days ago"),
        (timedelta(days=9), "in 9 days"),
    ],
)
def test_a_distance_is_rough(apart: timedelta, written: str) -> None:
    assert formats.write_distance(NOW + apart, now=NOW) == written


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(124_000, "EUR", "1,240.00 EUR"), (-5, "EUR", "-0.05 EUR"), (1240, "JPY", "1,240 JPY"), (5, "KWD", "0.005 KWD")],
)
def test_money_has_the_decimals_of_its_currency(minor: int, currency: str, written: str) -> None:
    assert formats.write_money(minor, currency=currency) == written


@pytest.mark.parametrize(
    ("price", "currency", "written"),
    [
        ("12.500000", "EUR", "12.50"),
        ("0.000250", "EUR", "0.00025"),
        ("1234.000000", "JPY", "1,234"),
        ("1.5", "KWD", "1.500"),
    ],
)
def test_a_unit_price_has_as_many_decimals_as_it_needs(price: str, currency: str, written: str) -> None:
    assert formats.write_rate(Decimal(price), currency=currency) == written


@pytest.mark.parametrize(("quantity", "written"), [("3.0000", "3"), ("1234.5000", "1,234.5"), ("100", "100")])
def test_a_quantity_says_no_more_than_it_must(quantity: str, written: str) -> None:
    assert formats.write_quantity(Decimal(quantity)) == written


@pytest.mark.parametrize(("seconds", "written"), [(45, "45 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")])
def test_a_span_is_told_in_its_two_largest_units(seconds: int, written: str) -> None:
    assert formats.write_duration(seconds) == written


def test_counts_agree_with_their_nouns() -> None:
    assert formats.write_count(1, noun="invoice") == "1 invoice"
    assert formats.write_count(5174, noun="invoice") == "5,174 invoices"
    assert formats.write_count(2, noun="delivery", nouns="deliveries") == "2 deliveries"
