"""What may be agreed, given what the seller offers, whom it is for, and what was agreed and billed before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tallystick.catalog.core.price_list import PlanFacts, PriceList
from tallystick.catalog.core.trials import compute_trial_end
from tallystick.errors import Problem
from tallystick.periods.anchor import PERIOD, Cycle, first_cycle, shared_cycle
from tallystick.periods.frequency import Frequency
from tallystick.subscriptions.core.lifecycle import FINAL_STATUSES, apply_subscription_event
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription, ServiceProblem

_A_DAY = timedelta(days=1)
DRAFT = "draft"


class Offer(NamedTuple):
    """A seller's price list, with its plans and services by code, and the mandatory services of each plan.

    `period_day` is the day of the month on which plans of the method period are billed (CRM-4).
    """

    price_list: PriceList
    plan_ids: Mapping[str, int]
    service_ids: Mapping[str, int]
    mandatory_ids: Mapping[int, Sequence[int]]
    period_day: int = 1


class Subscriber(NamedTuple):
    """The account that a subscription is for."""

    account_id: int
    currency: str
    anchor_day: int


class KnownService(NamedTuple):
    """A service that a subscription has already. `is_billed` says that some of its days stand in a bill of ours."""

    service_id: int
    starts_on: date
    is_billed: bool
    is_ended: bool
    ends_on: date | None = None

    def has_ended_by(self, on: date) -> bool:
        """Whether it is no longer there on a day."""
        return self.is_ended or (self.ends_on is not None and self.ends_on <= on)


class KnownSubscription(NamedTuple):
    """A subscription that is there already, with its services by key."""

    subscription_id: int
    plan_id: int
    status: str
    interval_months: int
    anchor_day: int
    starts_on: date
    interval_days: int
    is_auto_renewed: bool
    services: Mapping[str, KnownService]

    @property
    def is_billed(self) -> bool:
        """Whether any of its services was billed by us."""
        return any(each.is_billed for each in self.services.values())


def make_offer(price_list: PriceList, *, period_day: int = 1) -> Offer:
    """The offer of a price list, with the seller's day for plans that are billed all on one day."""
    mandatory_ids: dict[int, list[int]] = defaultdict(list)
    for each in price_list.plan_services.values():
        if each.is_mandatory:
            mandatory_ids[each.plan_id].append(each.service_id)
    return Offer(
        price_list,
        plan_ids={each.code: each.plan_id for each in price_list.plans.values()},
        service_ids={each.code: each.service_id for each in price_list.services.values()},
        mandatory_ids=mandatory_ids,
        period_day=period_day,
    )


def settle_cycle(
    new: NewSubscription, *, offer: Offer, subscriber: Subscriber, known: KnownSubscription | None
) -> Cycle:
    """The cycle of a subscription: as it asks for, else as it is, else the plan's interval and the account's day.

    A plan of the method period is billed on the seller's day, on a grid that all its subscriptions share (CRM-4).
    """
    interval = _settle_interval(new, offer=offer, known=known)
    if _plan_of(new, offer).cycle_method == PERIOD:
        return shared_cycle(new.starts_on, offer.period_day, *interval)
    anchor_day = new.anchor_day or (known.anchor_day if known else subscriber.anchor_day)
    return first_cycle(new.starts_on, anchor_day, *interval)


def settle_trial(new: NewSubscription, *, offer: Offer) -> tuple[date | None, bool]:
    """The first day after the trial that the plan offers (None: it has none), and whether it converts then."""
    plan = _plan_of(new, offer)
    return compute_trial_end(plan, starts_on=new.starts_on), plan.trial_ending == "converts"


def settle_renewal(new: NewSubscription, *, known: KnownSubscription | None) -> bool:
    """Whether bill runs renew its term: as it asks for, else as it is."""
    if new.is_auto_renewed is not None:
        return new.is_auto_renewed
    return known is not None and known.is_auto_renewed


def settle_status(trial_until_on: date | None, *, converts: bool, today: date) -> str:
    """The status in which a subscription begins: on trial until that is over, also one that starts later.

    One whose trial was over before it came here never was on trial, unless it is still to expire with it.
    """
    is_over = trial_until_on is None or (converts and trial_until_on <= today)
    return apply_subscription_event("draft", event="activate" if is_over else "start_trial")


def settle_end(service: NewService, *, subscription_ends_on: date | None, is_one_off: bool) -> date | None:
    """The first day without a service: its own end or the subscription's; of what is sold once, the second day.

    Never before its start: a service that would start after the subscription's end lasts no day.
    """
    if is_one_off:
        return service.starts_on + _A_DAY
    ends = [end for end in (service.ends_on, subscription_ends_on) if end is not None]
    return max(service.starts_on, min(ends)) if ends else None


def find_agreement_problems(
    new: NewSubscription, *, offer: Offer, subscriber: Subscriber | None, known: KnownSubscription | None
) -> Iterator[ServiceProblem]:
    """Everything that is wrong with a subscription that is sound by itself."""
    plan_id = offer.plan_ids.get(new.plan)
    if subscriber is None:
        yield ServiceProblem(None, Problem("account", f"there is no account {new.account!r}"))
    if plan_id is None:
        yield ServiceProblem(None, Problem("plan", f"there is no plan {new.plan!r}"))
    if subscriber is None or plan_id is None:
        return
    if known is not None:
        yield from _find_change_problems(new, known, plan_id=plan_id)
    if new.anchor_day is not None and _plan_of(new, offer).cycle_method == PERIOD:
        told = f"can't be chosen: all subscriptions to {new.plan} are billed on the same day"
        yield ServiceProblem(None, Problem("anchor_day", told))
    interval = _settle_interval(new, offer=offer, known=known)
    for place, service in enumerate(new.services):
        for problem in _find_offer_problems(service, new.plan, offer, subscriber.currency, interval):
            yield ServiceProblem(place, problem)
    yield from _find_incomplete(new, offer, known, plan_id=plan_id)


def _plan_of(new: NewSubscription, offer: Offer) -> PlanFacts:
    return offer.price_list.plans[offer.plan_ids[new.plan]]


def _settle_interval(new: NewSubscription, *, offer: Offer, known: KnownSubscription | None) -> Frequency:
    if new.interval_months or new.interval_days:
        return Frequency(new.interval_months or 0, new.interval_days or 0)
    terms = known or _plan_of(new, offer)
    return Frequency(terms.interval_months, terms.interval_days)


def _find_change_problems(new: NewSubscription, known: KnownSubscription, *, plan_id: int) -> Iterator[ServiceProblem]:
    if known.plan_id != plan_id:
        told = "can't change here: cancel this subscription and make another"
        yield ServiceProblem(None, Problem("plan", told))
    told = _tell_wrong_status(new, known)
    if told:
        yield ServiceProblem(None, Problem("status", told))
    if known.is_billed:
        names = ("interval_months", "interval_days", "anchor_day", "starts_on")
        wanted = {name: getattr(new, name) for name in names}
        for name, value in wanted.items():
            if value is not None and value != getattr(known, name):
                told = f"can't change from {getattr(known, name)} to {value}: part of the subscription is billed"
                yield ServiceProblem(None, Problem(name, told))
    for place, service in enumerate(new.services):
        before = known.services.get(service.key)
        if before is not None and before.is_billed and before.starts_on != service.starts_on:
            told = f"can't change from {before.starts_on} to {service.starts_on}: part of it is billed"
            yield ServiceProblem(place, Problem("starts_on", told))


def _tell_wrong_status(new: NewSubscription, known: KnownSubscription) -> str:
    if new.is_canceled:
        return ""
    if known.status in FINAL_STATUSES:
        return f"the subscription is {known.status} and can't come back this way"
    if new.is_draft == (known.status == DRAFT):
        return ""
    return "the subscription is no draft any more" if new.is_draft else "a draft becomes effective by its action"


def _find_offer_problems(
    service: NewService, plan: str, offer: Offer, currency: str, interval: Frequency
) -> Iterator[Problem]:
    service_id, plan_id = offer.service_ids.get(service.service), offer.plan_ids[plan]
    if service_id is None:
        yield Problem("service", f"there is no service {service.service!r}")
        return
    if (plan_id, service_id) not in offer.price_list.plan_services:
        yield Problem("service", f"{service.service} is not in the plan {plan}")
        return
    if service.unit_price_override is not None:
        return
    prices = offer.price_list.list_prices(service_id, plan_id=plan_id, currency=currency, **interval._asdict())
    if not prices:
        elsewhere = sorted({key[2] for key in offer.price_list.prices if key[0] == service_id} - {currency})
        reason = f"; it is priced in {', '.join(elsewhere)}" if elsewhere else ""
        yield Problem("service", f"{service.service} has no price in {currency}, the account's currency{reason}")


def _find_incomplete(
    new: NewSubscription, offer: Offer, known: KnownSubscription | None, *, plan_id: int
) -> Iterator[ServiceProblem]:
    """Prerequisites and mandatory services that neither come with it nor are there already."""
    present = {offer.service_ids.get(service.service) for service in new.services}
    if known is not None:
        present |= {each.service_id for each in known.services.values() if not each.is_ended}
    services = offer.price_list.services
    for place, service in enumerate(new.services):
        position = offer.price_list.plan_services.get((plan_id, offer.service_ids.get(service.service, 0)))
        if position is not None and position.requires_id is not None and position.requires_id not in present:
            told = f"{service.service} requires {services[position.requires_id].code}, which the subscription lacks"
            yield ServiceProblem(place, Problem("service", told))
    for service_id in offer.mandatory_ids.get(plan_id, ()):
        if service_id not in present:
            told = f"the plan {new.plan} needs {services[service_id].code}, which is missing"
            yield ServiceProblem(None, Problem("service", told))
