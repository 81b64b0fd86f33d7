"""Which periods of a service are due on a target date (docs/rules/rating.md)."""

from datetime import date, timedelta

from tallystick.periods.anchor import full_period
from tallystick.periods.period import Period
from tallystick.rating.terms import ServiceTerms

_DAY = timedelta(days=1)

#: The days to be billed, and the full period of the cycle that they are a part of.
DuePeriod = tuple[Period, Period]


def list_due_periods(terms: ServiceTerms, target_on: date) -> list[DuePeriod]:
    """Every period due by a target date, earliest first, from where billing stopped; several after missed runs.

    In advance: the periods that start on or before the target date. In arrears: those used completely through it.
    Each is cut to the life of the service, and where its trial ends. A one-off service is due once, for its first day.
    """
    if terms.is_one_off:
        return _list_one_off(terms, target_on)
    due: list[DuePeriod] = []
    billed_through, trial = terms.billed_through, terms.trial
    ends_on = terms.ends_on if trial is None else last_end(terms)
    start_on = terms.starts_on
    if billed_through is not None and billed_through > start_on:
        start_on = billed_through
    while start_on <= target_on and (ends_on is None or start_on < ends_on):
        full = full_period(terms.cycle, start_on)
        end_on = full.end_on if ends_on is None or full.end_on < ends_on else ends_on
        if trial is not None and start_on < trial.until_on < end_on:
            end_on = trial.until_on
        if not terms.bills_in_advance and end_on > target_on + _DAY:
            break
        part = Period(start_on, end_on)
        is_partial_first = _is_partial_first(terms, part, full)
        if is_partial_first and terms.is_first_whole:
            due.append((part, part))
        elif terms.bills_partial_first or not is_partial_first:
            due.append((part, full))
        start_on = end_on
    return due


def last_end(terms: ServiceTerms) -> date | None:
    """The first day without the service: its end, or that of a trial that does not convert; None: no end."""
    ends_on, trial = terms.ends_on, terms.trial
    if trial is None or trial.converts:
        return ends_on
    return trial.until_on if ends_on is None else min(ends_on, trial.until_on)


def _is_partial_first(terms: ServiceTerms, part: Period, full: Period) -> bool:
    # A part that the end of the service (or of its trial) cuts is a final one, even if it is the first too: those are
    # always billed (ZUO-32).
    return part.start_on == terms.starts_on and part.start_on > full.start_on and part.end_on == full.end_on


def _list_one_off(terms: ServiceTerms, target_on: date) -> list[DuePeriod]:
    starts_on = terms.starts_on
    is_billed = terms.billed_through is not None and terms.billed_through > starts_on
    never_began = terms.ends_on is not None and terms.ends_on <= starts_on
    if is_billed or never_began or starts_on > target_on:
        return []
    only_day = Period(starts_on, starts_on + _DAY)
    return [(only_day, only_day)]
