"""The payments rollup whoever paid in whatever way: pages and links, money that went back, money without an invoice."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Document
from tallystick.journeys.give_back import refund_payment
from tallystick.journeys.issue_link import issue_link, list_asked
from tallystick.journeys.pay_on_page import Asked, follow_page, open_pay_page
from tallystick.journeys.record_money import record_answers
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.gateways.sandbox.pages import expire_page, pay_page
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.call_gateways import Answered
from tallystick.plumbing import clock
from tallystick.rollups.core.attempt_words import BUCKETS
from tallystick.rollups.errors import FilterUnknown
from tallystick.rollups.queries import (
    PaymentFilters,
    PaymentRow,
    compute_payment_totals,
    list_payments_rollup,
    write_payments_csv,
)
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import GOOD_CARD, begin_month, bill, charge, save_method, transfer

pytestmark = pytest.mark.django_db

DISPUTED_CARD = "4000 0000 0000 0259"


@pytest.fixture
def seller() -> Seller:
    """A managed account with no saved method and no customer at any gateway: 75.00, asked for by a link."""
    seller = begin_month()
    add_account(seller, "M-1", billing_mode="managed")
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return seller


def add_account(seller: Seller, name: str, *, billing_mode: str, card: str = "") -> Account:
    account = build_account(seller, external_id=name, party={"country": "US"}, billing_mode=billing_mode)
    service = build_service(seller, code=f"service-{name.lower()}", unit_price="75.00")
    build_subscription(account, build_plan(seller, code=f"plan-{name.lower()}"), service, external_id=f"S-{name}")
    if card:
        save_method(account, card)
    return account


def read(seller: Seller, **asked: object) -> list[PaymentRow]:
    filters = PaymentFilters(**asked)  # type: ignore[arg-type]
    return list_payments_rollup(seller, as_of=clock.today(seller.time_zone), filters=filters, actor=ACTOR)


def open_link(invoice: Document) -> PaymentAttempt:
    """A payment link for an invoice, with its page open at the gateway."""
    link = issue_link(invoice.account_id, document_ids=[invoice.pk], at=clock.now(), actor=ACTOR)
    asked = Asked(link.account_id, list_asked(link), link.description, link.pk)
    page = open_pay_page(
        asked, asked_minor=link.amount_minor, return_url="https://x/{attempt}", at=clock.now(), actor=ACTOR
    )
    return page.attempt


@pytest.mark.rule("DEM-57", "DEM-53")
def test_what_is_paid_by_a_link_is_listed_from_the_moment_it_is_tried(seller: Seller) -> None:
    (invoice,) = bill(seller)
    attempt = open_link(invoice)
    assert not PaymentMethod.objects.exists()
    (waiting,) = read(seller)
    assert (waiting.way, waiting.bucket, waiting.status) == ("page", "open", "action_required")
    assert waiting.why == "The customer has a payment page and has not paid on it."
    assert [each.number for each in waiting.invoices] == [invoice.number]
    pay_page(attempt.gateway_ref, number=GOOD_CARD.replace(" ", ""), at=clock.now())
    follow_page(attempt.pk, at=clock.now(), actor=ACTOR)
    (paid,) = read(seller)
    assert (paid.way, paid.bucket, paid.payment_id, paid.why) == ("page", "arrived", Payment.objects.get().pk, "")
    assert [each.number for each in paid.invoices] == [invoice.number]


@pytest.mark.rule("DEM-57", "DEM-53")
def test_a_page_that_nobody_paid_on_is_a_failed_row_that_says_so(seller: Seller) -> None:
    (invoice,) = bill(seller)
    attempt = open_link(invoice)
    expire_page(attempt.gateway_ref, at=clock.now())
    follow_page(attempt.pk, at=clock.now(), actor=ACTOR)
    (row,) = read(seller)
    assert (row.way, row.bucket, row.status) == ("page", "failed", "expired")
    assert (row.why, row.next_step) == (
        "The customer did not pay before the page expired.",
        "Send the customer a new link.",
    )


def test_what_is_given_back_and_what_a_bank_took_back_stand_beside_what_arrived(seller: Seller) -> None:
    account = add_account(seller, "C-1", billing_mode="self_serve", card=DISPUTED_CARD)
    refunded = add_account(seller, "C-2", billing_mode="self_serve", card=GOOD_CARD)
    for invoice in bill(seller, account, refunded):
        charge(invoice)
    payment = Payment.objects.get(account=refunded)
    refund_payment(payment.pk, amount_minor=25_00, reason="agreed", at=clock.now(), actor=ACTOR)
    take_back(Payment.objects.get(account=account))
    rows = {row.account_external_id: row for row in read(seller)}
    amounts = {
        name: (row.amount_minor, row.given_back_minor, row.taken_back_minor, row.bucket) for name, row in rows.items()
    }
    assert amounts == {"C-1": (75_00, 75_00, 75_00, "arrived"), "C-2": (75_00, 25_00, 0, "arrived")}
    assert rows["C-1"].why.startswith("The payer's bank took it back. ") and rows["C-1"].next_step
    assert rows["C-2"].why == ""
    totals = compute_payment_totals(seller, as_of=clock.today(seller.time_zone), actor=ACTOR)
    assert [(each.amount_minor, each.given_back_minor) for each in totals] == [
        (150_00, 100_00),
        *[(0, 0)] * (len(BUCKETS) - 1),
    ]


def take_back(payment: Payment) -> None:
    """Days later the payer's bank takes a charge back, and we hear of it."""
    clock.advance(timedelta(days=10))
    answer = SandboxGateway().payment(payment.reference)
    record_answers([Answered(payment.attempt_id or 0, "payment", answer)], at=clock.now(), actor=ACTOR)


def test_payments_without_an_invoice_are_those_of_which_a_part_settled_none(seller: Seller) -> None:
    (invoice,) = bill(seller)
    transfer(invoice, 50_00, on=MARCH, reference="part")
    transfer(invoice, 40_00, on=MARCH, reference="too much")
    assert [(row.reference, row.amount_minor, row.unused_minor) for row in read(seller, is_unused=True)] == [
        ("too much", 40_00, 15_00)
    ]
    totals = compute_payment_totals(
        seller, as_of=MARCH, filters=PaymentFilters(is_unused=True, bucket="arrived"), actor=ACTOR
    )
    assert [(each.payments, each.amount_minor, each.unused_minor) for each in totals if each.payments] == [
        (1, 40_00, 15_00)
    ]


def test_payments_are_found_by_state_way_gateway_and_account(seller: Seller) -> None:
    card = add_account(seller, "C-1", billing_mode="self_serve", card=GOOD_CARD)
    wire = add_account(seller, "T-1", billing_mode="managed")
    linked, charged, wired = bill(seller)
    open_link(linked)
    charge(charged)
    transfer(wired, 75_00, on=MARCH)

    def find(**asked: object) -> list[str]:
        return sorted(row.account_external_id for row in read(seller, **asked))

    assert find() == ["C-1", "M-1", "T-1"]
    assert [find(way=way) for way in ("page", "saved_method", "transfer")] == [["M-1"], ["C-1"], ["T-1"]]
    assert [find(status=status) for status in ("succeeded", "action_required", "failed")] == [
        ["C-1", "T-1"],
        ["M-1"],
        [],
    ]
    assert (find(gateway="sandbox"), find(gateway="mollie")) == (["C-1", "M-1"], [])
    assert (find(account_external_id=card.external_id), find(account_external_id="c-1")) == (["C-1"], [])
    assert find(account_external_id=wire.external_id, way="page") == []


@pytest.mark.parametrize("asked", [{"status": "paid"}, {"way": "cash"}, {"bucket": "settled"}])
def test_a_filter_that_is_none_names_those_that_are(seller: Seller, asked: dict[str, str]) -> None:
    with pytest.raises(FilterUnknown, match="there are"):
        read(seller, **asked)


def test_the_csv_tells_way_and_what_went_back(seller: Seller) -> None:
    (invoice,) = bill(seller)
    transfer(invoice, 80_00, on=MARCH)
    lines = write_payments_csv(seller, as_of=MARCH, link=lambda row: f"page of {row.key}", actor=ACTOR)
    (line,) = csv.DictReader(lines)
    assert (line["way"], line["amount"], line["given_back"], line["without_invoice"]) == (
        "transfer",
        "80.00",
        "0.00",
        "5.00",
    )
