"""When something of subscriptions ends or is switched off by its own date."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from tallystick.subscriptions.models import DeactivationRun, ServiceInterruption, Subscription


def find_next_end(*, after: datetime) -> datetime | None:
    """The first midnight after an instant, where the seller is, at which a pause or subscription ends or a deactivation
    run is due."""
    pauses = ServiceInterruption.objects.filter(until_on__isnull=True, ends_by_on__gte=after.date())
    runs = DeactivationRun.objects.filter(status="pending", runs_on__gte=after.date())
    ending = Subscription.objects.exclude(status__in=["canceled", "expired"]).filter(ends_on__gte=after.date())
    days: list[tuple[str, date | None]] = [
        *pauses.values_list("account__seller__time_zone", "ends_by_on").distinct(),
        *runs.values_list("seller__time_zone", "runs_on").distinct(),
        *ending.values_list("account__seller__time_zone", "ends_on").distinct(),
    ]
    stops = (datetime.combine(day, time(0, 0), tzinfo=ZoneInfo(zone)) for zone, day in days if day)
    return min((stop for stop in stops if stop > after), default=None)
