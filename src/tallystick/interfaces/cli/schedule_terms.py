"""The terms of a schedule of bill runs as they are typed: when, which dates, whom, and what happens by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import parse_date
from tallystick.interfaces.cli.run_choices import read_filters, read_options
from tallystick.invoicing.core.schedule import DateRule, Recurrence
from tallystick.invoicing.operations.create_schedule import NewSchedule

EVERY = {"once": "once", "day": "daily", "week": "weekly", "month": "monthly"}
OFFSET_HELP = "Follows the run's day: 14 days later is 14, the last day of its month 0m31, day 1 of the next 1m1."

EveryOption = Annotated[str, typer.Option(help="once, day, week or month.")]
StartsOption = Annotated[str, typer.Option(help="First day on which it may run (ISO). Default: today.")]
EndsOption = Annotated[str, typer.Option(help="First day on which it runs no more (ISO).")]
OnOption = Annotated[int | None, typer.Option(help="Weekday 1 (Monday) to 7, or day of the month 1 to 31 (the last).")]
AtOption = Annotated[str, typer.Option(help="Time of day where the seller is.")]
TargetOption = Annotated[str, typer.Option(help=f"Target date. {OFFSET_HELP}")]
InvoiceDateOption = Annotated[str, typer.Option(help=f"Invoice date. {OFFSET_HELP}")]
SameAnchorOption = Annotated[
    bool, typer.Option("--same-anchor-day", help="Only accounts whose anchor day is the run's day.")
]


def read_terms(given: Mapping[str, Any], *, name: str, today: date) -> NewSchedule:
    """The terms that the options of a command say; refuses InvalidInput naming the option."""
    return NewSchedule(
        name=name,
        recurrence=_read_recurrence(given, today),
        run_time=_read_time(given["at"]),
        target=_read_offset(given["target"], field="target"),
        invoice=_read_offset(given["invoice_date"], field="invoice_date"),
        filters=read_filters(given),
        takes_run_day_anchors=given["same_anchor_day"],
        options=read_options(given),
    )


def _read_recurrence(given: Mapping[str, Any], today: date) -> Recurrence:
    every, on, starts, ends = (given[name] for name in ("every", "on", "starts", "ends"))
    if on is not None and every not in ("week", "month"):
        raise InvalidInput("--on goes with --every week or --every month.", field="on")
    return Recurrence(
        EVERY.get(every, every),
        parse_date(starts, field="starts") if starts else today,
        parse_date(ends, field="ends") if ends else None,
        weekday=on if every == "week" else None,
        month_day=on if every == "month" else None,
    )


def _read_time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is not a time of day; write it as 06:00.", field="at") from None


def _read_offset(text: str, *, field: str) -> DateRule:
    months, _, day = text.partition("m")
    if day.isdecimal() and months.isdecimal():
        return DateRule(months=int(months), month_day=int(day))
    if text.isdecimal():
        return DateRule(days=int(text))
    raise InvalidInput(f"{text!r} is no offset; write 14 (days), or 1m31 (month and day of the month).", field=field)
