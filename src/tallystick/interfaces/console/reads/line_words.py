"""A document line explains itself: how its amount came about, and for which days."""

from __future__ import annotations

from datetime import date, timedelta

from tallystick.interfaces.console.formats import write_day, write_money, write_quantity, write_rate
from tallystick.invoicing.models import DocumentLine


def explain_amount(line: DocumentLine, *, currency: str) -> str:
    """ "12 × 10.75 EUR × 17 of 30 days", "10 % of 49.00 EUR"."""
    if line.percent is not None:
        return f"{write_quantity(line.percent)} % of {write_money(line.percent_of_minor, currency=currency)}"
    parts = [f"{write_quantity(line.quantity)} × {write_rate(line.unit_price, currency=currency)} {currency}"]
    if line.full_days:
        parts.append(f"{line.part_days} of {line.full_days} days")
    return " × ".join(parts)


def write_period(start_on: date | None, *, end_on: date | None) -> str:
    """The days of a half-open period, as people say them: both ends included."""
    if start_on is None or end_on is None:
        return ""
    last_on = end_on - timedelta(days=1)
    return write_day(start_on) if last_on <= start_on else f"{write_day(start_on)} – {write_day(last_on)}"
