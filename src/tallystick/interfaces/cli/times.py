"""How commands write instants and durations: an event where the seller is, and how long something took in seconds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def write_instant(at: datetime, *, time_zone: str) -> str:
    """An instant as a clock on the seller's wall shows it, such as "2026-03-31 09:05"; say once which zone it is."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"


def write_clock_command(at: datetime) -> str:
    """The command that moves the business clock to an instant, or to the end of its minute."""
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    whole += MINUTE if whole < at else timedelta()
    return f"tallystick clock --advance-to {whole:%Y-%m-%dT%H:%M}"


def write_duration(seconds: float) -> str:
    """How long something took, such as "3.0 s" or "2 min 5 s"."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:,} min {rest} s"
