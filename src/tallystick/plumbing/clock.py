"""The business clock: one per database, real unless it was set, so that a year can be rehearsed in a minute.

Interfaces read it and hand `as_of` or `at` to operations; domain code never reads a clock. Login codes, key expiry and
webhook timestamps use real time, not this.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tallystick.errors import InvalidInput
from tallystick.plumbing.models import BusinessClock


class ClockNeedsZone(InvalidInput):
    """The clock can only be set to an instant with a time zone; {at} has none."""

    code = "clock_needs_zone"


class ClockRunsForward(InvalidInput):
    """The clock stands at {at} and can only be advanced, not turned back by {by}."""

    code = "clock_runs_forward"


def now() -> datetime:
    """The present instant of this database, aware, in UTC."""
    at = BusinessClock.objects.filter(mode=BusinessClock.Mode.SET).values_list("at", flat=True).first()
    return at.astimezone(UTC) if at is not None else datetime.now(UTC)


def is_set() -> bool:
    """Whether time stands where it was set, so that what waits for a later instant waits until somebody moves it."""
    return BusinessClock.objects.filter(mode=BusinessClock.Mode.SET).exists()


def today(time_zone: str) -> date:
    """The present date where `time_zone` (an IANA name, usually the seller's) holds."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def set_clock(at: datetime) -> None:
    """Let time stand at the instant `at`, backward too: going back is for a new rehearsal, before anything happened."""
    if at.tzinfo is None:
        raise ClockNeedsZone(at=at.isoformat(), field="at")
    BusinessClock.objects.update_or_create(id=1, defaults={"mode": BusinessClock.Mode.SET, "at": at})


def advance(by: timedelta) -> datetime:
    """Move a set clock, or the real present, forward and let it stand there. Returns the new instant.

    Only the clock moves. Doing what fell due on the way is the caller's.
    """
    if by < timedelta(0):
        raise ClockRunsForward(at=now().isoformat(), by=str(by), field="by")
    at = now() + by
    set_clock(at)
    return at


def use_real_clock() -> None:
    """Let time run as it does on the wall."""
    BusinessClock.objects.filter(id=1).delete()
