"""Subscriptions: what was agreed, with whom, and what of it has been billed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from tallystick.interfaces.console.chrome import draw_page


def list_subscriptions(request: HttpRequest) -> HttpResponseBase:
    """All subscriptions."""
    return draw_page(request, "console/today.html", title="Subscriptions")


def show_subscription(request: HttpRequest, subscription_id: int) -> HttpResponseBase:
    """One subscription."""
    return draw_page(request, "console/today.html", title="Subscription")
