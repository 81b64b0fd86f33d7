"""Additional fees on the bills of runs: the worked example of the rules, and golden scenario 29."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.fees import NewFeeDefinition, NewFeeRule, parse_total
from tallystick.catalog.errors import CatalogInvalid, FeeDefinitionUnknown
from tallystick.catalog.models import FeeDefinition, Price
from tallystick.catalog.operations.set_fee_definition import remove_fee_definition, set_fee_definition
from tallystick.errors import InvalidInput
from tallystick.invoicing.models import BillingClaim, BillRunAccount, Document, DocumentLine
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.queries.accounts_to_bill import preview_bill
from tallystick.sellers.models import Seller
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
from tests.support.jobs import run_jobs
from tests.support.stories import bill, bill_and_post

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)
PAPER = NewFeeRule("Paper bill", "paper", presentment="post")
SMALL = NewFeeRule("Small bill", "small", currency="USD", total_below_minor=10_00)


def build_company(**rule: Any) -> Seller:
    """A seller without VAT that charges 1.50 for a paper bill and 2.00 for one of less than 10.00."""
    seller = build_seller(country="US", currency="USD", **rule)
    build_service(seller, code="paper", unit_price="1.50", kind="one_off", revenue_code="fees")
    build_service(seller, code="small", unit_price="2.00", kind="one_off", revenue_code="fees")
    set_fees(seller, PAPER, SMALL)
    return seller


def set_fees(seller: Seller, *rules: NewFeeRule, code: str = "paper-and-small", **dates: Any) -> None:
    set_fee_definition(seller, definition=NewFeeDefinition(code, "Paper and small", rules, **dates), actor=ACTOR)


def build_customer(seller: Seller, *, unit_price: str = "8.00", **terms: Any) -> Account:
    plan, seat = build_plan(seller), build_service(seller, unit_price=unit_price)
    party = {"street": "Main Street 1", "postcode": "10001", "city": "New York", "country": "US"}
    account = build_account(seller, party=party, **{"is_printed": True, **terms})
    build_subscription(account, plan, seat)
    return account


def tell(account: Account, *, status: str = "draft") -> list[str]:
    """The account's documents, each as its lines and its gross."""
    documents = Document.objects.filter(account=account, status=status).order_by("pk")
    return [
        f"{', '.join(document.lines.order_by('position').values_list('description', flat=True))}: "
        f"{Decimal(document.gross_minor) / 100:.2f}"
        for document in documents
    ]


@pytest.mark.rule("CRM-31", "CRM-32", "CRM-33")
def test_a_bill_of_8_by_post_has_three_invoices_and_comes_to_11_50() -> None:
    seller = build_company()
    account = build_customer(seller)
    preview = preview_bill(seller, account_id=account.pk, target_on=MARCH)
    assert [document.gross_minor for document in preview.documents] == [8_00, 1_50, 2_00]
    run = bill_and_post(seller)
    assert tell(account, status="posted") == ["Seat: 8.00", "Paper bill: 1.50", "Small bill: 2.00"]
    documents = Document.objects.filter(account=account)
    assert sum(documents.values_list("gross_minor", flat=True)) == 11_50
    assert len(set(documents.values_list("number", flat=True))) == 3
    assert set(documents.values_list("bill_id", flat=True)) == {documents[0].bill_id}
    assert run.chunks.get().documents == 3


@pytest.mark.rule("CRM-33")
def test_conditions_look_at_the_total_before_fees_up_to_but_without_the_bound() -> None:
    seller = build_company()
    account = build_customer(seller, unit_price="10.00")  # with the paper fee of 1.50 or without: not below 10.00
    bill(seller)
    assert tell(account) == ["Seat: 10.00", "Paper bill: 1.50"]


@pytest.mark.rule("CRM-31")
@pytest.mark.parametrize(
    ("conditions", "is_charged"),
    [
        ({}, True),
        ({"presentment": "email"}, True),
        ({"presentment": "post"}, False),
        ({"segment": "retail"}, True),
        ({"segment": "wholesale"}, False),
        ({"plan": "basic"}, True),
        ({"plan": "gold"}, False),
        ({"currency": "EUR"}, False),
        ({"currency": "USD", "total_at_least_minor": 8_00}, True),
        ({"currency": "USD", "total_at_least_minor": 8_01}, False),
        ({"presentment": "email", "segment": "wholesale"}, False),
    ],
)
def test_every_condition_that_is_set_must_be_met(conditions: dict[str, Any], is_charged: bool) -> None:
    seller = build_company()
    account = build_customer(seller, is_printed=False, segment="retail")
    build_plan(seller, code="gold")
    set_fees(seller, NewFeeRule("Handling", "paper", **conditions))
    bill(seller)
    assert tell(account) == ["Seat: 8.00", "Handling: 1.50"][: 1 + is_charged]


@pytest.mark.rule("CRM-31")
def test_the_definition_in_force_at_the_run_counts_and_past_bills_keep_theirs() -> None:
    seller = build_company()
    account = build_customer(seller)
    bill_and_post(seller)
    set_fees(seller, NewFeeRule("Paper bill, new", "small", presentment="post"))
    assert tell(account, status="posted")[1:] == ["Paper bill: 1.50", "Small bill: 2.00"]
    bill(seller, target_on=APRIL)
    assert tell(account) == ["Seat: 8.00", "Paper bill, new: 2.00"]
    remove_fee_definition(seller, code="paper-and-small", actor=ACTOR)
    assert not FeeDefinition.objects.exists()
    assert tell(account, status="posted")[1:] == ["Paper bill: 1.50", "Small bill: 2.00"]
    with pytest.raises(FeeDefinitionUnknown):
        remove_fee_definition(seller, code="paper-and-small", actor=ACTOR)


@pytest.mark.rule("CRM-31")
def test_several_definitions_count_each_on_its_own_days() -> None:
    seller = build_company()
    account = build_customer(seller)
    set_fees(seller, PAPER, valid_until=APRIL)
    set_fees(seller, NewFeeRule("Spring", "small"), code="spring", valid_from=APRIL)
    bill(seller)
    assert tell(account) == ["Seat: 8.00", "Paper bill: 1.50"]
    bill(seller, target_on=APRIL, invoice_on=APRIL)
    assert tell(account)[2:] == ["Seat: 8.00", "Spring: 2.00"]


@pytest.mark.rule("CRM-32")
def test_where_nothing_is_due_there_is_no_bill_and_no_fee() -> None:
    seller = build_company()
    account = build_customer(seller)
    bill_and_post(seller)
    run = bill(seller, target_on=date(2026, 3, 15))
    assert run.status == "completed"
    assert tell(account) == []


@pytest.mark.rule("CRM-32")
def test_a_canceled_run_takes_its_fees_back_and_the_next_charges_the_same() -> None:
    seller = build_company()
    account = build_customer(seller)
    run = bill(seller)
    first = tell(account)
    fee_documents = DocumentLine.objects.filter(kind="fee").values_list("document_id", flat=True)
    assert not BillingClaim.objects.filter(document_id__in=list(fee_documents)).exists()
    regenerate_account(run, account=account, at=AT, actor=ACTOR)
    assert tell(account) == first
    cancel_bill_run(run, at=AT, actor=ACTOR, reason="wrong date")
    run_jobs()
    assert tell(account) == []
    bill(seller)
    assert tell(account) == first == ["Seat: 8.00", "Paper bill: 1.50", "Small bill: 2.00"]


@pytest.mark.rule("CRM-32")
def test_fees_go_with_the_bill_that_is_rejected_or_dropped_and_can_be_left_out_alone() -> None:
    seller = build_company()
    account = build_customer(seller)
    run = bill(seller)
    small = Document.objects.get(lines__description="Small bill")
    reject_draft(small, reason="as a courtesy", at=AT, actor=ACTOR)
    assert tell(account) == ["Seat: 8.00", "Paper bill: 1.50"]
    reject_draft(Document.objects.get(gross_minor=8_00), reason="wrong price", at=AT, actor=ACTOR)
    assert tell(account) == []
    regenerate_account(run, account=account, at=AT, actor=ACTOR)
    assert len(tell(account)) == 3
    drop_account(run, account=account, reason="asks for a pause", at=AT, actor=ACTOR)
    assert tell(account) == []


def test_a_fee_without_a_price_fails_its_account_or_by_invoice_only_itself() -> None:
    seller = build_company()
    account = build_customer(seller)
    Price.objects.filter(service__code="paper").update(valid_until=date(2026, 2, 1))
    run = bill(seller)
    row = BillRunAccount.objects.get(run=run, account=account)
    assert (row.status, "the fee Paper bill" in row.reason, tell(account)) == ("failed", True, [])


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (NewFeeRule("Paper", "seat"), "service"),
        (NewFeeRule("Paper", "paper", presentment="fax"), "presentment"),
        (NewFeeRule("Paper", "paper", plan="nothing"), "plan"),
        (NewFeeRule("Paper", "paper", total_below_minor=10_00), "currency"),
        (NewFeeRule("Paper", "paper", currency="USD", total_at_least_minor=5, total_below_minor=5), "total_below"),
        (NewFeeRule("", "paper"), "rules"),
    ],
)
def test_a_rule_that_can_not_be_meant_is_refused_with_its_field(rule: NewFeeRule, field: str) -> None:
    seller = build_company()
    build_service(seller)
    with pytest.raises(CatalogInvalid) as refused:
        set_fees(seller, rule)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_total_without_its_currency_is_refused_rather_than_left_out() -> None:
    assert parse_total("10.00", currency="USD", field="total_below") == 10_00
    assert parse_total(" ", currency="", field="total_below") is None
    with pytest.raises(InvalidInput):
        parse_total("10.00", currency="", field="total_below")
