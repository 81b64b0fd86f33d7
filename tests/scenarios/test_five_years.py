"""Five years of one account of each billing model, through every month end, one of them 29 February.

The clock is moved from month to month and scheduled runs bill what falls due. 899.00 is 29 x 31.00 and 31 x 29.00, so
that each part of a month that occurs comes out to the cent: what was billed is exactly the prices of the days served.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db.models import Sum

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPlan, NewPrice
from tallystick.catalog.models import Price
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.end_price import end_price
from tallystick.invoicing.core.schedule import LAST_DAY, MONTHLY, Recurrence
from tallystick.invoicing.models import BillRun, Document, DocumentLine
from tallystick.journeys.check_books import check_books
from tallystick.journeys.perform_action import perform_action
from tallystick.ledger.queries.balances import find_balance
from tallystick.money.amount import format_minor
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.action_kinds import CHANGE_QUANTITY
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import ACTOR, build_account, build_seller, build_service, build_subscription
from tests.support.catalogs import fill_plan
from tests.support.schedules import advance_to, make_schedule
from tests.support.television import receive_money

pytestmark = pytest.mark.django_db

MODELS = ("prebill_pay_before", "prebill_pay_after", "postbill_pay_after")
STARTS_ON, ENDS_ON = date(2026, 3, 20), date(2031, 3, 20)
DEARER_FROM, MORE_FROM = date(2027, 7, 1), date(2028, 2, 15)
FIRST_PRICE, LATER_PRICE = 899_00, 1798_00
ONE_DAY = timedelta(days=1)


@pytest.fixture
def seller() -> Seller:
    """It is 20 March 2026; runs draft and post by themselves at six in the morning of every last day of a month."""
    clock.set_clock(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    seller = build_seller(country="US", currency="USD", supports_auto_post=True)
    build_service(seller, unit_price="899.00", price_model="per_unit")
    recurrence = Recurrence(MONTHLY, STARTS_ON, month_day=LAST_DAY)
    make_schedule(seller, recurrence, auto_posts=True)
    return seller


@pytest.mark.rule("CRM-13", "CRM-14", "CRM-18", "CRM-19", "ZUO-5", "ZUO-32", "UNI-10")
def test_five_years_of_each_model_bill_exactly_the_days_served(seller: Seller) -> None:
    accounts = {model: subscribe(seller, model) for model in MODELS}
    receive_money(accounts["prebill_pay_before"], 200_000_00)
    advance_through_month_ends(DEARER_FROM)
    raise_price(seller)
    advance_through_month_ends(MORE_FROM)
    for account in accounts.values():
        order_one_more(account)
    advance_through_month_ends(ENDS_ON + timedelta(days=40))

    assert BillRun.objects.filter(status="posted").count() == 61
    assert sum_days_served() == Fraction(159_933_00)
    for model, account in accounts.items():
        assert sum_lines(account) == sum_days_served(), model
    assert tell_balances(accounts) == {
        "prebill_pay_before": "40,067.00 held, 0.00 owed",  # 200,000.00 - 159,933.00
        "prebill_pay_after": "0.00 held, 159,933.00 owed",
        "postbill_pay_after": "0.00 held, 159,933.00 owed",
    }
    assert list(check_books(actor=ACTOR)) == []

    for model in ("prebill_pay_before", "prebill_pay_after"):
        assert tell_lines(accounts[model])[:3] == AHEAD_AT_FIRST
        assert tell_lines(accounts[model], year=2028)[:4] == AHEAD_AROUND_29_FEBRUARY
        assert tell_lines(accounts[model])[-1] == "2031-02-28: 28 Feb - 20 Mar 2 x 1798.00, 2,320.00"
    in_arrears = accounts["postbill_pay_after"]
    assert tell_lines(in_arrears)[:2] == IN_ARREARS_AT_FIRST
    assert tell_lines(in_arrears, year=2028)[:4] == IN_ARREARS_AROUND_29_FEBRUARY
    assert tell_lines(in_arrears)[-1] == "2031-03-31: 28 Feb - 20 Mar 2 x 1798.00, 2,320.00"


AHEAD_AT_FIRST = [
    "2026-03-31: 20 Mar - 31 Mar 1 x 899.00, 319.00",  # 11 of 31 days; the first run is on the 31st
    "2026-03-31: 31 Mar - 30 Apr 1 x 899.00, 899.00",
    "2026-04-30: 30 Apr - 31 May 1 x 899.00, 899.00",
]
AHEAD_AROUND_29_FEBRUARY = [
    "2028-01-31: 31 Jan - 29 Feb 1 x 1798.00, 1,798.00",
    "2028-02-15: 15 Feb - 29 Feb 1 x 868.00, -868.00",  # what these 14 of 29 days of one had cost
    "2028-02-15: 15 Feb - 29 Feb 2 x 1798.00, 1,736.00",
    "2028-02-29: 29 Feb - 31 Mar 2 x 1798.00, 3,596.00",
]
IN_ARREARS_AT_FIRST = [
    "2026-03-31: 20 Mar - 31 Mar 1 x 899.00, 319.00",
    "2026-04-30: 31 Mar - 30 Apr 1 x 899.00, 899.00",
]
IN_ARREARS_AROUND_29_FEBRUARY = [
    "2028-01-31: 31 Dec - 31 Jan 1 x 1798.00, 1,798.00",
    "2028-02-29: 31 Jan - 15 Feb 1 x 1798.00, 930.00",  # 15 of 29 days
    "2028-02-29: 15 Feb - 29 Feb 2 x 1798.00, 1,736.00",  # 14 of 29 days
    "2028-03-31: 29 Feb - 31 Mar 2 x 1798.00, 3,596.00",
]


def subscribe(seller: Seller, model: str) -> Account:
    """An account of its own plan under a model, from 20 March 2026 to 20 March 2031, its months ending on the last."""
    plan = create_plan(seller, plan=NewPlan(model, model.title(), billing_model=model), actor=ACTOR)
    fill_plan(seller, model, mandatory=["seat"])
    account = build_account(seller, external_id=model, party={"country": "US"})
    seat = seller.services.get(code="seat")
    (agreed,) = build_subscription(
        account, plan, seat, external_id=f"S-{model}", starts_on=STARTS_ON, ends_on=ENDS_ON, anchor_day=31
    )
    SubscriptionService.objects.filter(pk=agreed.pk).update(first_active_on=STARTS_ON)
    return account


def advance_through_month_ends(until: date) -> None:
    """Move the clock on to each month end on the way, and then to the day itself."""
    day = clock.now().date()
    while (month_end := last_of_month(day + ONE_DAY)) < until:
        advance_to(month_end)
        day = month_end
    advance_to(until)


def last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def raise_price(seller: Seller) -> None:
    """Periods that begin from 1 July 2027 on cost twice as much."""
    end_price(Price.objects.get(service__code="seat").pk, valid_until=DEARER_FROM, actor=ACTOR)
    price = NewPrice("seat", seller.currency, Decimal("1798.00"), DEARER_FROM, interval_months=1)
    create_price(seller, price=price, actor=ACTOR)


def order_one_more(account: Account) -> None:
    """Two instead of one from 15 February 2028, inside the month that ends on the 29th."""
    agreed = SubscriptionService.objects.get(account=account)
    two = (NewService("seat", MORE_FROM, quantity=Decimal(2)),)
    action = Action(CHANGE_QUANTITY, MORE_FROM, two, (agreed.pk,))
    perform_action(agreed.subscription_id, action=action, reason="one more", at=clock.now(), actor=ACTOR)


def sum_days_served() -> Fraction:
    """What the days cost, one by one: the price on the first day of their month, over as many days as it has."""
    return sum(map(price_of_day, list_days(STARTS_ON, ENDS_ON)), start=Fraction())


def price_of_day(day: date) -> Fraction:
    """A month goes from one last day up to the next; its own price, shared out over its days, times the quantity."""
    next_end = last_of_month(day) if day != last_of_month(day) else last_of_month(day + ONE_DAY)
    begin = last_of_month(next_end.replace(day=1) - ONE_DAY)
    price = LATER_PRICE if begin >= DEARER_FROM else FIRST_PRICE
    return Fraction(price * (2 if day >= MORE_FROM else 1), (next_end - begin).days)


def list_days(start_on: date, until: date) -> Iterator[date]:
    return (start_on + ONE_DAY * number for number in range((until - start_on).days))


def sum_lines(account: Account) -> int:
    """What was asked for less what was given back."""
    rows = DocumentLine.objects.filter(document__account=account, document__status="posted")
    sums: dict[str, int] = dict(rows.values_list("document__kind").annotate(Sum("net_minor")))
    return sums.get("invoice", 0) + sums.get("debit_note", 0) - sums.get("credit_note", 0)


def tell_balances(accounts: dict[str, Account]) -> dict[str, str]:
    told = {}
    for model, account in accounts.items():
        row = find_balance(account.pk)
        held, owed = (format_minor(each, "USD") for each in (row.customer_credit_minor, row.receivable_minor))
        told[model] = f"{held} held, {owed} owed"
    return told


def tell_lines(account: Account, *, year: int | None = None) -> list[str]:
    """Each line: date of its document, period, quantity x price, amount (with a minus where it is given back)."""
    documents = Document.objects.filter(account=account, status="posted").order_by("pk")
    return [
        f"{line.document.invoice_on}: {line.period_start_on:%d %b} - {line.period_end_on:%d %b}"
        f" {line.quantity.normalize():f} x {line.unit_price.quantize(Decimal('0.01'))},"
        f" {'-' if line.document.kind == 'credit_note' else ''}{format_minor(line.net_minor, 'USD')}"
        for document in (documents.filter(invoice_on__year=year) if year else documents)
        for line in document.lines.select_related("document").order_by("position")
    ]
