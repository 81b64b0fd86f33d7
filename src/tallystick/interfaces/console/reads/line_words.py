"""The days of a document line, as people say them."""

from __future__ import annotations

from datetime import date, timedelta

from tallystick.interfaces.console.formats import write_day


def write_period(start_on: date | None, *, end_on: date | None) -> str:
    """The days of a half-open period, as people say them: both ends included."""
    if start_on is None or end_on is None:
        return ""
    last_on = end_on - timedelta(days=1)
    return write_day(start_on) if last_on <= start_on else f"{write_day(start_on)} – {write_day(last_on)}"
