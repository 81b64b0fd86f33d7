"""What time it is for the pages: by the business clock, read once a request, in the zone that the page is drawn in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

from tallystick.plumbing import clock

_now: ContextVar[datetime | None] = ContextVar("console_now", default=None)


@contextmanager
def reading_clock_once() -> Iterator[None]:
    """Within the block, every page and cell sees the same instant."""
    token = _now.set(clock.now())
    try:
        yield
    finally:
        _now.reset(token)


def now() -> datetime:
    """The present instant."""
    return _now.get() or clock.now()


def today() -> date:
    """The present day."""
    return timezone.localtime(now()).date()
