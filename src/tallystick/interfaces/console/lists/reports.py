"""Reports: lists that a room's rollup answers, for one seller and one month, with totals and CSV of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from tallystick.errors import NotFound
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import draw_fragment, draw_page
from tallystick.interfaces.console.lists.columns import Column, Heading, draw_rows, list_shown
from tallystick.interfaces.console.lists.csv_export import stream_lines
from tallystick.interfaces.console.lists.filters import Control, Options
from tallystick.interfaces.console.lists.listing import Empty
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.report_options import find_last_billed_month
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.interfaces.record_links import get_site_address
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller

PAGE_SIZE = 50
EVERY = "all"


class Asked(NamedTuple):
    """What a report is asked for, and by whom. `month` is its first day, `as_of` today where the seller is."""

    seller: Seller
    month: date
    as_of: date
    given: QueryDict
    actor: Actor
    site_address: str

    def text(self, name: str) -> str:
        """A filter's value; empty does not ask."""
        return self.given.get(name, "").strip()

    @property
    def is_every_month(self) -> bool:
        """Whether a report that offers EVERY_MONTH is asked for all months together."""
        return self.text("months") == EVERY


class Pick(NamedTuple):
    """A drop-down of a report: its part of the address, its words, and the values that it offers.

    `has_any`: one may choose none of them; else the first is taken where none was chosen.
    """

    name: str
    label: str
    options: Callable[[Asked], Options]
    has_any: bool = True


EVERY_MONTH = Pick("months", "Months", lambda asked: (("", "That month"), (EVERY, "All months")), has_any=False)


@dataclass(frozen=True)
class Report:
    """A report. `read` answers one row more than a page holds when there is a next one; every row has a `key`.

    `find_empty` tells what it means that nothing is found where `empty` would not always be true; `legend` is for a
    template that explains words.
    """

    title: str
    question: str
    explanation: str
    search: str
    picks: Sequence[Pick]
    columns: Sequence[Column[Any]]
    read: Callable[[Asked, int, int], Sequence[Any]]
    totals: Callable[[Asked], Any]
    totals_template: str
    write_csv: Callable[[Asked], Iterator[str]]
    empty: Empty
    find_empty: Callable[[Asked], Empty] | None = None
    legend: Mapping[str, Sequence[tuple[str, str]]] | None = None
    template: str = "console/report.html"


class _Head(NamedTuple):
    """What the templates of lists ask of a listing."""

    title: str
    question: str
    empty: Empty


def show_report(request: HttpRequest, *, report: Report) -> HttpResponseBase:
    """Answer a request for a report: `format=csv` downloads it, `part=totals` adds it up, all else is a page."""
    asked = _read_asked(request)
    if request.GET.get("format") == "csv":
        months = "all-months" if asked.is_every_month else f"{asked.month:%Y-%m}"
        name = f"{report.title.lower().replace(' ', '-')}-{months}"
        return stream_lines(name, lines=report.write_csv(asked))
    if request.GET.get("part") == "totals":
        context = {"totals": report.totals(asked), "asked": asked}
        return draw_fragment(request, template=report.totals_template, context=context)
    return draw_page(request, template=report.template, title=report.title, context=_draw_report(report, asked))


def _draw_report(report: Report, asked: Asked) -> dict[str, Any]:
    after = asked.text("after")
    rows = report.read(asked, int(after) if after.isdecimal() else 0, PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    empty = report.find_empty(asked) if report.find_empty and not rows else report.empty
    filters = [report.search and "q", *(pick.name for pick in report.picks)]
    return {
        "listing": _Head(report.title, report.question, empty),
        "explanation": report.explanation,
        "legend": report.legend,
        "asked": asked,
        "is_narrowed": any(asked.text(name) for name in filters if name),
        "controls": _list_controls(report, asked),
        "kept": [],
        "headings": [Heading(column.title, column.is_right, "", "") for column in list_shown(report.columns)],
        "drawn": draw_rows(report.columns, rows=shown),
        "next_href": _address(asked.given, after=str(shown[-1].key)) if len(rows) > PAGE_SIZE else "",
        "first_href": _address(asked.given, after="") if after else "",
        "csv_href": _address(asked.given, after="", format="csv"),
        "totals_href": _address(asked.given, after="", part="totals"),
    }


def _list_controls(report: Report, asked: Asked) -> list[Control]:
    sellers = list_seller_options()
    controls = [Control("month", "month", "Month", f"{asked.month:%Y-%m}")]
    if len(sellers) > 1:
        controls.append(Control("pick", "seller", "Seller", str(asked.seller.pk), sellers))
    if report.search:
        controls.insert(0, Control("search", "q", report.search, asked.text("q")))
    return [*controls, *(_draw_pick(pick, asked) for pick in report.picks)]


def _draw_pick(pick: Pick, asked: Asked) -> Control:
    kind: Literal["choice", "pick"] = "choice" if pick.has_any else "pick"
    return Control(kind, pick.name, pick.label, asked.text(pick.name), pick.options(asked))


def _read_asked(request: HttpRequest) -> Asked:
    given = request.GET
    sellers = Seller.objects.order_by("code")
    chosen = given.get("seller", "")
    seller = sellers.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    seller = seller or sellers.first()
    if seller is None:
        raise NotFound("There is no seller yet; import one first.")
    as_of = now().astimezone(ZoneInfo(seller.time_zone)).date()
    month = _read_month(given.get("month", "")) or find_last_billed_month(seller, today=as_of)
    return Asked(seller, month, as_of, given, get_actor(request), get_site_address(request))


def _read_month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _address(given: QueryDict, **changed: str) -> str:
    """The address of this report with parts changed; empty ones are left out."""
    following = given.copy()
    for name, value in changed.items():
        following.pop(name, None)
        if value:
            following[name] = value
    return f"?{following.urlencode()}"
