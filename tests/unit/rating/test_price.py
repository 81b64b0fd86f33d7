"""Prices are dated, and every price model says which units are paid."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from tallystick.rating import price_models
from tallystick.rating.errors import NoPrice, UnknownPriceModel
from tallystick.rating.price import Price, choose_price, find_price
from tallystick.rating.price_list import PRICE_MODELS, get_price_model

OLD = Price("flat", Decimal("29.00"), "EUR", date(2025, 1, 1), date(2026, 3, 1))
NEW = Price("flat", Decimal("31.00"), "EUR", date(2026, 3, 1), None)


@pytest.mark.parametrize(
    ("on", "price"),
    [("2025-01-01", OLD), ("2026-02-28", OLD), ("2026-03-01", NEW), ("2030-01-01", NEW), ("2024-12-31", None)],
)
def test_the_price_in_force_on_a_day(on: str, price: Price | None) -> None:
    assert find_price((NEW, OLD), date.fromisoformat(on)) == price


def test_of_two_prices_in_force_the_later_one_counts() -> None:
    open_ended = OLD._replace(valid_until=None)
    assert choose_price((open_ended, NEW), date(2026, 5, 1)) == NEW
    assert choose_price((NEW, open_ended), date(2026, 5, 1)) == NEW


def test_no_price_is_refused_naming_service_and_date() -> None:
    with pytest.raises(NoPrice, match=r"no price for Phone line on 2024-12-31") as refusal:
        choose_price((OLD, NEW), date(2024, 12, 31), service="Phone line")
    assert refusal.value.code == "no_price"


@pytest.mark.parametrize(
    ("model", "quantity", "units"),
    [
        ("flat", 10, ((1, Decimal("29.00"), ""),)),
        ("per_unit", 10, ((10, Decimal("29.00"), ""),)),
        ("per_unit", Decimal("2.5"), ((Decimal("2.5"), Decimal("29.00"), ""),)),
        ("one_off", 2, ((2, Decimal("29.00"), ""),)),
    ],
)
def test_each_price_model_says_which_units_are_paid(
    model: str, quantity: Decimal | int, units: tuple[tuple[Decimal | int, Decimal, str], ...]
) -> None:
    assert get_price_model(model).list_units(OLD, quantity) == units


def test_every_file_of_the_folder_is_in_the_price_list() -> None:
    written = {file.name.removesuffix(".py") for file in files(price_models).iterdir() if file.name.endswith(".py")}
    assert set(PRICE_MODELS) == written - {"__init__"}


def test_an_unknown_price_model_is_refused() -> None:
    with pytest.raises(UnknownPriceModel, match="tiered"):
        get_price_model("tiered")
