"""The gap on a database: what was asked for, what arrived for it, and every reason for the rest."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import partial

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, Service
from tallystick.errors import Forbidden
from tallystick.invoicing.models import Allocation, CreditSource, Document
from tallystick.journeys.give_back import refund_payment
from tallystick.payments.models import Payment
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.rollups.errors import FilterUnknown
from tallystick.rollups.queries import (
    GapFilters,
    GapReason,
    GapRow,
    RollupAccount,
    compute_billing_totals,
    compute_gap_totals,
    get_month_state,
    list_gap,
    write_gap_csv,
)
from tallystick.sellers.models import NumberSeries, Seller
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import (
    DECLINED_CARD,
    EXPIRED_CARD,
    GOOD_CARD,
    LOST_ANSWER_CARD,
    SLOW_IBAN,
    begin_month,
    bill,
    charge,
    resolve_after,
    save_method,
    transfer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return begin_month()


@pytest.fixture
def plan(seller: Seller) -> Plan:
    return build_plan(seller)


@pytest.fixture
def seat(seller: Seller) -> Service:
    return build_service(seller, unit_price="75.00", price_model="per_unit")


class Customers:
    """Adds accounts with one subscription each."""

    def __init__(self, seller: Seller, plan: Plan, seat: Service) -> None:
        self.seller, self.plan, self.seat = seller, plan, seat

    def add(self, name: str, *, number: str = "", seats: str = "1", **terms: object) -> Account:
        """A self-serve account with that card or IBAN, or a managed one."""
        mode = {"billing_mode": "self_serve" if number else "managed"}
        account = build_account(self.seller, external_id=name, party={"country": "US"}, **{**mode, **terms})
        build_subscription(account, self.plan, self.seat, quantity=seats)
        if number:
            save_method(account, number)
        return account


@pytest.fixture
def customers(seller: Seller, plan: Plan, seat: Service) -> Customers:
    return Customers(seller, plan, seat)


def read(seller: Seller, *, as_of: date = MARCH, **asked: str) -> dict[str, GapRow]:
    rows = list_gap(seller, month=MARCH, as_of=as_of, filters=GapFilters(**asked), actor=ACTOR)
    return {row.account.external_id: row for row in rows}


def link(account: RollupAccount, reason: GapReason) -> str:
    """Stands in for the page that an interface would lead to."""
    return f"{account.external_id} {reason.reason}"


def reasons_of(row: GapRow) -> list[tuple[str, int]]:
    return [(each.reason, each.amount_minor) for each in row.reasons]


def assert_explained(seller: Seller, *, as_of: date = MARCH) -> None:
    """Every difference is the sum of its reasons, and what is expected is what the billing rollup says."""
    for row in read(seller, as_of=as_of).values():
        assert row.difference_minor == sum(each.amount_minor for each in row.reasons)
        assert row.expected_minor == sum(row.amounts_minor[1:])
    for total in compute_gap_totals(seller, month=MARCH, as_of=as_of, actor=ACTOR):
        assert total.difference_minor == sum(each.amount_minor for each in total.reasons)
        (billing,) = compute_billing_totals(seller, month=MARCH, as_of=as_of, actor=ACTOR)
        assert total.expected_minor == billing.should_pay_minor


@pytest.mark.rule("DEM-58")
def test_an_unpaid_managed_invoice_and_a_failed_card_are_two_gaps_with_two_reasons(
    seller: Seller, customers: Customers
) -> None:
    customers.add("A-1", seats="12")
    customers.add("A-2", number=DECLINED_CARD)
    customers.add("A-3", number=GOOD_CARD)
    _, failing, good = bill(seller)
    charge(failing)
    charge(good)
    rows = read(seller)
    assert {name: reasons_of(row) for name, row in rows.items()} == {
        "A-1": [("unpaid_not_due", 900_00)],
        "A-2": [("charge_failed", 75_00)],
    }
    assert rows["A-1"].reasons[0].why == "It is due on 31 March 2026."
    assert rows["A-2"].reasons[0].why == "The bank declined the card without saying why."
    assert rows["A-2"].reasons[0].invoices == ((failing.pk, "ACME-INV-000002"),)
    (total,) = compute_gap_totals(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert total[:8] == ("USD", 3, 2, 1_050_00, 75_00, 0, 0, 975_00)
    assert total.reasons == (("charge_failed", 1, 75_00), ("unpaid_not_due", 1, 900_00))
    assert_explained(seller)


def test_every_way_of_being_unpaid_has_its_reason(seller: Seller, customers: Customers) -> None:
    customers.add("A-1", number=LOST_ANSWER_CARD)
    customers.add("A-2", number=SLOW_IBAN)
    customers.add("A-3", billing_mode="self_serve")
    customers.add("A-4", number=GOOD_CARD)
    customers.add("A-5", number=GOOD_CARD, net_terms_days=14)
    customers.add("A-6", net_terms_days=0)
    customers.add("A-7", number=EXPIRED_CARD)
    lost, slow, *_, expired = bill(seller)
    for invoice in (lost, slow, expired):
        charge(invoice)
    rows = read(seller, as_of=date(2026, 3, 2))
    assert {name: (reasons_of(row), row.reasons[0].why) for name, row in rows.items()} == {
        "A-1": (
            [("charge_unknown", 75_00)],
            "The gateway gave no clear answer: the charge may have gone through or not.",
        ),
        "A-2": ([("charge_pending", 75_00)], "The bank is working on it; a direct debit takes days."),
        "A-3": ([("no_method", 75_00)], "No payment method is saved."),
        "A-4": ([("not_collected", 75_00)], "It is due since 1 March 2026, and no payment run has charged it."),
        "A-5": ([("not_due_for_collection", 75_00)], "Payment runs take it from 15 March 2026."),
        "A-6": ([("unpaid_overdue", 75_00)], "It was due on 1 March 2026."),
        "A-7": ([("charge_failed", 75_00)], "The card has expired."),
    }
    assert_explained(seller, as_of=date(2026, 3, 2))


def test_a_gap_closes_when_the_money_comes_and_gateway_and_transfer_stand_apart(
    seller: Seller, customers: Customers
) -> None:
    customers.add("A-1", seats="12")
    customers.add("A-2", number=SLOW_IBAN)
    managed, slow = bill(seller)
    charge(slow)
    clock.advance(timedelta(days=1))
    transfer(managed, 300_00, on=date(2026, 3, 2))
    assert reasons_of(read(seller)["A-1"]) == [("unpaid_not_due", 600_00)]
    resolve_after(days=5)
    assert set(read(seller)) == {"A-1"}
    (total,) = compute_gap_totals(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert (total.expected_minor, total.gateway_minor, total.transfer_minor) == (975_00, 75_00, 300_00)
    assert (total.difference_minor, total.accounts, total.accounts_with_gap) == (600_00, 2, 1)
    transfer(managed, 600_00, on=date(2026, 3, 7))
    assert read(seller) == {}
    assert_explained(seller)


def test_credit_that_was_there_before_is_no_money_of_this_month_and_no_gap(
    seller: Seller, customers: Customers
) -> None:
    account = customers.add("A-1")
    (first,) = bill(seller)
    transfer(first, 100_00, on=MARCH)
    clock.advance(timedelta(days=31))
    (second,) = bill(seller, on=date(2026, 4, 1))
    april = {"month": date(2026, 4, 1), "as_of": date(2026, 4, 2), "actor": ACTOR}
    (row,) = list_gap(seller, **april)  # type: ignore[arg-type]
    assert second.account_id == account.pk
    assert row.amounts_minor == (75_00, 0, 0, 25_00, 50_00)
    assert reasons_of(row) == [("unpaid_not_due", 50_00)]
    assert read(seller, as_of=date(2026, 4, 2)) == {}


def issue_credit_note(invoice: Document, gross_minor: int, *, on: date, number: int) -> CreditSource:
    """The row that a credit note will be, and the customer credit that it makes; not allocated yet."""
    series = NumberSeries.objects.get(seller_id=invoice.seller_id, kind="credit_note")
    note = Document.objects.create(
        seller_id=invoice.seller_id, account_id=invoice.account_id, kind="credit_note", status="posted",
        currency=invoice.currency, collection_method=invoice.collection_method, invoice_on=on, due_on=on,
        net_minor=gross_minor, tax_minor=0, gross_minor=gross_minor, seller_profile_id=invoice.seller_profile_id,
        account_profile_id=invoice.account_profile_id, number_series=series,
        sequence_number=number, number=f"CN-{number}", created_at=AT, posted_at=AT,
    )  # fmt: skip
    return CreditSource.objects.create(
        account_id=invoice.account_id, document=note, amount_minor=gross_minor, remaining_minor=gross_minor,
        arrived_on=on,
    )  # fmt: skip


def allocate(source: CreditSource, invoice: Document, amount_minor: int) -> None:
    Allocation.objects.create(
        account_id=source.account_id, source=source, document=invoice, amount_minor=amount_minor,
        allocated_on=MARCH, created_at=AT,
    )  # fmt: skip
    Document.objects.filter(pk=invoice.pk).update(settled_minor=amount_minor)


def test_a_credit_note_of_the_month_lowers_what_is_expected(seller: Seller, customers: Customers) -> None:
    customers.add("A-1", seats="12")
    (invoice,) = bill(seller)
    allocate(issue_credit_note(invoice, 100_00, on=date(2026, 3, 20), number=1), invoice, 100_00)
    (row,) = read(seller).values()
    assert row.amounts_minor == (800_00, 0, 0, 0, 800_00)
    assert reasons_of(row) == [("unpaid_not_due", 800_00)]
    assert_explained(seller)


def test_a_credit_note_that_the_month_did_not_need_is_a_reason_of_its_own(seller: Seller, customers: Customers) -> None:
    customers.add("A-1", seats="12")
    (invoice,) = bill(seller)
    transfer(invoice, 900_00, on=MARCH)
    issue_credit_note(invoice, 100_00, on=date(2026, 3, 20), number=1)
    (row,) = read(seller).values()
    assert row.amounts_minor == (800_00, 0, 900_00, 0, -100_00)
    assert reasons_of(row) == [("credit_left", -100_00)]
    assert row.reasons[0].invoices[0].number == "CN-1"
    assert_explained(seller)


def test_what_was_written_off_is_explained(seller: Seller, customers: Customers) -> None:
    customers.add("A-1", seats="12")
    (invoice,) = bill(seller)
    transfer(invoice, 890_00, on=MARCH)
    Document.objects.filter(pk=invoice.pk).update(written_off_minor=9_00, difference_minor=1_00)
    (row,) = read(seller).values()
    assert reasons_of(row) == [("written_off", 9_00), ("tolerated", 1_00)]
    assert_explained(seller)


def test_one_account_may_have_several_reasons(seller: Seller, customers: Customers) -> None:
    account = customers.add("A-1", number=LOST_ANSWER_CARD)
    (first,) = bill(seller)
    charge(first)
    build_subscription(account, customers.plan, customers.seat, external_id="S-2", quantity="2")
    bill(seller)
    (row,) = read(seller).values()
    assert reasons_of(row) == [("not_collected", 150_00), ("charge_unknown", 75_00)]
    assert row.difference_minor == 225_00


def test_what_was_given_back_is_told_from_what_was_never_collected(seller: Seller, customers: Customers) -> None:
    customers.add("A-1", number=GOOD_CARD)
    (document,) = bill(seller)
    charge(document)
    assert read(seller) == {}
    refund_payment(Payment.objects.get().pk, amount_minor=10_00, reason="goodwill", at=clock.now(), actor=ACTOR)
    (row,) = read(seller).values()
    assert reasons_of(row) == [("money_went_back", 10_00)]
    assert row.reasons[0].next_step.startswith("Credit the invoice if it is not owed any more")
    assert_explained(seller)


def test_a_gap_is_found_by_reason_mode_and_name(seller: Seller, customers: Customers) -> None:
    for name in ("A-1", "A-2"):
        customers.add(name)
    customers.add("B-1", billing_mode="self_serve")
    bill(seller)
    assert set(read(seller, reason="no_method")) == {"B-1"}
    assert set(read(seller, billing_mode="managed")) == {"A-1", "A-2"}
    assert set(read(seller, search="customer b")) == {"B-1"}
    filters = GapFilters(reason="no_method")
    (total,) = compute_gap_totals(seller, month=MARCH, as_of=MARCH, filters=filters, actor=ACTOR)
    assert (total.accounts, total.difference_minor) == (1, 75_00)
    with pytest.raises(FilterUnknown, match="There is no reason 'laziness'"):
        read(seller, reason="laziness")


def test_pages_follow_each_other_without_gap_or_overlap(seller: Seller, customers: Customers) -> None:
    for number in range(5):
        customers.add(f"A-{number}")
    bill(seller)
    seen: list[str] = []
    after_id = 0
    while rows := list_gap(seller, month=MARCH, as_of=MARCH, after_id=after_id, limit=2, actor=ACTOR):
        assert len(rows) <= 2
        seen += [row.account.external_id for row in rows]
        after_id = rows[-1].key
    assert seen == ["A-0", "A-1", "A-2", "A-3", "A-4"]


def test_the_csv_has_a_line_a_reason_and_columns_that_add_up(seller: Seller, customers: Customers) -> None:
    account = customers.add("A-1", number=LOST_ANSWER_CARD)
    customers.add("A-2", seats="16")
    first, _ = bill(seller)
    charge(first)
    build_subscription(account, customers.plan, customers.seat, external_id="S-2", quantity="2")
    bill(seller)
    lines = list(csv.DictReader(write_gap_csv(seller, month=MARCH, as_of=MARCH, link=link, actor=ACTOR)))
    told = [
        (line["account"], line["expected"], line["difference"], line["reason"], line["reason_amount"]) for line in lines
    ]
    assert told == [
        ("A-1", "225.00", "225.00", "not_collected", "150.00"),
        ("A-1", "", "", "charge_unknown", "75.00"),
        ("A-2", "1200.00", "1200.00", "unpaid_not_due", "1200.00"),
    ]
    assert {line["currency"] for line in lines} == {"USD"}
    assert [(line["link"], line["gateway_link"]) for line in lines] == [
        ("A-1 not_collected", ""),
        ("A-1 charge_unknown", ""),
        ("A-2 unpaid_not_due", ""),
    ]


def test_an_empty_gap_says_whether_anything_was_asked_for(seller: Seller, customers: Customers) -> None:
    april = {"month": date(2026, 4, 1), "as_of": date(2026, 4, 2), "actor": ACTOR}
    account = customers.add("A-1")
    assert get_month_state(seller, month=MARCH, as_of=MARCH, actor=ACTOR) == (False, False)
    (invoice,) = bill(seller)
    assert get_month_state(seller, month=MARCH, as_of=MARCH, actor=ACTOR) == (True, False)
    transfer(invoice, 75_00, on=MARCH)
    assert read(seller) == {} and get_month_state(seller, month=MARCH, as_of=MARCH, actor=ACTOR).has_posted
    clock.advance(timedelta(days=31))
    bill(seller, account, on=date(2026, 4, 1), post=False)
    assert get_month_state(seller, **april) == (False, True)  # type: ignore[arg-type]


def test_nobody_reads_a_gap_without_permission(seller: Seller) -> None:
    nobody = Actor(kind="staff", id="1", label="Nobody")
    for read_it in (list_gap, compute_gap_totals, partial(write_gap_csv, link=link), get_month_state):
        with pytest.raises(Forbidden, match="rollups"):
            read_it(seller, month=MARCH, as_of=MARCH, actor=nobody)
