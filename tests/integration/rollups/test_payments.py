"""The payments rollup on a database: every charge and every transfer, with why it stands where it stands."""

from __future__ import annotations

import csv
from datetime import date
from functools import partial

import pytest

from tallystick.errors import Forbidden
from tallystick.invoicing.models import Document
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing.actor import Actor
from tallystick.rollups.errors import FilterUnknown, MonthNotBegun
from tallystick.rollups.queries import (
    PaymentFilters,
    PaymentRow,
    PaymentTotal,
    compute_payment_totals,
    list_payments_rollup,
    write_payments_csv,
)
from tallystick.sellers.models import Seller
from tests.support.builders import (
    ACTOR,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.month import (
    DECLINED_CARD,
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

METHODS = {"A-1": GOOD_CARD, "A-2": DECLINED_CARD, "A-3": LOST_ANSWER_CARD, "A-4": SLOW_IBAN}


@pytest.fixture
def seller() -> Seller:
    """Five invoices of 75.00: one collected, one declined, one unknown, one under way, one paid by transfer."""
    seller = begin_month()
    service, plan = build_service(seller, unit_price="75.00"), build_plan(seller)
    for name in ("A-1", "A-2", "A-3", "A-4", "A-5"):
        mode = "self_serve" if name in METHODS else "managed"
        account = build_account(seller, external_id=name, party={"country": "US"}, billing_mode=mode)
        build_subscription(account, plan, service)
        if name in METHODS:
            save_method(account, METHODS[name])
    *charged, remitted = bill(seller)
    for invoice in charged:
        charge(invoice)
    transfer(remitted, 75_00, on=date(2026, 3, 1), reference="PAID BY WIRE 77")
    return seller


def read(seller: Seller, *, as_of: date = MARCH, **asked: object) -> list[PaymentRow]:
    filters = PaymentFilters(**asked)  # type: ignore[arg-type]
    return list_payments_rollup(seller, as_of=as_of, filters=filters, actor=ACTOR)


@pytest.mark.rule("DEM-52", "DEM-57")
def test_every_charge_and_every_transfer_is_a_row_with_its_invoice_and_its_reason(seller: Seller) -> None:
    rows = {row.account_external_id: row for row in read(seller)}
    numbers = {each.account.external_id: each.number for each in Document.objects.select_related("account")}
    assert {name: (row.bucket, row.kind, row.amount_minor, row.why) for name, row in rows.items()} == {
        "A-1": ("arrived", "gateway", 75_00, ""),
        "A-2": ("failed", "gateway", 75_00, "The bank declined the card without saying why."),
        "A-3": (
            "unknown", "gateway", 75_00,
            "The gateway gave no clear answer: the charge may have gone through or not.",
        ),
        "A-4": ("open", "gateway", 75_00, "The bank is working on it; a direct debit takes days."),
        "A-5": ("arrived", "transfer", 75_00, ""),
    }  # fmt: skip
    assert {name: [each.number for each in row.invoices] for name, row in rows.items()} == {
        name: [number] for name, number in numbers.items()
    }
    assert rows["A-2"].next_step == "Try again later; the same method may work another day."
    assert (rows["A-1"].gateway, rows["A-1"].method_label) == ("sandbox", "Visa •••• 4242")
    assert rows["A-5"].reference == "PAID BY WIRE 77" and rows["A-5"].gateway == ""


@pytest.mark.rule("DEM-54")
def test_totals_are_by_bucket_and_currency(seller: Seller) -> None:
    assert compute_payment_totals(seller, as_of=MARCH, actor=ACTOR) == [
        PaymentTotal("USD", "arrived", 2, 150_00),
        PaymentTotal("USD", "open", 1, 75_00),
        PaymentTotal("USD", "failed", 1, 75_00),
        PaymentTotal("USD", "unknown", 1, 75_00),
    ]
    filters = PaymentFilters(bucket="failed")
    totals = compute_payment_totals(seller, as_of=MARCH, filters=filters, actor=ACTOR)
    assert [(each.bucket, each.payments) for each in totals if each.payments] == [("failed", 1)]


def test_money_is_listed_in_the_month_in_which_it_arrived_and_a_failure_in_which_it_was_tried(seller: Seller) -> None:
    invoice = Document.objects.get(account__external_id="A-5")
    for number, on in enumerate((date(2026, 3, 31), date(2026, 4, 1)), start=1):
        transfer(invoice, number, on=on)
    april = date(2026, 4, 5)
    assert [row.amount_minor for row in read(seller, month=april, as_of=april)] == [2]
    in_march = [row.amount_minor for row in read(seller, month=MARCH, as_of=april)]
    assert in_march == [1, 75_00, 75_00, 75_00, 75_00, 75_00]


def test_a_charge_that_succeeds_in_the_end_is_listed_once(seller: Seller) -> None:
    resolve_after(days=5)
    rows = read(seller, as_of=date(2026, 3, 6))
    assert sorted(row.account_external_id for row in rows) == ["A-1", "A-2", "A-3", "A-4", "A-5"]
    assert {row.account_external_id for row in rows if row.bucket == "arrived"} == {"A-1", "A-3", "A-4", "A-5"}


def test_a_charge_that_the_gateway_tells_otherwise_is_unknown_and_wants_a_person(seller: Seller) -> None:
    PaymentAttempt.objects.filter(status="processing").update(quarantine_reason="the gateway reports another amount")
    row = next(row for row in read(seller, bucket="unknown") if row.account_external_id == "A-4")
    assert row.next_step == "Compare both sides before anything is booked."


def test_payments_are_found_by_account_reference_and_invoice_number(seller: Seller) -> None:
    def find(text: str) -> set[str]:
        return {row.account_external_id for row in read(seller, search=text)}

    of_transfer = Document.objects.get(account__external_id="A-5").number
    of_charge = Document.objects.get(account__external_id="A-1").number
    assert find("customer a-2") == find("a-2") == {"A-2"}
    assert find("wire 77") == {"A-5"}
    assert (find(of_transfer or ""), find((of_charge or "").lower())) == ({"A-5"}, {"A-1"})
    assert find("100%") == find("nobody") == set()


def test_pages_go_from_the_newest_day_back_and_miss_nothing(seller: Seller) -> None:
    account = Document.objects.get(account__external_id="A-5")
    for day in (9, 3, 27):
        transfer(account, 10_00, on=date(2026, 3, day))
    seen: list[PaymentRow] = []
    after_id = 0
    while rows := list_payments_rollup(seller, as_of=date(2026, 4, 1), after_id=after_id, limit=3, actor=ACTOR):
        seen += rows
        after_id = rows[-1].key
    assert [row.on.day for row in seen] == [27, 9, 3, 1, 1, 1, 1, 1]
    assert len({row.key for row in seen}) == 8


def test_a_page_goes_on_after_a_charge_that_has_succeeded_since(seller: Seller) -> None:
    transfer(Document.objects.get(account__external_id="A-5"), 10_00, on=date(2026, 2, 20))
    unknown = read(seller, bucket="unknown")[0]
    behind = {row.key for row in read(seller) if (row.on, row.key) < (unknown.on, unknown.key)}
    resolve_after(days=1)
    following = list_payments_rollup(seller, as_of=date(2026, 3, 2), after_id=unknown.key, actor=ACTOR)
    assert behind and behind <= {row.key for row in following} | {row.key for row in read(seller, bucket="open")}
    assert date(2026, 2, 20) in {row.on for row in following}


def name_page(row: PaymentRow) -> str:
    """Stands in for the page that an interface would lead to."""
    return f"page of {row.account_external_id}"


@pytest.mark.rule("DEM-52")
def test_the_csv_has_every_payment_with_plain_amounts_and_the_link_to_the_gateway(seller: Seller) -> None:
    PaymentAttempt.objects.filter(status="processing").update(dashboard_url="https://gateway.example/p/7")
    transfer(Document.objects.get(account__external_id="A-5"), 1_240_00, on=MARCH, reference="=HYPERLINK(1)")
    lines = list(csv.DictReader(write_payments_csv(seller, as_of=MARCH, link=name_page, actor=ACTOR)))
    assert len(lines) == 6
    under_way = next(line for line in lines if line["bucket"] == "open")
    assert (under_way["amount"], under_way["currency"]) == ("75.00", "USD")
    assert under_way["gateway_link"] == "https://gateway.example/p/7"
    assert under_way["link"] == f"page of {under_way['account']}"
    assert under_way["why"] == "The bank is working on it; a direct debit takes days."
    assert [line["amount"] for line in lines if line["reference"] == "'=HYPERLINK(1)"] == ["1240.00"]


def test_another_sellers_payments_are_not_shown(seller: Seller) -> None:
    other = build_seller(code="other", currency="USD", country="US")
    assert read(other) == []
    assert compute_payment_totals(other, as_of=MARCH, actor=ACTOR) == []


@pytest.mark.rule("DEM-39")
def test_a_month_to_come_and_a_bucket_that_is_none_are_refused(seller: Seller) -> None:
    with pytest.raises(MonthNotBegun, match="April 2026 has not begun"):
        read(seller, month=date(2026, 4, 1))
    with pytest.raises(FilterUnknown, match="There is no bucket 'paid'; there are arrived, open, failed, unknown"):
        read(seller, bucket="paid")


def test_nobody_reads_payments_without_permission(seller: Seller) -> None:
    nobody = Actor(kind="staff", id="1", label="Nobody")
    for read_it in (list_payments_rollup, compute_payment_totals, partial(write_payments_csv, link=name_page)):
        with pytest.raises(Forbidden, match="rollups"):
            read_it(seller, as_of=MARCH, actor=nobody)
