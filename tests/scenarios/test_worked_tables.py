"""The worked tables of proration and of negative charges, and golden scenario 11, as invoices that a run makes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.core.schedule import LAST_DAY, MONTHLY, DateRule, Recurrence
from tallystick.invoicing.errors import WrongDocumentState
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance
from tallystick.money.amount import format_minor
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.invoice_as_text import tell_lines
from tests.support.schedules import advance_to, make_schedule
from tests.support.stories import bill, bill_and_post

pytestmark = pytest.mark.django_db

PRORATED = [
    # first day, last day, actual, actual/30, strict 30/360: of 360.00 a month
    ("2021-01-27", "2021-01-31", "5/31 = 58.0645… → 58.06", "5/30 = 60.00", "4/30 = 48.00"),
    ("2021-02-27", "2021-02-28", "2/28 = 25.7143… → 25.71", "2/30 = 24.00", "4/30 = 48.00"),
    ("2021-04-21", "2021-04-29", "9/30 = 108.00", "9/30 = 108.00", "9/30 = 108.00"),
]


@pytest.mark.rule("ZUO-32")
@pytest.mark.parametrize(("column", "method"), [(2, "actual"), (3, "actual_30"), (4, "strict_30_360")])
@pytest.mark.parametrize("row", PRORATED)
def test_a_part_of_a_month_is_billed_by_the_method_of_the_table(row: tuple[str, ...], column: int, method: str) -> None:
    first, last = (date.fromisoformat(day) for day in row[:2])
    lines = bill_a_service(first, ends_on=last + timedelta(days=1), target_on=last, proration_method=method)
    assert lines == [f"Seat {first} to {last + timedelta(days=1)}: 1 × 360.00 × {row[column]}"]


@pytest.mark.rule("ZUO-32", "C-14")
@pytest.mark.parametrize("method", ["actual", "actual_30", "strict_30_360"])
def test_all_of_february_costs_the_whole_price_by_every_method(method: str) -> None:
    """The table's 29/30 of a full leap February is ours to refuse: a full period is the whole of it."""
    february = date(2020, 2, 1)
    lines = bill_a_service(february, target_on=february, proration_method=method)
    assert lines == ["Seat 2020-02-01 to 2020-03-01: 1 × 360.00 = 360.00"]


@pytest.mark.rule("ZUO-32")
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"proration_method": "actual"}, ["1 × 100.00 × 14/31 = 45.1613… → 45.16", "1 × 100.00 = 100.00"]),
        ({"proration_method": "actual_30"}, ["1 × 100.00 × 14/30 = 46.6667… → 46.67", "1 × 100.00 = 100.00"]),
        ({"bills_partial_first": False}, ["1 × 100.00 = 100.00"]),
    ],
)
def test_100_a_month_from_1_january_with_cycle_day_15_and_target_14_february(
    rule: dict[str, Any], expected: list[str]
) -> None:
    january, target_on = date(2026, 1, 1), date(2026, 2, 14)
    lines = bill_a_service(january, target_on=target_on, unit_price="100.00", anchor_day=15, **rule)
    assert [line.split(": ")[1] for line in lines] == expected
    gross = Document.objects.get().gross_minor
    assert gross == {2: {"actual": 145_16, "actual_30": 146_67}, 1: {}}[len(expected)].get(
        str(rule.get("proration_method")), 100_00
    )


def bill_a_service(
    starts_on: date,
    *,
    target_on: date,
    ends_on: date | None = None,
    unit_price: str = "360.00",
    anchor_day: int = 1,
    **rule: Any,
) -> list[str]:
    """A seller without VAT bills one monthly service of one account on the target day; the lines of the invoice."""
    clock.set_clock(datetime(starts_on.year, starts_on.month, starts_on.day, tzinfo=UTC))
    seller = build_seller(country="US", currency="USD", **rule)
    account, seat = build_account(seller), build_service(seller, unit_price=unit_price)
    plan = build_plan(seller)
    build_subscription(account, plan, seat, starts_on=starts_on, ends_on=ends_on, anchor_day=anchor_day)
    at = datetime(target_on.year, target_on.month, target_on.day, 12, tzinfo=UTC)
    bill_and_post(seller, target_on=target_on, at=at)
    return tell_lines(Document.objects.get(account=account).pk)


@pytest.mark.rule("ZUO-3")
def test_a_run_of_every_month_end_may_bill_and_date_the_first_of_the_next_month() -> None:
    clock.set_clock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    seller = build_seller(country="US", currency="USD")
    the_first = DateRule(months=1, month_day=1)
    recurrence = Recurrence(MONTHLY, date(2026, 6, 1), month_day=LAST_DAY)
    make_schedule(seller, recurrence, target=the_first, invoice=the_first)
    advance_to(date(2026, 8, 2))
    runs = BillRun.objects.exclude(status="pending").order_by("pk")
    assert [f"{run.occurrence_on:%d %b}: {run.target_on:%d %b}, {run.invoice_on:%d %b}" for run in runs] == [
        "30 Jun: 01 Jul, 01 Jul",
        "31 Jul: 01 Aug, 01 Aug",
    ]


@pytest.mark.rule("ZUO-27", "ZUO-29")
@pytest.mark.parametrize(
    ("amounts", "credit_rule", "documents", "balance"),
    [
        (("100", "-30"), "whole", ["invoice 70.00"], -70_00),
        (("100", "-30"), "negative_charges", ["invoice 100.00", "credit_note 30.00"], -70_00),
        (("20", "-50"), "whole", ["credit_note 30.00"], 30_00),
        (("20", "-50"), "negative_charges", ["invoice 20.00", "credit_note 50.00"], 30_00),
    ],
)
def test_what_is_given_back_stands_where_the_credit_rule_says(
    amounts: tuple[str, ...], credit_rule: str, documents: list[str], balance: int
) -> None:
    clock.set_clock(AT)
    seller = build_seller(country="US", currency="USD", credit_rule=credit_rule)
    services = [build_service(seller, code=f"seat-{number}") for number in range(len(amounts))]
    account = build_account(seller)
    for agreed, amount in zip(build_subscription(account, build_plan(seller), *services), amounts, strict=True):
        SubscriptionService.objects.filter(pk=agreed.pk).update(unit_price_override=Decimal(amount))
    bill_and_post(seller)
    told = [f"{each.kind} {format_minor(each.gross_minor, 'USD')}" for each in Document.objects.all()]
    assert sorted(told, reverse=True) == documents
    assert find_balance(account.pk).balance_minor == balance
    assert list(check_books(actor=ACTOR)) == []


@pytest.fixture
def billed() -> tuple[Seller, Account]:
    """An invoice of 100.00 without VAT, posted on 1 March."""
    clock.set_clock(AT)
    seller = build_seller(country="US", currency="USD")
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller))
    bill_and_post(seller)
    return seller, account


@pytest.mark.rule("ZUO-23", "ZUO-24", "ZUO-33")
def test_golden_11_a_posted_invoice_stays_and_a_credit_note_of_20_lowers_the_balance(
    billed: tuple[Seller, Account],
) -> None:
    seller, account = billed
    invoice = Document.objects.get()
    before = tell_lines(invoice.pk)
    advance_to(date(2026, 3, 10))
    with pytest.raises(WrongDocumentState):
        change_draft_line(invoice, position=1, net_minor=80_00, reason="cheaper", at=clock.now(), actor=ACTOR)
    ask = CorrectionAsk(gross_minor=20_00)
    note = issue_correction(invoice, kind="credit_note", ask=ask, reason="agreed", at=clock.now(), actor=ACTOR)
    assert find_balance(account.pk).balance_minor == -80_00
    assert tell_lines(invoice.pk) == before == [f"Seat {MARCH} to 2026-04-01: 1 × 100.00 = 100.00"]
    assert tell_lines(note.pk) == [f"Seat {MARCH} to 2026-04-01: 1 × 20.00 = 20.00"]
    advance_to(date(2026, 4, 1))
    bill(seller, target_on=date(2026, 4, 1), at=clock.now())
    assert [each.gross_minor for each in Document.objects.order_by("pk")] == [100_00, 20_00, 100_00]
