"""What stands in a cell: how it is drawn on a page, and how it is written in a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tallystick.interfaces.console.chips import Status
from tallystick.interfaces.console.formats import write_day, write_instant, write_rate
from tallystick.money.amount import format_minor

# Spreadsheets run text that starts like this as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NOTHING = SafeString('<span class="nothing">–</span>')


class Cell(Protocol):
    """Anything that can be drawn and written."""

    def html(self) -> SafeString:
        """For the page, escaped."""

    def plain(self) -> str:
        """For a CSV file: dates ISO, amounts without grouping."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, perhaps a link, perhaps a second line in small print."""

    text: str
    note: str = ""
    href: str = ""

    def html(self) -> SafeString:
        """For the page, escaped."""
        if not self.text:
            return _NOTHING
        main = format_html('<a href="{}">{}</a>', self.href, self.text) if self.href else format_html("{}", self.text)
        return format_html('{}<span class="note">{}</span>', main, self.note) if self.note else main

    def plain(self) -> str:
        """For a CSV file."""
        return f"'{self.text}" if self.text.startswith(_FORMULA_STARTS) else self.text


@dataclass(frozen=True, slots=True)
class Links:
    """Several links, one after the other."""

    links: Sequence[tuple[str, str]]

    def html(self) -> SafeString:
        """For the page, escaped."""
        if not self.links:
            return _NOTHING
        drawn = (("" if place == 0 else ", ", href, words) for place, (words, href) in enumerate(self.links))
        return format_html_join("", '{}<a href="{}">{}</a>', drawn)

    def plain(self) -> str:
        """For a CSV file."""
        return ", ".join(words for words, _ in self.links)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone's name, and the address to write to."""

    name: str
    email: str

    def html(self) -> SafeString:
        """For the page, escaped."""
        if not (self.name or self.email):
            return _NOTHING
        mail = format_html(
            '<a class="note mail" href="mailto:{}" title="{}">{}</a>', self.email, self.email, self.email
        )
        return format_html("{}{}", self.name, mail if self.email else "")

    def plain(self) -> str:
        """For a CSV file."""
        return f"{self.name} <{self.email}>" if self.email else self.name


@dataclass(frozen=True, slots=True)
class Hint:
    """A word that says what it means when pointed at."""

    word: str
    meaning: str

    def html(self) -> SafeString:
        """For the page, escaped."""
        return format_html('<span title="{}">{}</span>', self.meaning, self.word)

    def plain(self) -> str:
        """For a CSV file."""
        return self.word


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units with its currency, perhaps with small print; late ones are red."""

    minor: int
    currency: str
    is_late: bool = False
    note: str = ""

    def html(self) -> SafeString:
        """For the page, escaped."""
        tone = " late" if self.is_late else " zero" if self.minor == 0 else ""
        figures = format_minor(self.minor, self.currency).replace("-", "\N{MINUS SIGN}")
        amount = format_html('<span class="money{}">{}<abbr>{}</abbr></span>', tone, figures, self.currency)
        return format_html('{}<span class="note">{}</span>', amount, self.note) if self.note else amount

    def plain(self) -> str:
        """For a CSV file; its currency has a column of its own."""
        return format_minor(self.minor, self.currency).replace(",", "")


@dataclass(frozen=True, slots=True)
class MoneyList:
    """Amounts in several currencies, one below the other."""

    amounts: Sequence[tuple[int, str]]

    def html(self) -> SafeString:
        """For the page, escaped."""
        if not self.amounts:
            return _NOTHING
        return format_html_join(
            "", "<div>{}</div>", ((Money(minor, currency).html(),) for minor, currency in self.amounts)
        )

    def plain(self) -> str:
        """For a CSV file."""
        return "; ".join(f"{Money(minor, currency).plain()} {currency}" for minor, currency in self.amounts)


@dataclass(frozen=True, slots=True)
class Rate:
    """A unit price in major units, with as many decimals as it needs."""

    price: Decimal
    currency: str

    def html(self) -> SafeString:
        """For the page, escaped."""
        figures = write_rate(self.price, currency=self.currency)
        return format_html('<span class="money">{}<abbr>{}</abbr></span>', figures, self.currency)

    def plain(self) -> str:
        """For a CSV file."""
        return write_rate(self.price, currency=self.currency).replace(",", "")


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number."""

    number: int

    def html(self) -> SafeString:
        """For the page, escaped."""
        return format_html('<span class="count">{}</span>', f"{self.number:,}")

    def plain(self) -> str:
        """For a CSV file."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or none."""

    on: date | None

    def html(self) -> SafeString:
        """For the page, escaped."""
        if self.on is None:
            return _NOTHING
        return format_html('<time datetime="{}">{}</time>', self.on.isoformat(), write_day(self.on))

    def plain(self) -> str:
        """For a CSV file."""
        return self.on.isoformat() if self.on else ""


@dataclass(frozen=True, slots=True)
class Instant:
    """A day and a time, or none."""

    at: datetime | None

    def html(self) -> SafeString:
        """For the page, escaped."""
        if self.at is None:
            return _NOTHING
        return format_html('<time datetime="{}">{}</time>', self.at.isoformat(), write_instant(self.at))

    def plain(self) -> str:
        """For a CSV file."""
        return self.at.isoformat() if self.at else ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A state."""

    status: Status

    def html(self) -> SafeString:
        """For the page, escaped."""
        return format_html('<span class="chip {}">{}</span>', self.status.tone, self.status.word)

    def plain(self) -> str:
        """For a CSV file."""
        return self.status.word
