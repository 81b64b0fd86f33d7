"""The two ways back from managed (DEM-8): to nothing now, or with what they have until a day. There is no third."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.core.new_account import MANAGED, SELF_SERVE
from tallystick.accounts.operations.set_billing_mode import lock_account, set_billing_mode
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.errors import EndDateMissing, EndNotPossible, NotManaged
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.queries.paying import list_running

FREE_NOW, KEEP_UNTIL = "free_now", "keep_until"
WAYS = (FREE_NOW, KEEP_UNTIL)


def set_self_serve(
    account_id: int, *, way: str, reason: str, at: datetime, actor: Actor, ends_on: date | None = None
) -> None:
    """Let an account pay through the gateway again: `free_now` ends its subscriptions today, `keep_until` ends them on
    the first day without, which is to come, unless the customer subscribes before.

    Used days that are not billed stay due; what is billed stays billed. In one transaction. Refuses NotManaged,
    EndDateMissing, EndNotPossible for a day that has come or that belongs to the other way, and an unknown way.
    """
    actor.require(ACCOUNTS_WRITE)
    able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        account = lock_account(account_id)
        if account.billing_mode != MANAGED:
            raise NotManaged(account=account.name)
        last = _settle_end(way, ends_on, today=at.astimezone(ZoneInfo(account.seller.time_zone)).date())
        for subscription in list_running(account_id):
            if subscription.ends_on is None or subscription.ends_on > last:
                end = max(last, subscription.starts_on)
                cancel_subscription(subscription.pk, ends_on=end, reason=reason, at=at, actor=able)
        set_billing_mode(
            account_id,
            billing_mode=SELF_SERVE,
            event="set_self_serve",
            reason=reason,
            at=at,
            actor=actor,
            said={"way": way, "ends_on": last.isoformat()},
        )


def _settle_end(way: str, ends_on: date | None, *, today: date) -> date:
    if way not in WAYS:
        raise InvalidInput(f"{way!r} is none of {', '.join(WAYS)}.", field="way")
    if way == FREE_NOW:
        if ends_on is not None:
            raise EndNotPossible(ends_on=ends_on, reason="what ends now has no other day")
        return today
    if ends_on is None:
        raise EndDateMissing()
    if ends_on <= today:
        raise EndNotPossible(ends_on=ends_on, reason="the day is to come; else end it now")
    return ends_on
