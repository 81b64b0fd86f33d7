"""Reads about subscriptions. What a bill run needs comes in one query for thousands of accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q

from tallystick.accounts.queries import list_account_keys
from tallystick.catalog.models import Plan, PlanService, Service
from tallystick.catalog.queries import load_price_list
from tallystick.errors import Problem
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.plumbing.upsert import RowProblem
from tallystick.sellers.queries import get_seller_facts
from tallystick.subscriptions.core.agreement import (
    KnownService,
    KnownSubscription,
    Offer,
    Subscriber,
    find_agreement_problems,
    make_offer,
)
from tallystick.subscriptions.core.billing_scheme import PAY_BEFORE, PREPAID
from tallystick.subscriptions.core.due_service import EVERY_SERVICE, DiscountFacts, DueService, ServiceScope
from tallystick.subscriptions.core.lifecycle import BILLABLE_SERVICE_STATUSES, BILLABLE_STATUSES
from tallystick.subscriptions.core.new_subscription import NewSubscription, find_subscription_problems
from tallystick.subscriptions.core.ranking import rank
from tallystick.subscriptions.errors import ServiceUnknown, SubscriptionUnknown
from tallystick.subscriptions.models import (
    FormerTerms,
    ServiceDiscount,
    Subscription,
    SubscriptionDiscount,
    SubscriptionEvent,
    SubscriptionService,
)

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
DISCOUNTS = ServiceDiscount._meta.db_table
SHARED_DISCOUNTS = SubscriptionDiscount._meta.db_table
FORMER_TERMS = FormerTerms._meta.db_table
PLANS = Plan._meta.db_table
PLAN_SERVICES = PlanService._meta.db_table
SOLD = Service._meta.db_table

# What is due on a target day: something not billed begins on or before it, and the service has not ended before that.
# An ended service and a canceled subscription stay due until their last day is billed, so that no used time is lost
# (CRM-37).
_STATUSES = ", ".join(f"'{status}'" for status in BILLABLE_SERVICE_STATUSES)
# What is off stays due for days of before that are not billed yet.
_DUE = (
    f"(s.status IN ({_STATUSES}) OR s.billable_until_on IS NOT NULL)"
    " AND (s.billable_until_on IS NULL OR s.billable_until_on > s.billed_through)"
    " AND (s.ends_on IS NULL OR s.ends_on > s.billed_through)"
    " AND s.billed_through <= %s AND (b.ends_on IS NULL OR b.ends_on > s.billed_through) AND b.status = ANY(%s)"
)


# The columns of DueService. What ended with former terms is billed by these. What the plan says of a service counts;
# what was agreed with it, where the plan has it no longer.
_AGREED = (
    "SELECT s.account_id, b.id, b.external_id, p.id,"
    f" CASE WHEN coalesce(f.scheme, b.scheme) = '{PREPAID}' THEN '{PAY_BEFORE}' ELSE p.billing_model END,"
    " p.proration_method, coalesce(f.interval_months, b.interval_months), coalesce(f.anchor_day, b.anchor_day),"
    " coalesce(f.cycle_origin_on, b.cycle_origin_on), b.collection_method, b.is_invoiced_separately,"
    " s.service_id, s.id, s.description, s.quantity, s.unit_price_override, s.starts_on,"
    " least(s.ends_on, b.ends_on, s.billable_until_on), s.billed_through,"
    " coalesce(ps.is_mandatory, s.is_mandatory),"
    " p.ranking_level, b.first_active_on, b.created_at, ps.requires_id, ps.tier_level, s.first_active_on,"
    " s.created_at, coalesce(f.interval_days, b.interval_days), b.trial_until_on, b.trial_converts, b.starts_on,"
    " s.alignment"
    f" FROM {SERVICES} s JOIN {SUBSCRIPTIONS} b ON b.id = s.subscription_id"
    f" LEFT JOIN {FORMER_TERMS} f ON f.id = s.former_terms_id"
    f" JOIN {PLANS} p ON p.id = coalesce(f.plan_id, b.plan_id)"
    f" LEFT JOIN {PLAN_SERVICES} ps ON ps.plan_id = p.id AND ps.service_id = s.service_id"
)


def due_accounts_sql(target_on: date, *, scope: ServiceScope = EVERY_SERVICE) -> tuple[str, list[Any]]:
    """A SELECT of the ids of all accounts with something due on a day, and its parameters, for set-based statements."""
    narrowed, params = scope_sql(scope)
    statement = (
        f"SELECT s.account_id FROM {SERVICES} s JOIN {SUBSCRIPTIONS} b ON b.id = s.subscription_id"
        f" WHERE {_DUE}{narrowed}"
    )
    return statement, [target_on, list(BILLABLE_STATUSES), *params]


def scope_sql(scope: ServiceScope) -> tuple[str, list[Any]]:
    """Conditions on subscription `b` and service `s`, each with AND before it, and their parameters."""
    conditions = (
        (f"b.plan_id IN (SELECT id FROM {PLANS} WHERE code = ANY(%s))", scope.plans),
        ("b.external_id = ANY(%s)", scope.subscriptions),
        (f"NOT s.service_id IN (SELECT id FROM {SOLD} WHERE kind = ANY(%s))", scope.excluded_kinds),
    )
    asked = [(condition, list(values)) for condition, values in conditions if values]
    narrowed = "".join(f" AND {condition}" for condition, _ in asked)
    return narrowed if scope.has_evergreen else f"{narrowed} AND b.ends_on IS NOT NULL", [v for _, v in asked]


def list_due_services(
    account_ids: Collection[int], *, target_on: date, scope: ServiceScope = EVERY_SERVICE
) -> list[DueService]:
    """Every due service of these accounts, by account and in each by rank (CRM-9..12), in one query.

    Of services billed in arrears it says only that unbilled days began; rating tells whether their period is over.
    """
    narrowed, params = scope_sql(scope)
    rows = fetch_rows(
        f"{_AGREED} WHERE s.account_id = ANY(%s::bigint[]) AND {_DUE}{narrowed} ORDER BY s.account_id",
        [as_array(account_ids), target_on, list(BILLABLE_STATUSES), *params],
    )
    ranked: list[DueService] = []
    for _, due in groupby(map(DueService._make, rows), key=itemgetter(0)):
        ranked += rank(due)
    return ranked


def list_agreed_services(subscription_service_ids: Collection[int]) -> list[DueService]:
    """These services as they are agreed now, by rank, whether anything of them is due or not."""
    rows = fetch_rows(f"{_AGREED} WHERE s.id = ANY(%s::bigint[])", [as_array(subscription_service_ids)])
    return rank(map(DueService._make, rows))


def list_discounts(subscription_service_ids: Sequence[int]) -> dict[int, tuple[DiscountFacts, ...]]:
    """The discounts of each service in the order in which they apply; services without any are left out."""
    found: dict[int, list[DiscountFacts]] = defaultdict(list)
    rows = fetch_rows(
        f"SELECT subscription_service_id, kind, value, from_on, until_on, label FROM {DISCOUNTS}"
        " WHERE subscription_service_id = ANY(%s::bigint[]) ORDER BY subscription_service_id, position",
        [as_array(subscription_service_ids)],
    )
    for service_id, *facts in rows:
        found[service_id].append(DiscountFacts._make(facts))
    return {service_id: tuple(discounts) for service_id, discounts in found.items()}


def list_subscription_discounts(subscription_ids: Collection[int]) -> dict[int, tuple[DiscountFacts, ...]]:
    """The discounts that the services of each subscription share, in the order in which they apply."""
    found: dict[int, list[DiscountFacts]] = defaultdict(list)
    rows = fetch_rows(
        f"SELECT subscription_id, kind, value, from_on, until_on, label FROM {SHARED_DISCOUNTS}"
        " WHERE subscription_id = ANY(%s::bigint[]) ORDER BY subscription_id, position",
        [as_array(subscription_ids)],
    )
    for subscription_id, *facts in rows:
        found[subscription_id].append(DiscountFacts._make(facts))
    return {subscription_id: tuple(discounts) for subscription_id, discounts in found.items()}


class SubscriptionFilters(NamedTuple):
    """What subscriptions must be; None does not ask."""

    account__seller_id: int | None = None
    account_id: int | None = None
    external_id: str | None = None
    status: str | None = None


class AgreementContext(NamedTuple):
    """All that decides whether subscriptions may be agreed: the offer, the accounts by external id, what is there."""

    offer: Offer
    subscribers: Mapping[str, Subscriber]
    known: Mapping[tuple[str, str], KnownSubscription]


def count_subscriptions(seller_id: int) -> int:
    """How many subscriptions the accounts of a seller have, in whatever state."""
    return Subscription.objects.filter(account__seller_id=seller_id).count()


def get_subscription(subscription_id: int) -> Subscription:
    """A subscription by our own id. Raises SubscriptionUnknown."""
    subscription = Subscription.objects.select_related("account", "plan").filter(pk=subscription_id).first()
    if subscription is None:
        raise SubscriptionUnknown(subscription=subscription_id)
    return subscription


def list_subscriptions(*, filters: SubscriptionFilters, after_id: int = 0, limit: int = 100) -> list[Subscription]:
    """Subscriptions with account and plan, in the order of their creation, from the one after `after_id`."""
    asked = {name: value for name, value in filters._asdict().items() if value is not None}
    found = Subscription.objects.select_related("account", "plan").filter(pk__gt=after_id, **asked)
    return list(found.order_by("pk")[:limit])


def list_services(subscription_id: int) -> list[SubscriptionService]:
    """The services of a subscription, with what each is and its discounts in the order in which they apply."""
    services = SubscriptionService.objects.filter(subscription_id=subscription_id).select_related("service")
    discounts = Prefetch("discounts", ServiceDiscount.objects.order_by("position"))
    return list(services.prefetch_related(discounts).order_by("pk"))


def list_service_marks(subscription_id: int) -> dict[int, tuple[object, ...]]:
    """What of each service decides which days are billed: two readings tell what an action touched."""
    marks = SubscriptionService.objects.filter(subscription_id=subscription_id)
    rows = marks.values_list("pk", "status", "quantity", "starts_on", "ends_on", "billable_until_on", "service_id")
    return {pk: tuple(mark) for pk, *mark in rows}


def get_service(subscription_service_id: int) -> SubscriptionService:
    """A service of a subscription by our own id. Raises ServiceUnknown."""
    services = SubscriptionService.objects.select_related("subscription__account", "service")
    service = services.filter(pk=subscription_service_id).first()
    if service is None:
        raise ServiceUnknown(service=subscription_service_id)
    return service


def list_dependents(service: SubscriptionService, *, on: date) -> list[str]:
    """Names of the subscription's services that require this one and are there on a day, unless another gives it."""
    others = SubscriptionService.objects.filter(subscription_id=service.subscription_id).exclude(pk=service.pk)
    there = others.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).exclude(status="ended")
    if there.filter(service_id=service.service_id).exists():
        return []
    places = PlanService.objects.filter(plan_id=service.subscription.plan_id, requires_id=service.service_id)
    dependents = there.filter(service_id__in=places.values("service_id")).select_related("service")
    return [str(each.service) for each in dependents.order_by("pk")]


def list_shared_discounts(
    subscription_id: int, *, after: int = 0, limit: int | None = None
) -> list[SubscriptionDiscount]:
    """The discounts that its services share, those that ended too, in their order, from the position after `after`."""
    found = SubscriptionDiscount.objects.filter(subscription_id=subscription_id, position__gt=after)
    return list(found.order_by("position")[:limit])


def list_events(subscription_id: int) -> list[SubscriptionEvent]:
    """What happened to a subscription and its services, oldest first."""
    return list(SubscriptionEvent.objects.filter(subscription_id=subscription_id).order_by("pk"))


def load_agreement_context(seller_id: int, *, subscriptions: Sequence[NewSubscription]) -> AgreementContext:
    """Read what is needed to judge these subscriptions: the whole price list, their accounts, and what those have."""
    keys = list_account_keys(seller_id, external_ids={each.account for each in subscriptions})
    subscribers = {external_id: Subscriber(*key) for external_id, key in keys.items()}
    names = {key.account_id: external_id for external_id, key in keys.items()}
    offer = make_offer(load_price_list(seller_id), period_day=get_seller_facts(seller_id).period_day)
    return AgreementContext(offer, subscribers, _list_known(names))


def list_subscription_problems(
    subscriptions: Sequence[NewSubscription], *, context: AgreementContext
) -> Iterator[RowProblem]:
    """Everything that is wrong with subscriptions that someone wants to be there; `part` is the service at fault."""
    first: dict[tuple[str, str], int] = {}
    for row, new in enumerate(subscriptions):
        key = (new.account, new.external_id)
        earlier = first.setdefault(key, row)
        if earlier != row:
            told = f"{new.external_id!r} of {new.account} is given twice"
            yield RowProblem(row, Problem("subscription", told), earlier)
        for part, problem in find_subscription_problems(new):
            yield RowProblem(row, problem, part=part)
        subscriber, known = context.subscribers.get(new.account), context.known.get(key)
        for part, problem in find_agreement_problems(new, offer=context.offer, subscriber=subscriber, known=known):
            yield RowProblem(row, problem, part=part)


def _list_known(names: Mapping[int, str]) -> dict[tuple[str, str], KnownSubscription]:
    services: dict[int, dict[str, KnownService]] = defaultdict(dict)
    ids = [list(names)]
    rows = fetch_rows(
        "SELECT subscription_id, external_id, service_id, starts_on,"
        " billed_through > coalesce(billed_elsewhere_until, starts_on), status = 'ended', ends_on"
        f" FROM {SERVICES} WHERE account_id = ANY(%s)",
        ids,
    )
    for subscription_id, external_id, *facts in rows:
        services[subscription_id][external_id] = KnownService._make(facts)
    columns = ", ".join(KnownSubscription._fields[1:-1])
    found = fetch_rows(
        f"SELECT account_id, external_id, id, {columns} FROM {SUBSCRIPTIONS} WHERE account_id = ANY(%s)", ids
    )
    return {
        (names[account_id], external_id): KnownSubscription._make((pk, *facts, services[pk]))
        for account_id, external_id, pk, *facts in found
    }


def list_subscriptions_by_id(subscription_ids: Collection[int]) -> list[Subscription]:
    """These subscriptions, as far as they are there, with their accounts, sellers and plans."""
    found = Subscription.objects.select_related("account__seller", "plan").filter(pk__in=subscription_ids)
    return list(found.order_by("pk"))
