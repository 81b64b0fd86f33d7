"""Actions on subscriptions that wait for their day, and what became of those whose day has come."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Days, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.scheduled_action import SCHEDULED_ACTION_STATUSES
from tallystick.subscriptions.models import ScheduledAction


def _draw_action(row: ScheduledAction) -> cells.Cell:
    kind = KINDS.get(row.action["kind"])
    address = reverse("admin:subscription", args=[row.subscription_id])
    return cells.Text(kind.name if kind else row.action["kind"], row.subscription.external_id, address)


def _draw_account(row: ScheduledAction) -> cells.Cell:
    account = row.subscription.account
    return cells.Text(account.name, account.external_id, reverse("admin:account", args=[account.pk]))


def _only(status: str) -> Callable[[QuerySet[ScheduledAction]], QuerySet[ScheduledAction]]:
    return lambda rows: rows.filter(status=status)


SCHEDULED = Listing(
    title="Scheduled actions",
    question="What will be done to which subscription, and what became of it?",
    noun="action",
    rows=lambda: ScheduledAction.objects.select_related("subscription__account"),
    sort="-id",
    columns=(
        Column[ScheduledAction]("Action", _draw_action),
        Column[ScheduledAction]("Account", _draw_account),
        Column[ScheduledAction]("On", lambda row: cells.Day(row.on), sort="on"),
        Column[ScheduledAction]("State", lambda row: cells.Chip(chips.describe(row.status))),
        Column[ScheduledAction]("By", lambda row: cells.Text(row.scheduled_by, row.reason)),
        Column[ScheduledAction]("What was said", lambda row: cells.Text(row.told)),
    ),
    filters=(
        States(tuple((status, chips.describe(status).word, _only(status)) for status in SCHEDULED_ACTION_STATUSES)),
        Choice(
            "seller",
            "Seller",
            list_seller_options,
            lambda rows, chosen: rows.filter(subscription__account__seller_id=int(chosen)),
        ),
        Days("on", "On", "on"),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty("An action for a day to come is scheduled on the page of its subscription."),
)


@needs(RECORDS_READ)
def list_scheduled(request: HttpRequest) -> HttpResponseBase:
    """All scheduled actions."""
    return show_listing(request, listing=SCHEDULED)
