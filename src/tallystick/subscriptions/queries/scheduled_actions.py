"""Reads of actions that wait for their day."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Min

from tallystick.subscriptions.core.scheduled_action import SCHEDULED
from tallystick.subscriptions.errors import ScheduledActionUnknown
from tallystick.subscriptions.models import ScheduledAction
from tallystick.subscriptions.queries import get_subscription


def get_scheduled_action(scheduled_id: int, *, subscription_id: int | None = None) -> ScheduledAction:
    """One by its id, of the subscription that is named; raises ScheduledActionUnknown."""
    found = ScheduledAction.objects.filter(pk=scheduled_id)
    if subscription_id is not None:
        found = found.filter(subscription_id=subscription_id)
    scheduled = found.first()
    if scheduled is None:
        raise ScheduledActionUnknown(action=scheduled_id)
    return scheduled


def list_scheduled_actions(
    subscription_id: int, *, status: str | None = None, after_id: int = 0, limit: int = 100
) -> list[ScheduledAction]:
    """The scheduled actions of a subscription, settled ones too, in the order of their making."""
    found = ScheduledAction.objects.filter(subscription_id=subscription_id, pk__gt=after_id)
    return list((found if status is None else found.filter(status=status)).order_by("pk")[:limit])


def list_due_actions(seller_id: int, *, on: date) -> list[int]:
    """Ids of those of a seller whose day has come, in the order of their days and of their making."""
    due = ScheduledAction.objects.filter(subscription__account__seller_id=seller_id, status=SCHEDULED, on__lte=on)
    return list(due.order_by("on", "pk").values_list("pk", flat=True))


def find_next_action_at() -> datetime | None:
    """The instant at which the next one is due: the beginning of its day where its seller is; past for a missed one."""
    zone = "subscription__account__seller__time_zone"
    firsts = ScheduledAction.objects.filter(status=SCHEDULED).values(zone).annotate(first=Min("on")).order_by()
    return min((compute_day_start(each["first"], time_zone=each[zone]) for each in firsts), default=None)


def find_today(subscription_id: int, *, at: datetime) -> date:
    """Which day it is where the seller of a subscription is; raises SubscriptionUnknown."""
    subscription = get_subscription(subscription_id)
    return at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date()


def compute_day_start(day: date, *, time_zone: str) -> datetime:
    """The instant at which a day begins somewhere."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(time_zone))
