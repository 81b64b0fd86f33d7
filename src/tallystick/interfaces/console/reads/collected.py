"""Collected against expected, month by month: what was asked for beside what arrived, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.db.models import BigIntegerField, Case, ExpressionWrapper, F, Sum, When
from django.db.models.functions import TruncMonth
from django.urls import reverse

from tallystick.interfaces.console.formats import write_money, write_month
from tallystick.invoicing.models import Document
from tallystick.money.currency import get_currency
from tallystick.payments.models import Payment
from tallystick.periods.anchor import Cycle, boundary, index_of

MONTHS = 6
_GRID = Cycle(date(2000, 1, 1), 1, 1)

# The picture, in its own units.
WIDTH, HEIGHT, TOP, BOTTOM = 480, 210, 18, 24
_GROUP = WIDTH // MONTHS
_GROUP_GAP, _BAR_GAP = 16, 4
_BAR = (_GROUP - _GROUP_GAP - _BAR_GAP) // 2


class Bar(NamedTuple):
    """A bar in its place, with what it says when pointed at and the list that it opens."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    says: str
    short: str
    href: str


class MonthBars(NamedTuple):
    """One month: its name and both bars."""

    name: str
    middle: int
    bars: Sequence[Bar]


class Picture(NamedTuple):
    """All months of one currency."""

    currency: str
    months: Sequence[MonthBars]


Sums = Mapping[tuple[str, date], int]


def draw_collected(*, today: date) -> list[Picture]:
    """A picture for each currency in which anything was asked for or arrived in the last months."""
    this_month = index_of(_GRID, on=today)
    starts = [boundary(_GRID, n=this_month + 1 - MONTHS + n) for n in range(MONTHS + 1)]
    expected = _sum_expected(starts[0], starts[-1])
    collected = _sum_collected(starts[0], starts[-1])
    currencies = sorted({currency for currency, _ in (*expected, *collected)})
    return [Picture(currency, _draw_months(currency, starts, expected, collected)) for currency in currencies]


def _sum_expected(start_on: date, end_on: date) -> Sums:
    minus = ExpressionWrapper(-F("gross_minor"), output_field=BigIntegerField())
    signed = Case(When(kind="credit_note", then=minus), default=F("gross_minor"))
    rows = Document.objects.filter(status="posted", invoice_on__gte=start_on, invoice_on__lt=end_on)
    sums = rows.order_by().values_list("currency", TruncMonth("invoice_on")).annotate(asked=Sum(signed))
    return {(currency, month): amount for currency, month, amount in sums}


def _sum_collected(start_on: date, end_on: date) -> Sums:
    rows = Payment.objects.filter(received_on__gte=start_on, received_on__lt=end_on)
    sums = rows.order_by().values_list("currency", TruncMonth("received_on")).annotate(Sum("amount_minor"))
    return {(currency, month): amount for currency, month, amount in sums}


def _draw_months(currency: str, starts: Sequence[date], expected: Sums, collected: Sums) -> list[MonthBars]:
    own = [amount for sums in (expected, collected) for (name, _), amount in sums.items() if name == currency]
    highest = max([1, *own])
    months = []
    for place, (start_on, end_on) in enumerate(pairwise(starts)):
        left = place * _GROUP + _GROUP_GAP // 2
        days = start_on.isoformat(), (end_on - timedelta(days=1)).isoformat()
        asked, arrived = (sums.get((currency, start_on), 0) for sums in (expected, collected))
        bars = [
            _draw_bar("expected", left, asked, highest, currency)._replace(
                href=f"{reverse('admin:invoices')}?on_from={days[0]}&on_to={days[1]}"
            ),
            _draw_bar("collected", left + _BAR + _BAR_GAP, arrived, highest, currency)._replace(
                href=f"{reverse('admin:payments')}?received_from={days[0]}&received_to={days[1]}"
            ),
        ]
        months.append(MonthBars(write_month(start_on), left + _BAR + _BAR_GAP // 2, bars))
    return months


def _draw_bar(kind: str, x: int, minor: int, highest: int, currency: str) -> Bar:
    room = HEIGHT - TOP - BOTTOM
    height = max(minor, 0) * room // highest
    says = f"{kind.capitalize()}: {write_money(minor, currency=currency)}"
    return Bar(x, TOP + room - height, _BAR, height, kind, says, _shorten(minor, currency), href="")


def _shorten(minor: int, currency: str) -> str:
    major = minor // 10 ** get_currency(currency).exponent
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if major >= size:
            tenths = major * 10 // size
            return f"{tenths // 10}.{tenths % 10}{unit}" if tenths < 1000 else f"{tenths // 10}{unit}"
    return str(major) if major else ""
