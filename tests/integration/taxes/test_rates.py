"""Tax rates on the database: the shipped ones, and a seller's own."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tallystick.taxes.core.rates import DatedRate, choose_rate
from tallystick.taxes.errors import InvalidRateFile, RatesOverlap, TaxRateInvalid
from tallystick.taxes.models import TaxRate, TaxRateEvent
from tallystick.taxes.operations.load_rates import load_rates
from tallystick.taxes.operations.set_rate import set_rate
from tallystick.taxes.queries import list_rate_events, list_rates
from tests.support.builders import ACTOR, AT, build_seller

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
HEADER = "country,category,rate,valid_from,valid_until,source\n"
OWN = DatedRate("NL", "standard", Decimal("12.5"), date(2026, 1, 1), date(2027, 1, 1))
SUMMER = date(2026, 7, 1)


@pytest.fixture
def seller() -> Seller:
    return build_seller()


def choose(seller: Seller, country: str, on: date) -> Decimal:
    return choose_rate(list_rates(seller.pk), country=country, category="standard", on=on)


def test_the_shipped_rates_know_their_dates(seller: Seller) -> None:
    assert choose(seller, "DE", date(2020, 8, 1)) == 16
    assert choose(seller, "DE", date(2026, 3, 1)) == 19
    assert choose(seller, "EE", date(2025, 6, 30)) == 22
    assert choose(seller, "EE", date(2025, 7, 1)) == 24


def test_loading_them_again_changes_nothing(seller: Seller) -> None:
    before = list(TaxRate.objects.order_by("pk").values())
    outcome = load_rates(actor=ACTOR)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, len(before))
    assert list(TaxRate.objects.order_by("pk").values()) == before


def test_a_rate_that_changes_is_given_an_end_and_a_successor() -> None:
    load_rates(actor=ACTOR, text=f"{HEADER}NL,standard,21,2020-01-01,,TEDB\n")
    text = f"{HEADER}NL,standard,21,2020-01-01,2026-07-01,TEDB\nNL,standard,22,2026-07-01,,TEDB\n"
    outcome = load_rates(actor=ACTOR, text=text)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (1, 1, 0)
    assert list(TaxRate.objects.order_by("valid_from").values_list("rate", "valid_until")) == [
        (Decimal(21), SUMMER),
        (Decimal(22), None),
    ]


def test_a_file_that_can_not_be_read_changes_nothing() -> None:
    with pytest.raises(InvalidRateFile, match="Line 2"):
        load_rates(actor=ACTOR, text=f"{HEADER}NL,standard,much,2020-01-01,,TEDB\n")
    assert not TaxRate.objects.exists()


def test_a_sellers_own_rate_goes_first_while_it_counts_and_for_that_seller_only(seller: Seller) -> None:
    set_rate(seller, rate=OWN, at=AT, actor=ACTOR)
    assert [choose(seller, "NL", day) for day in (date(2025, 12, 31), SUMMER, date(2027, 1, 1))] == [
        Decimal(21),
        Decimal("12.5"),
        Decimal(21),
    ]
    assert choose(build_seller(code="other"), "NL", SUMMER) == 21


def test_loading_leaves_sellers_own_rates_alone(seller: Seller) -> None:
    set_rate(seller, rate=OWN, at=AT, actor=ACTOR)
    load_rates(actor=ACTOR)
    assert choose(seller, "NL", SUMMER) == Decimal("12.5")


def test_an_own_rate_with_the_same_first_day_is_replaced(seller: Seller) -> None:
    set_rate(seller, rate=OWN, at=AT, actor=ACTOR)
    set_rate(seller, rate=OWN._replace(rate=Decimal(13)), at=AT, actor=ACTOR)
    assert TaxRate.objects.filter(seller=seller).values_list("rate", flat=True).get() == 13


def test_whoever_sets_or_changes_an_own_rate_is_remembered_with_what_it_was(seller: Seller) -> None:
    for rate in (OWN, OWN, OWN._replace(rate=Decimal(20), valid_until=None)):
        set_rate(seller, rate=rate, at=AT, actor=ACTOR)
    told = [(each.event, each.before, each.detail, each.actor_label, each.at) for each in list_rate_events()]
    first, second = "12.5 % until 2027-01-01", "20 % until further notice"
    assert told == [("change", first, second, ACTOR.label, AT), ("set", "", first, ACTOR.label, AT)]


@pytest.mark.parametrize("change", [lambda events: events.update(event="set"), lambda events: events.delete()])
def test_what_is_remembered_about_rates_never_changes(seller: Seller, change: Callable[[Any], Any]) -> None:
    set_rate(seller, rate=OWN, at=AT, actor=ACTOR)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(TaxRateEvent.objects.all())


def test_own_rates_share_no_day(seller: Seller) -> None:
    set_rate(seller, rate=OWN, at=AT, actor=ACTOR)
    with pytest.raises(RatesOverlap, match="2026-01-01: end that one first"):
        set_rate(seller, rate=OWN._replace(valid_from=SUMMER), at=AT, actor=ACTOR)
    with pytest.raises(RatesOverlap):
        set_rate(seller, rate=OWN._replace(valid_from=date(2025, 1, 1), valid_until=None), at=AT, actor=ACTOR)
    set_rate(seller, rate=OWN._replace(valid_from=date(2027, 1, 1), valid_until=None), at=AT, actor=ACTOR)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "XX"}, "country"),
        ({"category": "zero"}, "category"),
        ({"rate": Decimal(0)}, "rate"),
        ({"rate": Decimal("100.001")}, "rate"),
        ({"rate": Decimal("20.0001")}, "rate"),
        ({"valid_until": date(2026, 1, 1)}, "valid_until"),
    ],
)
def test_a_rate_is_judged(seller: Seller, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(TaxRateInvalid) as refused:
        set_rate(seller, rate=OWN._replace(**changes), at=AT, actor=ACTOR)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "operate",
    [lambda seller: load_rates(actor=NOBODY), lambda seller: set_rate(seller, rate=OWN, at=AT, actor=NOBODY)],
)
def test_only_who_may_changes_rates(seller: Seller, operate: Callable[[Seller], Any]) -> None:
    with pytest.raises(PermissionMissing):
        operate(seller)
