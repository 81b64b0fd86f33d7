"""What a customer pays next with tax: for the coming period of a subscription, or for a period of a plan to choose."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from tallystick.accounts.models import Account
from tallystick.accounts.queries import list_billing_facts
from tallystick.catalog.core.items import RECURRING
from tallystick.catalog.models import Plan
from tallystick.catalog.queries import list_plan_services
from tallystick.invoicing.core.assembly import AccountToBill, assemble_bill
from tallystick.invoicing.core.terms import collection_method_of, service_to_bill
from tallystick.invoicing.queries.accounts_to_bill import list_accounts_to_bill, list_agreed_discounts
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.invoicing.queries.next_due import find_due_day
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.queries import list_due_services
from tallystick.taxes.core.supply import Party

HORIZON = timedelta(days=370)


class NextBill(NamedTuple):
    """The day on which a subscription is billed next, and what for, in minor units with tax."""

    on: date
    gross_minor: int


def find_next_bill(account: Account, *, subscription_id: int, today: date) -> NextBill | None:
    """The coming bill of a subscription as things stand now, by the real assembly; None for nothing within a year.

    Nothing is saved, and no funds are tested. Raises what assembly refuses, such as a price that is missing.
    """
    due = [each for each in list_due_services([account.pk], target_on=today + HORIZON) if _is_of(each, subscription_id)]
    if not due:
        return None
    on = max(min(find_due_day(each) for each in due), today)
    context, _ = load_billing_context(account.seller)
    gross_minor = 0
    for _, to_bill in list_accounts_to_bill(context, account_ids=[account.pk], target_on=on):
        own = [each for each in to_bill.services if each.subscription_id == subscription_id]
        gross_minor += _sum_gross(to_bill._replace(services=own, funds=None), on)
    return NextBill(on, gross_minor)


def compute_plan_price(account: Account, *, plan: Plan, on: date) -> int:
    """What recurs of what a plan always has, one of each, for an account and a whole interval from a day on.

    In minor units with tax, trial aside. Raises NoPrice where one has none in the account's currency.
    """
    context, _ = load_billing_context(account.seller)
    places = [place for place in list_plan_services(plan.pk) if place.is_mandatory and place.service.kind == RECURRING]
    imagined = [_imagine(account, plan, place.service_id, on) for place in places]
    discounts_of = list_agreed_discounts(imagined)
    services = [
        service_to_bill(context, agreed=each, currency=account.currency, discounts=discounts_of(each))
        for each in imagined
    ]
    (facts,) = list_billing_facts([account.pk])
    buyer = Party(facts.country, facts.is_business, bool(facts.vat_number))
    to_bill = AccountToBill(
        account.pk,
        collection_method_of(account.billing_mode),
        context.net_terms(account.net_terms_days),
        services,
        context.taxes.for_buyer(buyer),
    )
    return _sum_gross(to_bill, on)


def _is_of(service: DueService, subscription_id: int) -> bool:
    return service.subscription_id == subscription_id


def _sum_gross(to_bill: AccountToBill, on: date) -> int:
    bill = assemble_bill(to_bill, target_on=on, invoice_on=on)
    return sum(each.gross_minor * (-1 if each.kind == "credit_note" else 1) for each in bill.documents)


def _imagine(account: Account, plan: Plan, service_id: int, on: date) -> DueService:
    """A service as it would be agreed from that day on, with a whole interval ahead, paid in advance."""
    return DueService(
        account_id=account.pk,
        subscription_id=0,
        subscription_external_id="",
        plan_id=plan.pk,
        billing_model="prebill_pay_after",
        proration_method=plan.proration_method,
        interval_months=plan.interval_months,
        anchor_day=on.day,
        cycle_origin_on=on,
        collection_method="",
        is_invoiced_separately=False,
        service_id=service_id,
        subscription_service_id=0,
        description="",
        quantity=Decimal(1),
        unit_price_override=None,
        starts_on=on,
        ends_on=None,
        billed_through=on,
        is_mandatory=True,
        interval_days=plan.interval_days,
        subscription_starts_on=on,
    )
