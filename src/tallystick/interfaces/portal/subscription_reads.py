"""What the portal shows of subscriptions: the plan, how it stands in plain words, and what can be done about it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tallystick.access.queries import OwnAccount
from tallystick.accounts.core.new_account import SELF_SERVE
from tallystick.accounts.queries import get_account_by_id
from tallystick.documents.rendering.formats import write_date, write_quantity
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.interfaces.portal.words.subscribing import SUBSCRIBING, SubscribingPhrases
from tallystick.journeys.stop_and_resume import find_period_end
from tallystick.plumbing import clock
from tallystick.subscriptions.queries import list_services
from tallystick.subscriptions.queries.paying import Held, find_former, find_paid_until, list_held

_RUNS = ("active", "trialing", "past_due", "unpaid")


class ShownSubscription(NamedTuple):
    """One that runs. `ends_on` is the day on which it would end if it were canceled now."""

    id: int
    plan: str
    standing: str
    is_well: bool
    renews: str
    services: list[str]
    may_cancel: bool
    may_keep: bool
    ends_on: str


class ShownSubscriptions(NamedTuple):
    """All that run, or the plan that an account may subscribe to again; "" for none."""

    words: SubscribingPhrases
    rows: list[ShownSubscription]
    again: str


def read_subscriptions(account: OwnAccount, *, say: Phrases) -> ShownSubscriptions:
    """What an account has; who is managed is invoiced, and changes nothing here."""
    words = SUBSCRIBING[say.language]
    is_self_serve = get_account_by_id(account.id).billing_mode == SELF_SERVE
    rows = [_show(each, is_self_serve, say, words) for each in list_held(account.id)]
    former = find_former(account.id) if is_self_serve else None
    return ShownSubscriptions(words, rows, former.plan_name if former else "")


def _show(held: Held, is_self_serve: bool, say: Phrases, words: SubscribingPhrases) -> ShownSubscription:
    goes_on = held.status in _RUNS and held.ends_on is None
    return ShownSubscription(
        held.id,
        held.plan_name,
        _tell(held, say, words),
        held.status in ("active", "trialing") and not held.is_canceling,
        _tell_renewal(held, say, words) if goes_on else "",
        _list_services(held.id, say),
        is_self_serve and goes_on,
        is_self_serve and held.is_canceling,
        write_date(find_period_end(held.id, at=clock.now()), locale=say.locale),
    )


def _list_services(subscription_id: int, say: Phrases) -> list[str]:
    today = _find_today()
    return [
        f"{write_quantity(each.quantity, locale=say.locale)} × {each.service.name}"
        for each in list_services(subscription_id)
        if each.status != "ended"
        and each.bundle_id is None
        and each.starts_on <= today
        and (each.ends_on is None or today < each.ends_on)
    ]


def _tell_renewal(held: Held, say: Phrases, words: SubscribingPhrases) -> str:
    """Only of a day to come: what is billed afterwards has no such day before its bill."""
    renews_on = find_paid_until(held.id)
    if renews_on is None or renews_on <= _find_today():
        return ""
    return words.renews.format(date=write_date(renews_on, locale=say.locale))


def _find_today() -> date:
    return clock.now().date()


def _tell(held: Held, say: Phrases, words: SubscribingPhrases) -> str:
    if held.ends_on is not None:
        return words.ends.format(date=write_date(held.ends_on, locale=say.locale))
    if held.status == "trialing" and held.trial_until_on is not None:
        return words.trial.format(date=write_date(held.trial_until_on, locale=say.locale))
    if held.status in ("past_due", "unpaid"):
        return words.past_due
    return words.active if held.status in _RUNS else words.rests
