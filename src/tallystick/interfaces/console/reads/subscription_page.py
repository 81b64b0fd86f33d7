"""Everything that the page of a subscription shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from tallystick.catalog.core.price_list import PERCENTAGE
from tallystick.catalog.core.tiers import load_tiers, write_tiers
from tallystick.catalog.models import Price
from tallystick.interfaces.console.chips import Status, describe, describe_document
from tallystick.interfaces.console.formats import write_quantity, write_rate
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.console.reads.line_words import write_period
from tallystick.invoicing.models import BillingClaim, Document
from tallystick.periods.frequency import Frequency, write_frequency
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.models import ScheduledAction, ServiceDiscount, Subscription, SubscriptionService

_MOST_CLAIMS = 36
_MOST_KEPT = 50


class BilledPeriod(NamedTuple):
    """A period that was billed, by which document, and what became of that."""

    days: str
    start_on: date
    end_on: date
    document_id: int | None
    document: str
    status: Status


class AgreedService(NamedTuple):
    """A service with its price today, its discounts in words, and the periods billed so far, oldest first.

    `price_words` stands instead of a unit price where tiers or a percentage make the price.
    """

    service: SubscriptionService
    unit_price: Decimal | None
    price_words: str
    is_own_price: bool
    discounts: Sequence[str]
    periods: Sequence[BilledPeriod]


class KeptAction(NamedTuple):
    """A scheduled action with what it is about in words, and the documents that it was billed by."""

    row: ScheduledAction
    name: str
    about: str
    documents: Sequence[Document]


class SubscriptionPage(NamedTuple):
    """The services of a subscription, and the actions that were scheduled for it, the latest day first."""

    services: Sequence[AgreedService]
    scheduled: Sequence[KeptAction]


def get_subscription_page(subscription: Subscription) -> SubscriptionPage:
    """Read it: a handful of queries and one for prices and claims of each service."""
    services = (
        SubscriptionService.objects.filter(subscription=subscription)
        .select_related("service", "bundle__service")
        .prefetch_related("discounts")
        .order_by("-is_mandatory", "pk")
    )
    drawn = [_draw_service(subscription, service) for service in services]
    return SubscriptionPage(drawn, _list_kept(subscription, {each.pk: each for each in services}))


def _list_kept(subscription: Subscription, services: Mapping[int, SubscriptionService]) -> list[KeptAction]:
    rows = list(ScheduledAction.objects.filter(subscription=subscription).order_by("-on", "-pk")[:_MOST_KEPT])
    documents = Document.objects.in_bulk({pk for row in rows for pk in row.documents})
    return [
        KeptAction(
            row,
            KINDS[row.action["kind"]].name if row.action["kind"] in KINDS else row.action["kind"],
            _write_about(row, services),
            [documents[pk] for pk in row.documents if pk in documents],
        )
        for row in rows
    ]


def _write_about(row: ScheduledAction, services: Mapping[int, SubscriptionService]) -> str:
    """What is meant, such as "Movies; adds sports × 2"."""
    about = [services[pk].service.name for pk in row.action["service_ids"] if pk in services]
    added = [f"{each['service']} × {write_quantity(Decimal(each['quantity']))}" for each in row.action["services"]]
    return "; ".join([*about, *([f"adds {', '.join(added)}"] if added else [])])


def write_interval(months: int, days: int = 0) -> str:
    """1 month is "Monthly", 3 "Quarterly", 7 days "Weekly", 10 days "Every 10 days"."""
    return write_frequency(Frequency(months, days)).capitalize()


def _draw_service(subscription: Subscription, service: SubscriptionService) -> AgreedService:
    own = service.unit_price_override
    listed = None if own is not None else _find_list_price(subscription, service)
    currency = subscription.account.currency
    return AgreedService(
        service=service,
        unit_price=own if listed is None else listed.unit_price,
        price_words=_write_price(listed) if listed else "",
        is_own_price=own is not None,
        discounts=[_write_discount(each, currency) for each in service.discounts.order_by("position")],
        periods=_list_periods(service),
    )


def _find_list_price(subscription: Subscription, service: SubscriptionService) -> Price | None:
    # The same choice as rating makes: the plan's own price goes before the one of every plan.
    is_one_off = service.service.kind == "one_off"
    months, days = (0, 0) if is_one_off else (subscription.interval_months, subscription.interval_days)
    on = max(today(), service.starts_on)
    prices = Price.objects.filter(
        Q(plan_id=subscription.plan_id) | Q(plan__isnull=True),
        Q(valid_until__isnull=True) | Q(valid_until__gt=on),
        service_id=service.service_id,
        currency=subscription.account.currency,
        interval_months=months,
        interval_days=days,
        valid_from__lte=on,
    )
    best = sorted(prices, key=lambda price: (price.plan_id is None, -price.valid_from.toordinal()))
    return best[0] if best else None


def _write_price(price: Price) -> str:
    if price.tiers:
        return write_tiers(load_tiers(price.tiers))
    if price.service.price_model == PERCENTAGE:
        return f"{write_quantity(price.unit_price)} % of {', '.join(price.percent_of) or 'all others'}"
    return ""


def _write_discount(discount: ServiceDiscount, currency: str) -> str:
    if discount.kind == ServiceDiscount.PERCENT:
        words = f"{discount.label}: {write_quantity(discount.value)} % less"
    else:
        more = "less" if discount.value > 0 else "more"
        words = f"{discount.label}: {write_rate(abs(discount.value), currency=currency)} {currency} {more}"
    days = ""
    if discount.from_on and discount.until_on:
        days = f" ({write_period(discount.from_on, end_on=discount.until_on)})"
    elif discount.until_on:
        days = f" (until {discount.until_on})"
    return words + days


def _list_periods(service: SubscriptionService) -> list[BilledPeriod]:
    claims = BillingClaim.objects.filter(subscription_service=service, released_at__isnull=True)
    related = claims.select_related("document", "draw__stated__document")
    newest = related.order_by("-start_on")[:_MOST_CLAIMS]
    return [_draw_period(claim) for claim in reversed(newest)]


def _draw_period(claim: BillingClaim) -> BilledPeriod:
    days = write_period(claim.start_on, end_on=claim.end_on)
    stated = getattr(claim.draw, "stated", None)
    document = claim.document or (stated and stated.document)
    if document is None:
        return BilledPeriod(days, claim.start_on, claim.end_on, None, "on the account", describe("drawn"))
    status = describe_document(
        document.status,
        kind=document.kind,
        gross_minor=document.gross_minor,
        open_minor=document.open_minor,
        due_on=document.due_on,
        today=today(),
    )
    return BilledPeriod(days, claim.start_on, claim.end_on, document.pk, str(document), status)
