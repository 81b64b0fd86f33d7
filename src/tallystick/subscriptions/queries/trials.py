"""When trials end."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Min

from tallystick.subscriptions.models import Subscription


def find_next_trial_end() -> datetime | None:
    """The first midnight, where the seller is, at which a trial is over; in the past for one that was missed."""
    trials = Subscription.objects.filter(status="trialing", trial_until_on__isnull=False)
    ends = trials.values_list("account__seller__time_zone").annotate(first=Min("trial_until_on"))
    return min((datetime.combine(day, time(0, 0), tzinfo=ZoneInfo(zone)) for zone, day in ends), default=None)
