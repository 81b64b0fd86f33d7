"""A company whose catalog has every price model, for tests that bill one account by its operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.core.tiers import parse_tiers
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.invoicing.models import DocumentLine
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewService as NewSubscribedService
from tallystick.subscriptions.core.new_subscription import NewSubscription
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.jobs import run_jobs

SINCE = date(2020, 1, 1)

CATALOG: tuple[CatalogItem, ...] = (
    NewService("base", "Base"),
    NewService("seat", "Seat", price_model="graduated"),
    NewService("line", "Line", price_model="volume"),
    NewService("mail", "Mail", price_model="package"),
    NewService("care", "Care", price_model="percentage"),
    NewPlan("team", "Team"),
    *(NewPlanService("team", code, is_mandatory=False) for code in ("base", "seat", "line", "mail", "care")),
    NewPrice("base", "EUR", Decimal("20.00"), SINCE, minimum_price=Decimal("25.00")),
    NewPrice("seat", "EUR", Decimal(0), SINCE, tiers=parse_tiers("10=9.00 more=8.00+5.00")),
    NewPrice("line", "EUR", Decimal(0), SINCE, tiers=parse_tiers("10=4.00 more=3.00")),
    NewPrice("mail", "EUR", Decimal("5.00"), SINCE, package_size=Decimal(1000)),
    NewPrice("care", "EUR", Decimal(10), SINCE, percent_of=("base", "seat")),
)


def fill_catalog(seller: Seller, *more: CatalogItem) -> None:
    """Put the catalog in, and whatever a test needs besides."""
    outcome = upsert_catalog(seller, items=[*CATALOG, *more], actor=ACTOR)
    assert list(outcome.problems) == []


def agree(seller: Seller, quantities: dict[str, str], *, plan: str = "team", **terms: Any) -> Subscription:
    """A subscription to services in these quantities, of the account A-1 unless the terms name another."""
    terms.setdefault("starts_on", MARCH)
    services = tuple(
        NewSubscribedService(code, terms["starts_on"], quantity=Decimal(quantity))
        for code, quantity in quantities.items()
    )
    new = NewSubscription(
        external_id=terms.pop("external_id", "S-1"),
        account=terms.pop("account", "A-1"),
        plan=plan,
        services=services,
        **terms,
    )
    return create_subscription(seller, subscription=new, at=AT, actor=ACTOR)


def bill(seller: Seller, target_on: date = MARCH) -> Sequence[DocumentLine]:
    """Run the bill run up to a day; the lines that it drafted, in order."""
    run = start_bill_run(seller, target_on=target_on, at=AT, actor=ACTOR)
    run_jobs()
    return list(DocumentLine.objects.filter(document__run_id=run.pk).order_by("document_id", "position"))


def tell(lines: Sequence[DocumentLine]) -> list[tuple[str, int]]:
    """What each line is called and comes to, in cents."""
    return [(line.description, line.net_minor) for line in lines]
