"""The time zone that pages are drawn in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tallystick.sellers.models import Seller

UTC = ZoneInfo("UTC")


def find_shared_zone() -> ZoneInfo:
    """The billing time zone of all sellers if they share one, else UTC."""
    names = list(Seller.objects.order_by().values_list("time_zone", flat=True).distinct()[:2])
    return ZoneInfo(names[0]) if len(names) == 1 else UTC
