"""The television company of the worked tables: Basic, DVR, Movies, Sports and HD in one plan, priced without tax."""

from datetime import date
from typing import Any, NamedTuple

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPlan, NewPlanService
from tallystick.catalog.models import Plan, Service
from tallystick.catalog.operations.add_plan_service import add_plan_service
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import DeactivationCandidate, SubscriptionService
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_seller, build_service, build_subscription

#: Code, price, mandatory, required service, tier: the worked tables of CRM-10 and CRM-15.
PACKAGES = (
    ("basic", "10.00", True, "", 1),
    ("dvr", "5.00", True, "basic", 1),
    ("movies", "8.00", False, "", 1),
    ("sports", "12.00", False, "", 2),
    ("hd", "2.00", False, "sports", 1),
)


class Television(NamedTuple):
    """A seller without VAT, so that net is gross; its plan and the five services by code."""

    seller: Seller
    plan: Plan
    services: dict[str, Service]


def build_television(*, billing_model: str = "prebill_pay_before", **rule: Any) -> Television:
    """The company with its plan under a billing model."""
    seller = build_seller(code="tv", country="US", **rule)
    plan = create_plan(seller, plan=NewPlan("tv", "Television", billing_model=billing_model), actor=ACTOR)
    services = {code: build_service(seller, code=code, unit_price=price) for code, price, *_ in PACKAGES}
    for code, _, is_mandatory, requires, tier in PACKAGES:
        place = NewPlanService("tv", code, is_mandatory=is_mandatory, requires=requires, tier_level=tier)
        add_plan_service(seller, place=place, actor=ACTOR)
    return Television(seller, plan, services)


def build_viewer(
    company: Television, *codes: str, external_id: str = "A-1", starts_on: date = MARCH, **terms: Any
) -> tuple[Account, dict[str, SubscriptionService]]:
    """An account that has these packages (all where none is named), agreed in the reverse of their rank."""
    wanted = codes or tuple(code for code, *_ in PACKAGES)
    account = build_account(company.seller, external_id=external_id, party={"country": "US"}, **terms)
    agreed = build_subscription(
        account,
        company.plan,
        *(company.services[code] for code in reversed(wanted)),
        external_id=f"S-{external_id}",
        starts_on=starts_on,
        first_active_on=starts_on,
    )
    by_code = {each.service.code: each for each in agreed}
    mandatory = {code for code, _, is_mandatory, *_ in PACKAGES if is_mandatory}
    for code, each in by_code.items():
        SubscriptionService.objects.filter(pk=each.pk).update(is_mandatory=code in mandatory)
    return account, by_code


def receive_money(account: Account, amount_minor: int, *, on: date = MARCH) -> None:
    """A transfer arrives and settles what is open, oldest first."""
    with transaction.atomic():
        paid = NewPayment(account.pk, amount_minor, account.currency, None, "", f"transfer of {on}")
        add_credit_sources(record_payments([paid], on=on, at=AT))
        settle_accounts([account.pk], on=on, at=AT)


def list_queue(account: Account) -> dict[str, str]:
    """What of the account waits to be switched off, and why."""
    queued = DeactivationCandidate.objects.filter(account=account, status="queued")
    rows = queued.order_by("pk").values_list("subscription_service__service__code", "reason")
    return dict(rows)


def agree(account: Account, plan: Plan, service: Service, **options: Any) -> SubscriptionService:
    """A subscription of one service of its own."""
    (agreed,) = build_subscription(account, plan, service, **options)
    return agreed
