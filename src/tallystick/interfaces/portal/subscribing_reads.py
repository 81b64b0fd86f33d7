"""What the portal shows of what is subscribed to: how it stands in plain words, what comes next, plans to choose."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tallystick.access.queries import OwnAccount
from tallystick.accounts.core.new_account import MANAGED
from tallystick.accounts.queries import get_account_by_id
from tallystick.catalog.queries import list_self_serve_plans
from tallystick.documents.rendering.formats import write_date, write_money, write_quantity
from tallystick.errors import Refusal
from tallystick.interfaces.portal.words.phrases import Phrases
from tallystick.interfaces.portal.words.subscribing import SubscribingPhrases
from tallystick.interfaces.portal.words.subscribing_languages import SUBSCRIBING
from tallystick.invoicing.queries.next_bill import compute_plan_price, find_next_bill
from tallystick.journeys.stop_and_resume import find_period_end
from tallystick.payments.queries.setups import list_sellers_with_gateway
from tallystick.plumbing import clock
from tallystick.subscriptions.queries import list_services
from tallystick.subscriptions.queries.paying import list_running
from tallystick.subscriptions.queries.scheduled_ends import is_canceling

_PAST_DUE = ("past_due", "unpaid")
_PAUSED = ("resting", "on_hold", "suspended")


class Days(NamedTuple):
    """The days of a subscription that are told."""

    starts_on: date
    trial_until_on: date | None
    ends_on: date | None


class ShownSubscription(NamedTuple):
    """What runs, in words; `next` and `note` are empty where there is nothing to say. `ends_on`: if canceled now."""

    id: int
    plan: str
    services: list[str]
    state: str
    is_well: bool
    next: str
    note: str
    ends_on: date
    is_ending_today: bool
    may_cancel: bool
    may_resume: bool


class ShownPlan(NamedTuple):
    """A plan to choose, and what it costs."""

    code: str
    name: str
    price: str


class ShownSubscribing(NamedTuple):
    """All of it; plans only where nothing runs."""

    words: SubscribingPhrases
    subscriptions: list[ShownSubscription]
    plans: list[ShownPlan]
    is_managed: bool


def read_subscribing(account: OwnAccount, *, say: Phrases) -> ShownSubscribing:
    """How an account stands with what it subscribed to, and what it could subscribe to."""
    is_managed = is_invoiced(account.id)
    subscriptions = list_shown_subscriptions(account, say=say)
    plans = [] if subscriptions or is_managed else list_shown_plans(account, say=say)
    return ShownSubscribing(SUBSCRIBING[say.language], subscriptions, plans, is_managed)


def is_invoiced(account_id: int) -> bool:
    """Whether an account is managed: then staff change what it has agreed."""
    return get_account_by_id(account_id).billing_mode == MANAGED


def list_shown_subscriptions(account: OwnAccount, *, say: Phrases) -> list[ShownSubscription]:
    """What runs for an account."""
    words, is_managed, today = SUBSCRIBING[say.language], is_invoiced(account.id), _today(account)
    shown = []
    for each in list_running(account.id):
        canceling, period_end = is_canceling(each), find_period_end(each.pk, at=clock.now())
        goes_on = each.ends_on is None or each.ends_on > period_end
        is_agreed_longer = each.commitment_months > 0 and goes_on and not canceling
        days = Days(each.starts_on, each.trial_until_on, each.ends_on)
        shown.append(
            ShownSubscription(
                each.pk,
                each.plan.name,
                _list_services(each.pk, today, say),
                _tell_state(each.status, days, say),
                each.status not in _PAST_DUE,
                _tell_next(account, each.pk, today, say),
                words.managed if is_managed else words.ask if is_agreed_longer else "",
                period_end,
                period_end <= today,
                goes_on and not (is_managed or canceling or is_agreed_longer),
                not is_managed and canceling and each.ends_on is not None and each.ends_on > today,
            )
        )
    return shown


def list_shown_plans(account: OwnAccount, *, say: Phrases) -> list[ShownPlan]:
    """The plans that a seller lets its customers subscribe to and that can be paid; none where nothing can be."""
    if not list_sellers_with_gateway([account.seller_id]):
        return []
    words, shown = SUBSCRIBING[say.language], []
    for plan in list_self_serve_plans(account.seller_id):
        try:
            price_minor = compute_plan_price(get_account_by_id(account.id), plan=plan, on=_today(account))
        except Refusal:
            continue  # it has no price for them
        if price_minor > 0:
            amount = write_money(price_minor, currency=account.currency, locale=say.locale)
            per = _per_interval(plan.interval_months, plan.interval_days, words)
            price = per.format(amount=amount, count=plan.interval_months or plan.interval_days)
            shown.append(ShownPlan(plan.code, plan.name, price))
    return shown


def _list_services(subscription_id: int, today: date, say: Phrases) -> list[str]:
    """How many of which services are in force on a day."""
    return [
        f"{write_quantity(each.quantity, locale=say.locale)} × {each.service.name}"
        for each in list_services(subscription_id)
        if each.bundle_id is None and each.starts_on <= today and (each.ends_on is None or today < each.ends_on)
    ]


def _tell_state(status: str, days: Days, say: Phrases) -> str:
    words = SUBSCRIBING[say.language]
    told = words.past_due if status in _PAST_DUE else words.paused if status in _PAUSED else words.active
    if status == "trialing" and days.trial_until_on is not None:
        told = words.trial.format(date=write_date(days.trial_until_on, locale=say.locale))
    elif status == "awaiting_start":
        told = words.begins.format(date=write_date(days.starts_on, locale=say.locale))
    if days.ends_on is not None:
        told = f"{told} {words.ends.format(date=write_date(days.ends_on, locale=say.locale))}"
    return told


def _tell_next(account: OwnAccount, subscription_id: int, today: date, say: Phrases) -> str:
    try:
        bill = find_next_bill(get_account_by_id(account.id), subscription_id=subscription_id, today=today)
    except Refusal:
        return ""
    if bill is None or bill.gross_minor <= 0:
        return ""
    amount = write_money(bill.gross_minor, currency=account.currency, locale=say.locale)
    return SUBSCRIBING[say.language].next.format(date=write_date(bill.on, locale=say.locale), amount=amount)


def _per_interval(months: int, days: int, words: SubscribingPhrases) -> str:
    if days:
        return words.per_days
    return {1: words.per_month, 12: words.per_year}.get(months, words.per_months)


def _today(account: OwnAccount) -> date:
    return clock.now().astimezone(ZoneInfo(account.time_zone)).date()
