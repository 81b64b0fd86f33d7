"""Something shown once, on the page that follows an act. The session only says that it may be, never what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest

_FOR = timedelta(minutes=5)


def allow_once(request: HttpRequest, *, name: str) -> None:
    """The next page of this visitor that asks may show it, within a few minutes."""
    request.session[f"once:{name}"] = datetime.now(UTC).timestamp()


def use_once(request: HttpRequest, *, name: str) -> bool:
    """Whether it may be shown; it may not the next time."""
    allowed_at = request.session.pop(f"once:{name}", None)
    return allowed_at is not None and datetime.now(UTC).timestamp() - allowed_at < _FOR.total_seconds()
