"""The payments rollup on a database: every charge and every transfer, with why it stands where it stands."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.invoicing.models import Document
from tallystick.rollups.core.payments import PaymentFilters, PaymentRow
from tallystick.rollups.queries import list_payments_rollup
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.month import (
    DECLINED_CARD,
    GOOD_CARD,
    LOST_ANSWER_CARD,
    SLOW_IBAN,
    begin_month,
    bill,
    charge,
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
