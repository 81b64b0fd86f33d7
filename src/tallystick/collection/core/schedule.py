"""When payment runs are made by themselves: on days, as bill runs are, or so long after a bill run is posted. Pure."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from tallystick.errors import Problem
from tallystick.invoicing.core.schedule import FREQUENCIES as DAY_FREQUENCIES
from tallystick.invoicing.core.schedule import Recurrence, find_recurrence_problems

AFTER_RUN, AFTER_SCHEDULE = "after_run", "after_schedule"
FREQUENCIES: tuple[str, ...] = (*DAY_FREQUENCIES, AFTER_RUN, AFTER_SCHEDULE)
SCHEDULE_STATUSES: tuple[str, ...] = ("active", "paused", "finished", "canceled")
LONGEST_WAIT_HOURS = 30 * 24
LONGEST_NAME = 80
LONGEST_TARGET_DAYS = 365
MIDNIGHT = time(0, 0)


class AfterPosting(NamedTuple):
    """Run so many hours after a bill run, or each run of a bill run schedule, is posted (ZUO-49); ids, one of them."""

    hours: int
    bill_run_id: int | None = None
    bill_run_schedule_id: int | None = None

    @property
    def frequency(self) -> str:
        """What such a schedule is called."""
        return AFTER_RUN if self.bill_run_id is not None else AFTER_SCHEDULE


def compute_start_after(posted_at: datetime, *, hours: int) -> datetime:
    """When a run begins that waits for a bill run's posting: posted 08:20, plus 3 hours: 11:20."""
    return posted_at + timedelta(hours=hours)


def cut_to_hour(run_time: time) -> time:
    """Payment runs begin at full hours; minutes are ignored (ZUO-37)."""
    return time(run_time.hour, 0)


def find_after_problems(after: AfterPosting) -> Iterator[Problem]:
    """What is wrong with waiting for a posting."""
    if (after.bill_run_id is None) == (after.bill_run_schedule_id is None):
        yield Problem("after", "names a bill run or a schedule of bill runs, one of them")
    if not 0 <= after.hours <= LONGEST_WAIT_HOURS:
        yield Problem("after_hours", f"must be from 0 to {LONGEST_WAIT_HOURS} hours: 30 days")


def find_timing_problems(
    name: str, *, recurrence: Recurrence | None, after: AfterPosting | None, target_days: int, applies_credits: bool
) -> Iterator[Problem]:
    """Everything that is wrong with when a schedule runs, seen alone."""
    if not name.strip() or len(name) > LONGEST_NAME:
        yield Problem("name", f"must have 1 to {LONGEST_NAME} signs")
    if (recurrence is None) == (after is None):
        yield Problem("frequency", "give days, or what it waits for; one of them")
    if recurrence is not None:
        yield from find_recurrence_problems(recurrence)
    if after is not None:
        yield from find_after_problems(after)
    if not 0 <= target_days <= LONGEST_TARGET_DAYS:
        yield Problem("target_days", f"must be from 0 to {LONGEST_TARGET_DAYS}")
    if target_days and applies_credits:
        yield Problem("target_days", "must be 0 while credits are applied: they would go to invoices not due yet")
