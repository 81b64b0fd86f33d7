"""A list: what it shows, and how one request for it is answered (a page, its totals, or a CSV file)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from tallystick.interfaces.console.chrome import draw_fragment, draw_page
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.lists.cells import Cell
from tallystick.interfaces.console.lists.columns import Column, Heading, draw_rows, list_shown
from tallystick.interfaces.console.lists.csv_export import stream_csv
from tallystick.interfaces.console.lists.filters import Filter
from tallystick.interfaces.console.lists.keyset import Order, read_page

PAGE_SIZE = 50
_CSV_CHUNK = 2000


class Totals(NamedTuple):
    """What is filtered adds up to: how many rows, and figures with their words."""

    rows: int
    figures: Sequence[tuple[str, Cell]] = ()


class Empty(NamedTuple):
    """What an empty list says to do first, and the name of the page where one does it."""

    text: str
    action: str = ""
    page: str = ""
    title: str = "Nothing here yet"


@dataclass(frozen=True)
class Listing:
    """A list of rows of one kind. `question` is what it answers; the first column's cell links to the row."""

    title: str
    question: str
    noun: str
    rows: Callable[[], QuerySet[Any]]
    columns: Sequence[Column[Any]]
    empty: Empty
    filters: Sequence[Filter] = ()
    sort: str = "-id"
    totals: Callable[[QuerySet[Any]], Totals] | None = None
    nouns: str = ""

    def narrow(self, given: QueryDict) -> QuerySet[Any]:
        """The rows that all filters in the address let through."""
        rows = self.rows()
        for each in self.filters:
            rows = each.narrow(rows, given=given)
        return rows

    def is_narrowed(self, given: QueryDict) -> bool:
        """Whether any filter is in force."""
        return any(each.is_set(given) for each in self.filters)


def show_listing(
    request: HttpRequest,
    *,
    listing: Listing,
    template: str = "console/list.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """Answer a request for a list: `format=csv` downloads it, `part=totals` adds it up, all else is a page.

    `context` is what a template of the page's own needs besides.
    """
    rows = listing.narrow(request.GET)
    if request.GET.get("format") == "csv":
        return _stream(request, listing, rows)
    if request.GET.get("part") == "totals" and listing.totals:
        totals = listing.totals(rows)
        words = write_count(totals.rows, noun=listing.noun, nouns=listing.nouns)
        return draw_fragment(request, template="console/parts/totals.html", context={"totals": totals, "words": words})
    everything = {**_draw_list(request.GET, listing, rows), **(context or {})}
    return draw_page(request, template=template, title=listing.title, context=everything)


def _stream(request: HttpRequest, listing: Listing, rows: QuerySet[Any]) -> HttpResponseBase:
    order = _read_order(listing, request.GET)
    sign = "-" if order.is_descending else ""
    ordered = rows.order_by(f"{sign}{order.field}", f"{sign}{order.key}").iterator(_CSV_CHUNK)
    return stream_csv(listing.title.lower().replace(" ", "-"), columns=listing.columns, rows=ordered)


def _draw_list(given: QueryDict, listing: Listing, rows: QuerySet[Any]) -> dict[str, Any]:
    page = read_page(rows, order=_read_order(listing, given), token=given.get("at", ""), size=PAGE_SIZE)
    return {
        "listing": listing,
        "is_narrowed": listing.is_narrowed(given),
        "controls": [each.draw(given) for each in listing.filters],
        "kept": [(name, value) for name, value in given.items() if name == "sort"],
        "headings": _list_headings(listing, given),
        "drawn": draw_rows(listing.columns, rows=page.rows),
        "next_href": _address(given, at=page.after) if page.after else "",
        "previous_href": _address(given, at=page.before) if page.before else "",
        "first_href": _address(given, at="") if given.get("at") else "",
        "csv_href": _address(given, at="", format="csv"),
        "totals_href": _address(given, at="", part="totals") if listing.totals else "",
    }


def _read_order(listing: Listing, given: QueryDict) -> Order:
    asked = given.get("sort", "")
    sortable = {column.sort for column in listing.columns if column.sort}
    chosen = asked if asked.removeprefix("-") in sortable else listing.sort
    return Order(chosen.removeprefix("-"), chosen.startswith("-"))


def _list_headings(listing: Listing, given: QueryDict) -> list[Heading]:
    order = _read_order(listing, given)
    headings = []
    for column in list_shown(listing.columns):
        is_in_force = bool(column.sort) and column.sort == order.field
        direction = ("down" if order.is_descending else "up") if is_in_force else ""
        following = f"-{column.sort}" if direction == "up" else column.sort
        href = _address(given, at="", sort=following) if column.sort else ""
        headings.append(Heading(column.title, column.is_right, href, direction))
    return headings


def _address(given: QueryDict, **changed: str) -> str:
    """The address of this list with parts changed; empty ones are left out."""
    following = given.copy()
    for name, value in changed.items():
        following.pop(name, None)
        if value:
            following[name] = value
    return f"?{following.urlencode()}"
