"""Pictures as figures: where the points of a line and the parts of a bar stand, for templates that draw them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tallystick.interfaces.console.formats import write_day, write_money
from tallystick.rollups.queries import AGEING_BUCKETS, CollectionDay, CollectionMonth, Receivables

# The picture, in its own units; the template draws axes and words around the room that is left.
WIDTH, HEIGHT = 340, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 2, 338, 16, 168
_HUNDRED = 100


class Spot(NamedTuple):
    """A day of the month: the strip in which it is pointed at, and what it then says."""

    x: int
    width: int
    says: str


class GridLine(NamedTuple):
    """A height of the picture and the amount that it stands for."""

    y: int
    says: str


class MonthPicture(NamedTuple):
    """Collected against expected, day by day: both lines, and the areas under them, as lists of points."""

    currency: str
    month: date
    expected_line: str
    collected_line: str
    collected_area: str
    spots: Sequence[Spot]
    expected_minor: int
    collected_minor: int
    collected_later_minor: int
    first: str
    last: str
    grid: Sequence[GridLine]

    @property
    def percent(self) -> int:
        """Whole percent of what was asked for that has come in, later money too."""
        arrived = self.collected_minor + self.collected_later_minor
        return arrived * _HUNDRED // self.expected_minor if self.expected_minor else 0


class AgePart(NamedTuple):
    """A part of an ageing bar, as long as its amount; `age` 0 is not due yet, 4 the oldest."""

    name: str
    minor: int
    age: int


def draw_month(collection: CollectionMonth, *, today: date) -> MonthPicture:
    """The picture of a month; of the present one only as far as it has come."""
    days = collection.days
    seen = [day for day in days if day.on <= today] or days[:1]
    highest = max(1, days[-1].expected_so_far_minor, days[-1].collected_so_far_minor)
    expected = _list_points([day.expected_so_far_minor for day in seen], len(days), highest)
    collected = _list_points([day.collected_so_far_minor for day in seen], len(days), highest)
    return MonthPicture(
        currency=collection.currency,
        month=days[0].on,
        expected_line=_join(expected),
        collected_line=_join(collected),
        collected_area=_join([(_LEFT, _BOTTOM), *collected, (collected[-1][0], _BOTTOM)]),
        spots=[_draw_spot(place, day, len(days), collection.currency) for place, day in enumerate(seen)],
        expected_minor=seen[-1].expected_so_far_minor,
        collected_minor=seen[-1].collected_so_far_minor,
        collected_later_minor=collection.collected_later_minor,
        first=write_day(days[0].on),
        last=write_day(days[-1].on),
        grid=_draw_grid(highest, collection.currency),
    )


def draw_ageing(receivables: Receivables) -> list[AgePart]:
    """The parts of what is owed by age, those without anything left out."""
    ages = enumerate(zip(AGEING_BUCKETS, receivables.ageing, strict=True))
    return [AgePart(name.capitalize(), minor, age) for age, (name, minor) in ages if minor]


def _list_points(amounts: Sequence[int], days: int, highest: int) -> list[tuple[int, int]]:
    room = _BOTTOM - _TOP
    points = [(_LEFT, _BOTTOM)]
    for place, minor in enumerate(amounts, 1):
        points.append((_LEFT + (_RIGHT - _LEFT) * place // days, _BOTTOM - max(minor, 0) * room // highest))
    return points


def _draw_grid(highest: int, currency: str) -> list[GridLine]:
    """The highest amount of the picture and half of it."""
    room = _BOTTOM - _TOP
    return [
        GridLine(_BOTTOM - room * part // 2, write_money(highest * part // 2, currency=currency)) for part in (1, 2)
    ]


def _join(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _draw_spot(place: int, day: CollectionDay, days: int, currency: str) -> Spot:
    width = (_RIGHT - _LEFT) // days
    asked = write_money(day.expected_so_far_minor, currency=currency)
    arrived = write_money(day.collected_so_far_minor, currency=currency)
    x = _LEFT + (_RIGHT - _LEFT) * place // days
    return Spot(x, width, f"{write_day(day.on)}: {arrived} of {asked}")
