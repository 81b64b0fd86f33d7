"""Progress of long work as pages show it: a share, a rate, the remaining time.

The rate is measured by the wall from poll to poll, since the business clock may stand still; so a page that is left
and found again simply starts measuring anew.
"""

from __future__ import annotations

from time import time
from typing import NamedTuple

from django.http import QueryDict

from tallystick.interfaces.console.formats import write_duration

_SETTLING_SECONDS = 2


class Progress(NamedTuple):
    """How much of it is done. `query` is what the next poll sends back, so that the rate can be told."""

    done: int
    total: int
    rate_per_second: int
    remaining: str
    query: str

    @property
    def percent(self) -> int:
        """Whole percent done, 100 for work without parts."""
        return self.done * 100 // self.total if self.total else 100


def measure(done: int, *, total: int, given: QueryDict) -> Progress:
    """Progress now, with a rate once two polls lie far enough apart."""
    wall = int(time())
    since, base = _read(given, "since", wall), _read(given, "base", done)
    elapsed = wall - since
    rate = (done - base) // elapsed if elapsed >= _SETTLING_SECONDS else 0
    remaining = write_duration(-(-(total - done) // rate)) if rate > 0 and total > done else ""
    return Progress(done, total, rate, remaining, f"since={since}&base={base}")


def _read(given: QueryDict, name: str, otherwise: int) -> int:
    text = given.get(name, "")
    return int(text) if text.isdecimal() else otherwise
