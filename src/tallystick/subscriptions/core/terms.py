"""Terms: an agreement for some months, renewed for as many again. Pure."""

from datetime import date

from tallystick.periods.anchor import Cycle, boundary

RENEWABLE_STATUSES: tuple[str, ...] = ("active", "trialing", "past_due", "unpaid")


def compute_renewed_end(*, starts_on: date, ends_on: date, months: int, until_on: date) -> date:
    """The first day without service once a term of so many months was renewed until it covers a day (ZUO-6).

    Whole terms are added to the end, and the day of the month is remembered: terms of a month from 31 January end on
    28 February and 31 March. Where the end lies on the day of the start, that day counts; else the end's own.
    """
    cycle = Cycle(ends_on, starts_on.day if _is_on_grid(starts_on, ends_on) else ends_on.day, months)
    terms = 0
    while boundary(cycle, terms) <= until_on:
        terms += 1
    return boundary(cycle, terms)


def _is_on_grid(starts_on: date, ends_on: date) -> bool:
    same_month = Cycle(ends_on, starts_on.day, 1)
    return boundary(same_month, 0) == ends_on
