"""When the next thing of subscriptions falls due by itself, so that a clock that is moved stops there."""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from tallystick.subscriptions.models import DeactivationRun, ServiceInterruption, Subscription, SubscriptionService


def find_next_trial_end() -> datetime | None:
    """The first midnight, where the seller is, at which a trial is over; in the past for one that was missed."""
    trials = Subscription.objects.filter(status="trialing", trial_until_on__isnull=False)
    return _find_first(_list_firsts(trials, "account__seller__time_zone", "trial_until_on"))


def find_next_pause_end() -> datetime | None:
    """The same for the first day on of a service that rests, or after the last of one that is on for a short term."""
    pauses = ServiceInterruption.objects.filter(
        until_on__isnull=True,
        ends_by_on__isnull=False,
        subscription_service__status__in=["resting", "short_term_off"],
    )
    short_terms = SubscriptionService.objects.filter(status="short_term_effective", billable_until_on__isnull=False)
    return _find_first(
        [
            *_list_firsts(pauses, "account__seller__time_zone", "ends_by_on"),
            *_list_firsts(short_terms, "account__seller__time_zone", "billable_until_on"),
        ]
    )


def find_next_deactivation_day() -> datetime | None:
    """The same for a deactivation or activation run that waits for its day."""
    return _find_first(_list_firsts(DeactivationRun.objects.filter(status="pending"), "seller__time_zone", "runs_on"))


def _list_firsts(rows: QuerySet, zone: str, day: str) -> list[tuple[str, date]]:  # type: ignore[type-arg]
    return list(rows.order_by().values_list(zone).annotate(first=Min(day)))


def _find_first(days: Iterable[tuple[str, date]]) -> datetime | None:
    return min((datetime.combine(day, time(0, 0), tzinfo=ZoneInfo(zone)) for zone, day in days), default=None)
