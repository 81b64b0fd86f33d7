"""A small company in which no account is like another: every way that a run can treat one, once.

Its accounts may be made in any order; what runs make of them is told as text, without ids, times and tokens.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tallystick.accounts.core.new_discount import NewAccountDiscount
from tallystick.accounts.models import Account
from tallystick.accounts.operations.add_account_discount import add_account_discount
from tallystick.catalog.core.fees import NewFeeDefinition, NewFeeRule
from tallystick.catalog.core.items import NewPlan, NewPlanService
from tallystick.catalog.operations.set_fee_definition import set_fee_definition
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.models import BillRun, BillRunAccount, Document, Draw
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_account, build_seller, build_service
from tests.support.drawn import fund
from tests.support.invoice_as_text import invoice_as_text
from tests.support.jobs import run_jobs
from tests.support.priced_company import agree, fill_catalog
from tests.support.stories import post
from tests.support.television import receive_money

EARLY, MID, LATE = date(2026, 1, 31), date(2026, 2, 10), date(2026, 2, 28)
TARGET = date(2026, 3, 15)
SEATS = {"base": "1", "seat": "17", "care": "1"}
BELGIAN = {"country": "BE", "vat_number": "BE0403019261", "is_business": True, "name": "Onderneming NV"}

DUTCH = {"language": "nl", "buyer_reference": "PO-9"}


class Kind(NamedTuple):
    """How an account differs: what it agreed, how it pays, what it has."""

    quantities: dict[str, str]
    plan: str = "team"
    starts_on: date = date(2026, 3, 1)
    anchor_day: int = 1
    party: dict[str, Any] = {}
    terms: dict[str, Any] = {}
    policy: str = ""
    credit_minor: int = 0
    discount: str = ""


KINDS: dict[str, Kind] = {
    "V-after": Kind(SEATS, discount="12.5"),
    "V-arrears": Kind({"base": "1", "line": "14"}, "later", EARLY, 31),
    "V-belgian": Kind(
        {"seat": "3", "mail": "2500"}, party=BELGIAN, terms={"language": "nl", "buyer_reference": "PO-9"}
    ),
    "V-card": Kind({"mail": "1"}, terms={"billing_mode": "self_serve"}, credit_minor=3_33),
    "V-drawn": Kind(SEATS, starts_on=MID, policy="postpaid"),
    "V-few": Kind({"base": "1", "mail": "1", "line": "3"}, "before", credit_minor=40_00),
    "V-free": Kind({"base": "1"}, discount="100"),
    "V-full": Kind({"line": "40"}, terms={"receivable_limit_minor": 10_00}),
    "V-later": Kind({"base": "1"}, starts_on=date(2026, 4, 1)),
    "V-limit": Kind({"seat": "11"}, starts_on=LATE, anchor_day=31, policy="credit_limit"),
    "V-middle": Kind({"seat": "2", "base": "1"}, starts_on=MID, anchor_day=30),
    "V-paper": Kind({"mail": "1"}, party={"city": "Utrecht"}, terms={"is_printed": True}),
    "V-poor": Kind({"base": "1"}, "before"),
    "V-unpriced": Kind({"gold": "1"}),
}


def build_varied_company(order: Iterable[str] = tuple(KINDS)) -> Seller:
    """The company with its accounts made in this order; the clock stands at 1 March 2026."""
    clock.set_clock(AT)
    seller = build_seller()
    more = [
        NewPlanService(plan, code, is_mandatory=code == "base")
        for plan in ("before", "later")
        for code in ("base", "line", "mail")
    ]
    plans = (
        NewPlan("before", "Before", billing_model="prebill_pay_before", ranking_level=2),
        NewPlan("later", "Later", billing_model="postbill_pay_after", ranking_level=3),
    )
    fill_catalog(seller, *plans, *more)
    build_service(seller, code="paper", unit_price="1.50", kind="one_off", revenue_code="fees")
    rule = NewFeeRule("Paper bill", "paper", presentment="post")
    set_fee_definition(seller, definition=NewFeeDefinition("paper", "Paper", (rule,)), actor=ACTOR)
    _sell_gold(seller)
    for external_id in order:
        _build(seller, external_id, KINDS[external_id])
    seller.services.get(code="gold").prices.all().delete()
    return seller


def _sell_gold(seller: Seller) -> None:
    """Gold loses its price before anybody is billed for it."""
    build_service(seller, code="gold", unit_price="1000.00")
    fill_catalog(seller, NewPlanService("team", "gold", is_mandatory=False))


def _build(seller: Seller, external_id: str, kind: Kind) -> Account:
    account = build_account(seller, external_id=external_id, party=kind.party, **kind.terms)
    terms = {"starts_on": kind.starts_on, "anchor_day": kind.anchor_day, "account": external_id}
    agree(seller, kind.quantities, plan=kind.plan, external_id=f"S-{external_id}", **terms)
    if kind.policy:
        fund(account, kind.policy, limit_minor=500_00)
    if kind.credit_minor:
        receive_money(account, kind.credit_minor)
    if kind.discount:
        discount = NewAccountDiscount(Decimal(kind.discount), "Agreed")
        add_account_discount(account.pk, discount=discount, at=AT, actor=ACTOR)
    return account


def bill_all(seller: Seller, *, chunk_size: int = 2_000, only: tuple[str, ...] = ()) -> BillRun:
    """Draft what is due up to the middle of March, in chunks of so many accounts."""
    filters = RunFilters(account_external_ids=only)
    run = start_bill_run(seller, target_on=TARGET, filters=filters, at=AT, actor=ACTOR, chunk_size=chunk_size)
    run_jobs()
    run.refresh_from_db()
    return run


def cancel(run: BillRun) -> None:
    """Take a run back."""
    cancel_bill_run(run, reason="once more", at=AT, actor=ACTOR)
    run_jobs()


def bill_and_post_all(seller: Seller, *, chunk_size: int = 2_000) -> BillRun:
    """Draft and post."""
    return post(bill_all(seller, chunk_size=chunk_size))


def tell_documents(*, shows_numbers: bool = False) -> list[str]:
    """Every document that was not canceled, by account, as text; without numbers they are all called the same."""
    documents = Document.objects.exclude(status="canceled").order_by("account__external_id", "pk")
    return [invoice_as_text(document.pk, shows_number=shows_numbers) for document in documents]


def tell_draws() -> list[str]:
    """What was drawn and not taken back, by account."""
    draws = Draw.objects.filter(reversals=None, reverses=None).order_by("account__external_id", "pk")
    return [f"{each.account.external_id} {each.description} {each.net_minor} {each.tax_minor}" for each in draws]


def tell_outcomes(run: BillRun) -> list[str]:
    """What became of each account in a run, and why."""
    rows = BillRunAccount.objects.filter(run=run).order_by("account__external_id")
    return [f"{row.account.external_id} {row.status}: {row.reason}" for row in rows.select_related("account")]


def tell_balances() -> list[str]:
    """Each account's credit, receivable and unbilled."""
    accounts = Account.objects.order_by("external_id")
    balances = [(each.external_id, find_balance(each.pk)) for each in accounts]
    return [f"{name} {b.customer_credit_minor} {b.receivable_minor} {b.unbilled_minor}" for name, b in balances]
