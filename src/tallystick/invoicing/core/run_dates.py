"""Dates of a bill run that are allowed and still look like a slip: what to tell whoever asks for them. Pure."""

from datetime import date
from typing import NamedTuple

from tallystick.periods.anchor import Cycle, boundary

#: A target date further ahead than this bills periods that nobody expects to pay for yet.
TARGET_MONTHS_AHEAD = 1
#: An invoice date further off than this, either way, falls into another year's books or another VAT return.
INVOICE_MONTHS_OFF = 6


class DateWarning(NamedTuple):
    """Something to look at twice: a stable code, the field that it is about, and a sentence for people."""

    code: str
    field: str
    message: str


def find_date_warnings(target_on: date, *, invoice_on: date | None, today: date) -> tuple[DateWarning, ...]:
    """What is unusual about the dates of a run that is asked for on `today`, the seller's business date.

    `invoice_on` of None is today. A run up to and including a month ahead, dated up to and including six
    months away, is usual.
    """
    warnings = []
    months = Cycle(today, today.day, 1)
    if target_on > boundary(months, TARGET_MONTHS_AHEAD):
        warnings.append(
            DateWarning(
                "target_far_ahead",
                "target_on",
                f"The target date {target_on} is {_tell_distance(target_on, today)} {today}: everything that falls due "
                "until then is billed now, several periods of a subscription at once.",
            )
        )
    dated = invoice_on or today
    if not boundary(months, -INVOICE_MONTHS_OFF) <= dated <= boundary(months, INVOICE_MONTHS_OFF):
        warnings.append(
            DateWarning(
                "invoice_date_far_off",
                "invoice_on",
                f"The invoices would carry the date {dated}, {_tell_distance(dated, today)} {today}: due dates, VAT "
                "rates and the VAT return follow that date.",
            )
        )
    return tuple(warnings)


def _tell_distance(day: date, today: date) -> str:
    days = abs((day - today).days)
    return f"{days:,} {'day' if days == 1 else 'days'} {'after' if day > today else 'before'} today,"
