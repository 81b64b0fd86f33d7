"""How figures, dates and instants are written. Money is written one way for all; dates as the reader's browser asks."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header

from tallystick.interfaces.counts import write_count as write_count
from tallystick.money.amount import format_minor

_DEFAULT = Locale("en", "US")
_locale: ContextVar[Locale] = ContextVar("console_locale", default=_DEFAULT)

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def use_locale(accept_language: str) -> None:
    """From here on, write dates as the first known language of an Accept-Language header does. Words stay English."""
    for tag, _ in parse_accept_lang_header(accept_language.lower()):
        try:
            _locale.set(Locale.parse(tag, sep="-"))
            return
        except (UnknownLocaleError, ValueError):
            continue
    _locale.set(_DEFAULT)


def write_money(minor: int, *, currency: str) -> str:
    """124000 EUR is "1,240.00 EUR"."""
    return f"{format_minor(minor, currency)} {currency}"


def write_day(on: date) -> str:
    """3 Nov 2025, in the order and words of the reader where they are English, else in figures."""
    locale = _locale.get()
    return format_date(on, format="medium" if locale.language == "en" else "short", locale=locale)


def write_month(on: date) -> str:
    """Nov 2025."""
    return format_date(on, format="MMM y", locale=_DEFAULT)


def write_instant(at: datetime) -> str:
    """A day and the minute, in the zone that the page is drawn in."""
    local = timezone.localtime(at)
    return f"{write_day(local.date())}, {format_time(local.time(), format='short', locale=_locale.get())}"


def write_distance(at: datetime, *, now: datetime) -> str:
    """How far an instant lies from now, roughly: "3 hours ago", "in 2 days"."""
    apart = abs(now - at)
    if apart < _MINUTE:
        return "just now"
    for unit, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if apart >= unit:
            count = apart // unit
            text = write_count(count, noun=word)
            return f"{text} ago" if at <= now else f"in {text}"
    return "just now"


def write_duration(seconds: int) -> str:
    """A span of whole seconds: "45 s", "3 min 20 s", "2 h 5 min"."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {left} s" if minutes else f"{left} s"


def write_quantity(quantity: Decimal | int) -> str:
    """Without the zeros that say nothing: 3.0000 is "3", 1234.5 is "1,234.5"."""
    text = f"{Decimal(quantity):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_rate(unit_price: Decimal, *, currency: str) -> str:
    """A unit price in major units, with at least the decimals of its currency and as many as it needs."""
    whole, _, decimals = f"{unit_price:,f}".partition(".")
    places = len(format_minor(0, currency).partition(".")[2])
    decimals = decimals.rstrip("0").ljust(places, "0")
    return f"{whole}.{decimals}" if decimals else whole
