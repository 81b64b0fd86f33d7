"""Today: what needs me, what is owed, what ran this month, and what came in against what should have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from tallystick.interfaces.console.chrome import draw_page


def show_today(request: HttpRequest) -> HttpResponseBase:
    """The page that the console opens on."""
    return draw_page(request, template="console/today.html", title="Today")
