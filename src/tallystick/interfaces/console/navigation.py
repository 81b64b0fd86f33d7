"""The sidebar: groups and pages in the order of the console map, and only pages that there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from tallystick.interfaces.console.acting import may
from tallystick.plumbing.permissions import (
    ACCESS_ADMIN,
    CLOCK_SET,
    LEDGER_CHECK,
    RECORDS_READ,
    ROLLUPS_READ,
    WEBHOOKS_ADMIN,
)


class Entry(NamedTuple):
    """A page in the sidebar: its words, the name of its address, an icon, and the permission it asks for."""

    title: str
    name: str
    icon: str
    permission: str = RECORDS_READ


MAP: Sequence[tuple[str, Sequence[Entry]]] = (
    ("", (Entry("Today", "index", "today"),)),
    (
        "Billing",
        (
            Entry("Bill runs", "bill_runs", "play_circle"),
            Entry("Schedules", "schedules", "event_repeat"),
            Entry("Previews", "previews", "preview"),
            Entry("Invoices", "invoices", "receipt_long"),
            Entry("Statements", "statements", "event_repeat"),
            Entry("Deliveries", "deliveries", "outgoing_mail"),
            Entry("Print batches", "print_batches", "print"),
        ),
    ),
    (
        "Collection",
        (
            Entry("Payment runs", "payment_runs", "sync_alt"),
            Entry("Payment run schedules", "payment_schedules", "event_repeat"),
            Entry("Payments", "payments", "payments"),
            Entry("Payment attempts", "attempts", "contactless"),
            Entry("Payment methods", "payment_methods", "credit_card"),
            Entry("Refunds", "refunds", "undo"),
            Entry("Disputes", "disputes", "gavel"),
            Entry("Differences", "differences", "compare_arrows"),
        ),
    ),
    (
        "Accounts",
        (
            Entry("Accounts", "accounts", "group"),
            Entry("Subscriptions", "subscriptions", "autorenew"),
            Entry("Scheduled actions", "scheduled_actions", "event_upcoming"),
            Entry("Deactivation queue", "deactivation_queue", "power_off"),
            Entry("Deactivation runs", "deactivation_runs", "power_settings_new"),
        ),
    ),
    (
        "Catalog",
        (
            Entry("Services", "services", "category"),
            Entry("Plans", "plans", "package_2"),
            Entry("Prices", "prices", "sell"),
            Entry("Fees", "fees", "add_card"),
        ),
    ),
    (
        "Reports",
        (
            Entry("Billing rollup", "billing_rollup", "request_quote", ROLLUPS_READ),
            Entry("Payments rollup", "payments_rollup", "account_balance_wallet", ROLLUPS_READ),
            Entry("Gap", "gap", "difference", ROLLUPS_READ),
        ),
    ),
    (
        "Settings",
        (
            Entry("Sellers", "sellers", "storefront"),
            Entry("Tax rates", "tax_rates", "percent"),
            Entry("Number series", "number_series", "tag"),
            Entry("Billing rules", "billing_rules", "rule"),
            Entry("People and roles", "people", "badge", ACCESS_ADMIN),
            Entry("API keys", "api_keys", "key", ACCESS_ADMIN),
            Entry("Webhooks", "webhooks", "webhook", WEBHOOKS_ADMIN),
            Entry("Business clock", "clock", "schedule", CLOCK_SET),
            Entry("Check", "check", "fact_check", LEDGER_CHECK),
        ),
    ),
)


def list_entries(request: HttpRequest) -> list[tuple[str, list[Entry]]]:
    """What this staff user may open."""
    return [
        (title, [entry for entry in entries if may(request, permission=entry.permission)]) for title, entries in MAP
    ]


def list_sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar as Unfold draws it; a group with nothing in it is left out."""
    return [
        {"title": title, "items": [_draw(request, entry) for entry in entries]}
        for title, entries in list_entries(request)
        if entries
    ]


def _draw(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    address = reverse(f"admin:{entry.name}")
    is_here = request.path == address if entry.name == "index" else request.path.startswith(address)
    return {"title": entry.title, "icon": entry.icon, "link": address, "active": is_here}
