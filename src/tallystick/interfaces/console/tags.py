"""What templates may use: figures, dates, chips, cells; written by `formats`, `chips` and `lists.cells`.

Templates call by position, so these alone take more than their first argument that way.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django import template
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString
from unfold.settings import get_config

from tallystick.interfaces.console import chips, formats
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.console.reads.money_words import describe_payment
from tallystick.money.amount import format_minor
from tallystick.payments.core.method_rules import tell_expiry
from tallystick.payments.models import Payment
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import NumberSeries

register = template.Library()


@register.simple_tag
def money(minor: int, currency: str, is_late: bool = False) -> SafeString:
    """An amount in minor units with its currency."""
    return cells.Money(minor, currency, is_late).html()


@register.filter
def cell(value: cells.Cell) -> SafeString:
    """A cell."""
    return value.html()


@register.filter
def as_percent(basis_points: int) -> str:
    """Hundredths of a percent as one reads them: 12.5 %."""
    return f"{Decimal(basis_points).scaleb(-2).normalize():f}\u00a0%"


@register.filter
def day(on: date | None) -> SafeString:
    """A date."""
    return cells.Day(on).html()


@register.filter
def instant(at: datetime | None) -> SafeString:
    """A day and a time."""
    return cells.Instant(at).html()


@register.filter
def expiry(on: date | None) -> str:
    """That a payment method expires soon, or has; "" while it has long to live."""
    words = {"soon": "expires on", "over": "expired on"}.get(tell_expiry(on, on=today()))
    return f"{words} {formats.write_day(on)}" if words and on else ""


@register.simple_tag
def distance(at: datetime, now: datetime) -> str:
    """How long ago, or how soon."""
    return formats.write_distance(at, now=now)


@register.filter
def chip(status: str | chips.Status) -> SafeString:
    """A state."""
    return cells.Chip(status if isinstance(status, chips.Status) else chips.describe(status)).html()


@register.filter
def quantity(number: Decimal | int) -> str:
    """A quantity without the zeros that say nothing."""
    return formats.write_quantity(number)


@register.simple_tag
def unit_price(price: Decimal, currency: str) -> str:
    """A unit price in major units."""
    return formats.write_rate(price, currency=currency)


@register.filter
def thousands(number: int) -> str:
    """5174 is "5,174"."""
    return f"{number:,}"


@register.simple_tag
def count(number: int, noun: str, nouns: str = "") -> str:
    """ "1 invoice", "5,174 invoices"."""
    return formats.write_count(number, noun=noun, nouns=nouns)


@register.filter
def may(actor: Actor, permission: str) -> bool:
    """Whether the staff user has a permission."""
    return actor.may(permission)


@register.simple_tag
def address(request: HttpRequest, name: str, value: str) -> str:
    """The address of this page with one part of it changed (left out if empty), from its first page on."""
    following = request.GET.copy()
    following.pop("at", None)
    following.pop(name, None)
    if value:
        following[name] = value
    return f"?{following.urlencode()}"


@register.simple_tag
def theme_colors() -> SafeString:
    """The theme's colors as CSS variables, for pages outside Unfold's chrome."""
    colors = get_config()["COLORS"].items()
    lines = [f"--color-{name}-{weight}:{value};" for name, weights in colors for weight, value in weights.items()]
    return SafeString("".join(lines))


@register.simple_tag
def plain_money(minor: int, currency: str) -> str:
    """An amount as it is typed into a form."""
    return format_minor(minor, currency)


@register.filter
def words(code: str) -> str:
    """A stored word as people say it: reverse_charge is "Reverse charge"."""
    return code.replace("_", " ").capitalize()


@register.filter
def last_day(until: date) -> SafeString:
    """The last day before an exclusive end."""
    return cells.Day(until - timedelta(days=1)).html()


@register.simple_tag
def days(start_on: date, end_on: date) -> int:
    """How many days a half-open period has."""
    return (end_on - start_on).days


@register.filter
def payment_words(payment: Payment) -> str:
    """How much, by what, and what became of it."""
    return describe_payment(payment)


@register.simple_tag
def series_number(series: NumberSeries) -> str:
    """The number that the next document gets."""
    return f"{series.prefix}{series.next_number:0{series.digits}d}"


@register.simple_tag
def half(number: int) -> int:
    """The middle of a bar."""
    return number // 2


@register.filter
def month(on: date) -> str:
    """Nov 2025."""
    return formats.write_month(on)


@register.simple_tag
def report_address(given: QueryDict, name: str, value: str) -> str:
    """The address of a report with one filter set, from its first page on."""
    following = given.copy()
    for part in ("after", "part", name):
        following.pop(part, None)
    following[name] = value
    return f"?{following.urlencode()}"
