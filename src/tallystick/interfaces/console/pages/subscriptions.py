"""Subscriptions: what was agreed, with whom, and what of it has been billed."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.catalog.models import Plan
from tallystick.errors import NotFound
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import may
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Days, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.subscription_page import get_subscription_page, write_interval
from tallystick.interfaces.console.reads.subscription_timeline import list_timeline
from tallystick.periods.anchor import LAST_DAY
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.queries import list_shared_discounts
from tallystick.subscriptions.queries.installed_items import list_installed_items
from tallystick.subscriptions.queries.scheduled_ends import is_canceling

_OVER = ("canceled", "expired")


def _list_rows() -> QuerySet[Subscription]:
    return Subscription.objects.select_related("account", "plan")


def _search(rows: QuerySet[Subscription], words: str) -> QuerySet[Subscription]:
    account = Q(account__name__icontains=words) | Q(account__external_id__iexact=words)
    return rows.filter(Q(external_id__iexact=words) | account)


def _list_plans() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Plan.objects.order_by("name").values_list("pk", "name")]


def _add_up(rows: QuerySet[Subscription]) -> Totals:
    per_status = rows.order_by().values("status").annotate(many=Count("pk")).order_by("-many")
    figures = [(chips.describe(each["status"]).word, cells.Count(each["many"])) for each in per_status]
    return Totals(sum(each["many"] for each in per_status), figures)


def draw_subscription(row: Subscription) -> cells.Cell:
    """Its id, leading to it."""
    return cells.Text(row.external_id, href=reverse("admin:subscription", args=[row.pk]))


SUBSCRIPTIONS = Listing(
    title="Subscriptions",
    question="What was agreed, with whom, and until when?",
    noun="subscription",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[Subscription]("Subscription", draw_subscription, sort="external_id"),
        Column[Subscription]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[Subscription](
            "Account",
            lambda row: cells.Text(
                row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id])
            ),
            sort="account__name",
        ),
        Column[Subscription]("Plan", lambda row: cells.Text(row.plan.name), sort="plan__name"),
        Column[Subscription]("Billed", lambda row: cells.Text(write_interval(row.interval_months, row.interval_days))),
        Column[Subscription]("Started", lambda row: cells.Day(row.starts_on), sort="starts_on"),
        Column[Subscription]("Ends", lambda row: cells.Day(row.ends_on)),
    ),
    filters=(
        States(
            (
                ("running", "Running", lambda rows: rows.exclude(status__in=_OVER)),
                ("over", "Over", lambda rows: rows.filter(status__in=_OVER)),
            )
        ),
        Search("Subscription or account", _search),
        Choice("plan", "Plan", _list_plans, lambda rows, chosen: rows.filter(plan_id=int(chosen))),
        Days("started", "Started", "starts_on"),
    ),
    totals=_add_up,
    empty=Empty("Subscriptions come in by `tallystick import subscriptions FILE` or through the API."),
)


@needs(RECORDS_READ)
def list_subscriptions(request: HttpRequest) -> HttpResponseBase:
    """All subscriptions."""
    return show_listing(request, listing=SUBSCRIPTIONS, template="console/subscriptions.html")


@needs(RECORDS_READ)
def show_subscription(request: HttpRequest, *, subscription_id: int) -> HttpResponseBase:
    """One subscription: its services, what of them is billed, and what happened."""
    found = Subscription.objects.select_related("account__seller", "plan").filter(pk=subscription_id).first()
    if found is None:
        raise NotFound(f"There is no subscription {subscription_id}.")
    context = {
        "subscription": found,
        "interval": write_interval(found.interval_months, found.interval_days),
        "is_last_day": found.anchor_day == LAST_DAY,
        "shared_discounts": list_shared_discounts(found.pk),
        "can_discount": may(request, permission=SUBSCRIPTIONS_WRITE),
        "can_cancel": found.status not in _OVER and may(request, permission=SUBSCRIPTIONS_WRITE),
        "is_canceling": is_canceling(found),
        "can_act": found.status not in _OVER and may(request, permission=SUBSCRIPTIONS_ACT),
        "timeline": list_timeline(found),
        "items": list_installed_items(found.pk),
        **get_subscription_page(found)._asdict(),
    }
    crumbs = [crumb("Subscriptions", name="subscriptions")]
    return draw_page(
        request, template="console/subscription.html", title=found.external_id, crumbs=crumbs, context=context
    )
