"""A company without tax whose prices make round parts of March 2026, for stories of actions on a subscription.

Basic costs 31.00 a month, Movies 62.00, Sports 93.00; a dish is sold once for 50.00. Everything happens on the
eleventh, with 21 of 31 days left, unless a story says otherwise.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan
from tallystick.invoicing.queries.action_bill import ActionBill
from tallystick.journeys.check_books import check_books
from tallystick.journeys.perform_action import perform_action
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan

MARCH, THE_ELEVENTH, APRIL = date(2026, 3, 1), date(2026, 3, 11), date(2026, 4, 1)
NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
PAY_BEFORE, PAY_AFTER, IN_ARREARS = "prebill_pay_before", "prebill_pay_after", "postbill_pay_after"
CREDIT_NOTE, INVOICE = "credit_note", "invoice"


def build_story(
    billing_model: str = PAY_AFTER,
    *services: str,
    is_draft: bool = False,
    rule: dict[str, Any] | None = None,
    **terms: Any,
) -> Account:
    """An account with a subscription to these services (Basic where none is named), from 1 March on or a draft."""
    seller = build_seller(country="US", **(rule or {}))
    for code, unit_price in (("basic", "31.00"), ("movies", "62.00"), ("sports", "93.00")):
        build_service(seller, code=code, unit_price=unit_price, price_model="per_unit")
    build_service(seller, code="dish", unit_price="50.00", kind="one_off")
    plan = build_plan(seller, code="tv")
    Plan.objects.filter(pk=plan.pk).update(billing_model=billing_model)
    fill_plan(seller, "tv", mandatory=["basic"], optional=["movies", "sports", "dish"])
    account = build_account(seller, party={"country": "US"}, **terms)
    agreed = NewSubscription(
        "S-1", "A-1", "tv", tuple(NewService(code, MARCH) for code in services or ("basic",)), MARCH, is_draft=is_draft
    )
    create_subscription(seller, subscription=agreed, at=AT, actor=ACTOR)
    return account


def act(account: Account, kind: str, *adds: str, at: datetime = NOON, **how: Any) -> ActionBill:
    """Do an action; `about` names services of the subscription by code, everything else is as in an Action."""
    action = compose(account, kind, *adds, **{"on": at.date(), **how})
    return perform_action(get_subscription(account).pk, action=action, reason="asked", at=at, actor=ACTOR)


def compose(account: Account, kind: str, *adds: str, on: date, about: tuple[str, ...] = (), **how: Any) -> Action:
    quantity = Decimal(how.pop("quantity", 1))
    services = tuple(NewService(code, on, quantity=quantity) for code in adds)
    assert kind in KINDS
    return Action(kind, on, services, tuple(get_service(account, code).pk for code in about), **how)


def get_subscription(account: Account) -> Subscription:
    return Subscription.objects.get(account=account)


def get_service(account: Account, code: str) -> SubscriptionService:
    """The newest row of a service."""
    return SubscriptionService.objects.filter(account=account, service__code=code).latest("pk")


def tell(bill: ActionBill) -> list[tuple[str, int]]:
    """Kind and net of each document."""
    return [(each.kind, each.net_minor) for each in bill.documents]


def tell_lines(bill: ActionBill) -> list[tuple[str, date | None, date | None, int]]:
    return [
        (line.description, line.period_start_on, line.period_end_on, line.net_minor)
        for document in bill.documents
        for line in document.lines
    ]


def assert_books_are_sound() -> None:
    assert list(check_books(actor=ACTOR)) == []
