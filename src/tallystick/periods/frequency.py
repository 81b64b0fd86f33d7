"""How often something is billed: the usual frequencies by name, and any number of days, weeks, months or years (CRM-3).

A frequency is a number of months or a number of days, never both: a week is 7 days, a year 12 months.
"""

import re
from typing import Final, NamedTuple

from tallystick.periods.errors import InvalidFrequency

LONGEST_MONTHS: Final = 120
LONGEST_DAYS: Final = 3_660


class Frequency(NamedTuple):
    """An interval: ``interval_months`` months, or ``interval_days`` days where there are 0 months."""

    interval_months: int
    interval_days: int = 0


#: The frequencies that have a name.
FREQUENCIES: Final[dict[str, Frequency]] = {
    "daily": Frequency(0, 1),
    "weekly": Frequency(0, 7),
    "monthly": Frequency(1),
    "quarterly": Frequency(3),
    "half-yearly": Frequency(6),
    "yearly": Frequency(12),
    "two-yearly": Frequency(24),
}
#: What one of each unit is.
UNITS: Final[dict[str, Frequency]] = {
    "days": Frequency(0, 1),
    "weeks": Frequency(0, 7),
    "months": Frequency(1),
    "years": Frequency(12),
}

_NAMES = {frequency: name for name, frequency in FREQUENCIES.items()}
_CUSTOM = re.compile(r"(?:every )?([0-9]{1,4}) (day|week|month|year)s?", re.ASCII)


def check_frequency(interval_months: int, interval_days: int = 0) -> Frequency:
    """A frequency of so many months or so many days; refuses both, neither and too long (:class:`InvalidFrequency`)."""
    if interval_months and interval_days:
        raise InvalidFrequency(
            given=f"{interval_months} months and {interval_days} days", reason="it is one of the two"
        )
    if not (1 <= interval_months <= LONGEST_MONTHS or 1 <= interval_days <= LONGEST_DAYS):
        given = f"{interval_days} days" if interval_days else f"{interval_months} months"
        raise InvalidFrequency(given=given, reason=f"1 to {LONGEST_MONTHS} months or 1 to {LONGEST_DAYS} days")
    return Frequency(interval_months, interval_days)


def make_frequency(count: int, unit: str) -> Frequency:
    """So many days, weeks, months or years: 10 days, 2 weeks, 18 months, 3 years. Refuses as `check_frequency`."""
    one = UNITS.get(unit)
    if one is None:
        raise InvalidFrequency(given=f"{count} {unit}", reason=f"units are {', '.join(UNITS)}")
    return check_frequency(one.interval_months * count, one.interval_days * count)


def parse_frequency(text: str) -> Frequency:
    """A frequency from its name or from words like ``10 days`` or ``every 2 weeks``; refuses anything else."""
    named = FREQUENCIES.get(text)
    if named is not None:
        return named
    words = _CUSTOM.fullmatch(text)
    if words is None:
        raise InvalidFrequency(given=repr(text[:40]), reason=f"write {', '.join(FREQUENCIES)}, or like 10 days")
    return make_frequency(int(words[1]), f"{words[2]}s")


def write_frequency(frequency: Frequency) -> str:
    """In words: ``monthly``, ``every 2 weeks``, ``every 10 days``, ``every 3 years``."""
    named = _NAMES.get(frequency)
    if named is not None:
        return named
    months, days = frequency
    if months:
        return f"every {months // 12} years" if months % 12 == 0 else f"every {months} months"
    return f"every {days // 7} weeks" if days % 7 == 0 else f"every {days} days"
