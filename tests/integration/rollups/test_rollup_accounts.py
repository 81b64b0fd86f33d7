"""How rollups read many accounts: in chunks that meet, each kind of agreement rated once, and never for another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Allocation, Document
from tallystick.plumbing.bulk import copy_rows
from tallystick.rollups.core.billing import RollupAccount
from tallystick.rollups.queries import compute_billing_totals, list_billing_rollup
from tallystick.rollups.queries.rollup_accounts import compose_condition, read_by_account
from tallystick.sellers.models import Seller
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.month import begin_month, bill, transfer

pytestmark = pytest.mark.django_db

US = {"country": "US"}


@pytest.fixture
def seller() -> Seller:
    return begin_month()


def test_chunks_meet_whatever_their_size(seller: Seller) -> None:
    for name in "ABCDE":
        build_account(seller, external_id=name, party=US)
    build_account(build_seller(code="other", country="US", currency="USD"), external_id="X", party=US)
    condition = compose_condition(seller, search="", billing_mode="", segment="", plan="", manager_email="")

    def names(accounts: list[RollupAccount]) -> str:
        return "".join(each.external_id for each in accounts)

    assert list(read_by_account(condition, read=names, size=2)) == ["AB", "CD", "E"]  # type: ignore[arg-type]
    assert list(read_by_account(condition, read=names, size=5)) == ["ABCDE", ""]  # type: ignore[arg-type]


def test_a_search_takes_every_sign_for_itself(seller: Seller) -> None:
    for number, name in enumerate(("100%", "a_b", "axb", "back\\slash")):
        build_account(seller, external_id=f"A-{number}", party={**US, "name": name})

    def find(text: str) -> set[str]:
        condition = compose_condition(seller, search=text, billing_mode="", segment="", plan="", manager_email="")
        (found,) = read_by_account(condition, read=lambda accounts: {each.name for each in accounts})
        return found

    assert (find("0%"), find("a_b"), find("k\\s")) == ({"100%"}, {"a_b"}, {"back\\slash"})


def test_accounts_that_differ_in_one_term_are_not_taken_for_the_same(seller: Seller) -> None:
    seat = build_service(seller, unit_price="10.00", price_model="per_unit")
    monthly, yearly = build_plan(seller), build_plan(seller, code="yearly", interval_months=12)
    expected = {"plain": 10_00, "twin": 10_00, "more": 20_00, "own": 7_00, "less": 9_00, "late": 10_00}
    for name in expected:
        account = build_account(seller, external_id=name, party={**US, "name": name})
        plan = yearly if name == "late" else monthly
        (service,) = build_subscription(account, plan, seat, quantity="2" if name == "more" else "1")
        if name == "own":
            service.unit_price_override = Decimal("7.00")
            service.save()
        if name == "less":
            build_discount(service, value="10")
    rows = list_billing_rollup(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert {row.account.external_id: row.revenue.mrr_forecast_minor for row in rows} == expected
    assert {row.account.external_id: row.plans for row in rows}["late"] == ("Yearly",)
    (total,) = compute_billing_totals(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert (total.accounts, total.mrr_forecast_minor) == (6, sum(expected.values()))


def test_totals_are_the_sum_of_rows_that_were_rounded_one_by_one(seller: Seller) -> None:
    yearly = build_plan(seller, interval_months=12)
    seat = build_service(seller, unit_price="8.333333")
    for name in ("A-1", "A-2", "A-3"):
        build_subscription(build_account(seller, external_id=name, party=US), yearly, seat)
    rows = list_billing_rollup(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert [row.revenue.mrr_forecast_minor for row in rows] == [8_33, 8_33, 8_33]
    (total,) = compute_billing_totals(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    assert total.mrr_forecast_minor == 24_99


def undo(allocation: Allocation) -> None:
    """Allocate back: the opposite row, and the invoice is open again."""
    row = (allocation.account_id, allocation.source_id, allocation.document_id, -allocation.amount_minor)
    columns = ("account_id", "source_id", "document_id", "amount_minor", "undoes_id", "allocated_on", "created_at")
    copy_rows(Allocation._meta.db_table, columns, [(*row, allocation.pk, MARCH, AT)])
    Document.objects.filter(pk=allocation.document_id).update(settled_minor=0)


@pytest.mark.rule("DEM-35")
def test_undoing_a_payment_returns_the_account_to_managed_and_a_new_one_counts_from_its_own_day(
    seller: Seller,
) -> None:
    account = build_account(seller, party=US)
    build_subscription(account, build_plan(seller), build_service(seller, unit_price="100.00"))
    (invoice,) = bill(seller)

    def revenue_class(on: date) -> str:
        (row,) = list_billing_rollup(seller, month=on, as_of=on, actor=ACTOR)
        return row.revenue.revenue_class

    transfer(invoice, 100_00, on=date(2026, 3, 20))
    assert revenue_class(date(2026, 4, 19)) == "paying"
    undo(Allocation.objects.get(account=Account.objects.get()))
    assert revenue_class(date(2026, 3, 21)) == "managed"
    transfer(invoice, 100_00, on=date(2026, 3, 5))
    assert (revenue_class(date(2026, 4, 4)), revenue_class(date(2026, 4, 5))) == ("paying", "managed")
