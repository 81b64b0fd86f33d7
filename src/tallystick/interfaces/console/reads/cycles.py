"""On which days of the month an account's cycles start: what its subscriptions agreed, not what new ones would get."""

from __future__ import annotations

from typing import NamedTuple

from tallystick.accounts.models import Account
from tallystick.subscriptions.models import Subscription

_OVER = ("canceled", "expired")


class CycleDays(NamedTuple):
    """The days in words, and what to know beside them (empty: nothing)."""

    days: str
    note: str


def describe_cycle_days(account: Account) -> CycleDays:
    """The anchor days of the subscriptions that are not over; without any, the one that a new subscription gets."""
    running = Subscription.objects.filter(account=account).exclude(status__in=_OVER)
    days = list(running.order_by("anchor_day").values_list("anchor_day", flat=True).distinct())
    if not days:
        return CycleDays(str(account.anchor_day), "of the first subscription, unless it agrees another")
    note = "" if days == [account.anchor_day] else f"a new subscription starts on day {account.anchor_day}"
    return CycleDays(_join([str(day) for day in days]), note)


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
