"""Filters: each reads its part of the address, narrows the list by it, and says how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from django.db.models import QuerySet
from django.http import QueryDict

Rows = QuerySet[Any]
Options = Sequence[tuple[str, str]]


class Control(NamedTuple):
    """How a filter is drawn: one or two inputs, or links for the states that a list is mostly asked for."""

    kind: Literal["states", "choice", "pick", "days", "month", "search"]
    name: str
    label: str
    value: str
    options: Options = ()
    until: str = ""


class Filter(Protocol):
    """Part of the address that narrows a list."""

    def narrow(self, rows: Rows, *, given: QueryDict) -> Rows:
        """The rows that it lets through."""

    def draw(self, given: QueryDict) -> Control:
        """Its control, with the value in force."""

    def is_set(self, given: QueryDict) -> bool:
        """Whether it narrows anything now."""


@dataclass(frozen=True)
class States:
    """The few questions that a list is asked most, as links above it: (value, words, what it lets through)."""

    options: Sequence[tuple[str, str, Callable[[Rows], Rows]]]
    name: str = "state"

    def narrow(self, rows: Rows, *, given: QueryDict) -> Rows:
        """The rows in the asked state; all for a word that is not one."""
        asked = given.get(self.name, "")
        return next((lets_through(rows) for value, _, lets_through in self.options if value == asked), rows)

    def draw(self, given: QueryDict) -> Control:
        """Links, the one in force marked."""
        options = [("", "All"), *((value, words) for value, words, _ in self.options)]
        return Control("states", self.name, "", given.get(self.name, ""), options)

    def is_set(self, given: QueryDict) -> bool:
        """Whether a state is asked for."""
        return bool(given.get(self.name))


@dataclass(frozen=True)
class Choice:
    """One of several values, from a list that is read when the page is drawn."""

    name: str
    label: str
    options: Callable[[], Options]
    lets_through: Callable[[Rows, str], Rows]

    def narrow(self, rows: Rows, *, given: QueryDict) -> Rows:
        """The rows with the chosen value. One that nobody could choose is ignored."""
        chosen = given.get(self.name, "")
        if not chosen or chosen not in {value for value, _ in self.options()}:
            return rows
        return self.lets_through(rows, chosen)

    def draw(self, given: QueryDict) -> Control:
        """A drop-down."""
        return Control("choice", self.name, self.label, given.get(self.name, ""), self.options())

    def is_set(self, given: QueryDict) -> bool:
        """Whether a value is chosen."""
        return bool(given.get(self.name))


@dataclass(frozen=True)
class Days:
    """From a day up to and including another; either may be left open."""

    name: str
    label: str
    field: str

    def narrow(self, rows: Rows, *, given: QueryDict) -> Rows:
        """The rows whose day lies between. What is no date is ignored."""
        start_on, last_on = _read_day(given.get(f"{self.name}_from")), _read_day(given.get(f"{self.name}_to"))
        if start_on:
            rows = rows.filter(**{f"{self.field}__gte": start_on})
        return rows.filter(**{f"{self.field}__lte": last_on}) if last_on else rows

    def draw(self, given: QueryDict) -> Control:
        """Two date inputs."""
        start, last = given.get(f"{self.name}_from", ""), given.get(f"{self.name}_to", "")
        return Control("days", self.name, self.label, start, until=last)

    def is_set(self, given: QueryDict) -> bool:
        """Whether either day is given."""
        return bool(given.get(f"{self.name}_from") or given.get(f"{self.name}_to"))


@dataclass(frozen=True)
class Search:
    """Words to look for; `label` says where they are looked for."""

    label: str
    lets_through: Callable[[Rows, str], Rows]
    name: str = "q"

    def narrow(self, rows: Rows, *, given: QueryDict) -> Rows:
        """The rows in which the words are found."""
        words = given.get(self.name, "").strip()
        return self.lets_through(rows, words) if words else rows

    def draw(self, given: QueryDict) -> Control:
        """A search box."""
        return Control("search", self.name, self.label, given.get(self.name, ""))

    def is_set(self, given: QueryDict) -> bool:
        """Whether there is a word to look for."""
        return bool(given.get(self.name, "").strip())


def _read_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
