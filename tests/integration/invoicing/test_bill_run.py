"""A bill run from start to posted, on real PostgreSQL: what it drafts, what it leaves, what can be taken back."""

from datetime import date
from typing import Any

import pytest

from tallystick.errors import Forbidden, InvalidInput, Refusal
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.errors import (
    BilledFurther,
    OnlyLine,
    RunHasPostedDocuments,
    WrongDocumentState,
    WrongRunState,
)
from tallystick.invoicing.models import BillingClaim, BillRun, BillRunAccount, Document, DocumentEvent
from tallystick.invoicing.operations.add_draft_line import add_draft_line
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.drop_draft_line import drop_draft_line
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance, sum_ledger_accounts
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import SubscriptionService
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
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db

CLERK = Actor(kind="staff", id="7", label="Clerk", permissions=frozenset({"bill_runs.create", "bill_runs.edit"}))


def run_for(seller: Seller, *, target_on: date = MARCH, chunk_size: int = 2000, **options: object) -> BillRun:
    run = start_bill_run(seller, target_on=target_on, chunk_size=chunk_size, at=AT, actor=ACTOR, **options)  # type: ignore[arg-type]
    run_jobs()
    run.refresh_from_db()
    return run


def post(run: BillRun) -> BillRun:
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def assert_books_in_order() -> None:
    assert list(check_books(actor=ACTOR)) == []


@pytest.fixture
def seller() -> Seller:
    return build_seller()


@pytest.fixture
def three_accounts(seller: Seller) -> Seller:
    plan, seat = build_plan(seller), build_service(seller, unit_price="100.00")
    for number in (1, 2, 3):
        build_subscription(build_account(seller, external_id=f"A-{number}"), plan, seat, external_id=f"S-{number}")
    return seller


@pytest.mark.rule("ZUO-15", "CRM-8")
def test_only_accounts_that_are_due_get_an_invoice(three_accounts: Seller) -> None:
    build_account(three_accounts, external_id="A-idle")
    run = run_for(three_accounts)
    assert run.status == "completed"
    assert list(Document.objects.values_list("account__external_id", "gross_minor", "status")) == [
        ("A-1", 121_00, "draft"),
        ("A-2", 121_00, "draft"),
        ("A-3", 121_00, "draft"),
    ]
    assert get_run_progress(run.pk).totals[0].gross_minor == 363_00


@pytest.mark.rule("CRM-19", "ZUO-9")
def test_a_second_run_with_the_same_target_date_finds_nothing_due(three_accounts: Seller) -> None:
    run_for(three_accounts)
    again = run_for(three_accounts)
    assert (again.status, again.documents.count(), again.run_accounts.count()) == ("completed", 0, 0)


@pytest.mark.rule("ZUO-2")
def test_target_date_decides_what_and_invoice_date_what_is_written(three_accounts: Seller) -> None:
    run = run_for(three_accounts, target_on=date(2026, 4, 30), invoice_on=MARCH)
    document = run.documents.first()
    assert document is not None and document.invoice_on == MARCH
    assert [line.period_start_on for line in document.lines.order_by("position")] == [MARCH, date(2026, 4, 1)]


@pytest.mark.rule("ZUO-10")
def test_posting_gives_gapless_numbers_and_makes_the_invoices_owed(three_accounts: Seller) -> None:
    run = post(run_for(three_accounts, chunk_size=2))
    assert run.status == "posted"
    assert list(Document.objects.order_by("pk").values_list("number", "status")) == [
        ("ACME-INV-000001", "posted"),
        ("ACME-INV-000002", "posted"),
        ("ACME-INV-000003", "posted"),
    ]
    sums = {row.ledger_account: row.amount_minor for row in sum_ledger_accounts("acme")}
    assert sums == {"receivable": 363_00, "revenue": -300_00, "tax_payable": -63_00}
    assert_books_in_order()


def test_a_posted_document_can_be_found_by_an_unguessable_token_and_drafts_have_none(three_accounts: Seller) -> None:
    run = run_for(three_accounts)
    assert set(Document.objects.values_list("public_token", "number")) == {(None, None)}
    post(run)
    tokens = set(Document.objects.values_list("public_token", flat=True))
    assert len(tokens) == 3 and all(token and len(token) >= 20 for token in tokens)


def test_each_step_leaves_who_when_and_what_behind(three_accounts: Seller) -> None:
    run = post(run_for(three_accounts))
    assert list(run.events.order_by("pk").values_list("event", "to_status")) == [
        ("create", "pending"),
        ("start", "running"),
        ("complete", "completed"),
        ("post", "posting"),
        ("finish_post", "posted"),
    ]
    document = Document.objects.first()
    events = DocumentEvent.objects.filter(document=document).order_by("pk")
    assert list(events.values_list("event", "to_status", "actor_label")) == [
        ("draft", "draft", "billing"),
        ("post", "posted", "a test"),
    ]


@pytest.mark.rule("ZUO-4", "ZUO-5")
def test_filters_by_account_segment_and_anchor_day_narrow_each_other(seller: Seller) -> None:
    plan, seat = build_plan(seller), build_service(seller)
    for number, segment, day in ((1, "retail", 1), (2, "retail", 15), (3, "council", 15)):
        account = build_account(seller, external_id=f"A-{number}", segment=segment, anchor_day=day)
        build_subscription(account, plan, seat, external_id=f"S-{number}")
    run = run_for(seller, filters=RunFilters(segments=("retail",), anchor_days=(15,)))
    assert list(run.documents.values_list("account__external_id", flat=True)) == ["A-2"]
    run = run_for(seller, filters=RunFilters(account_external_ids=("A-3",)))
    assert list(run.documents.values_list("account__external_id", flat=True)) == ["A-3"]


@pytest.mark.rule("ZUO-11")
def test_cancel_gives_every_charge_back_and_the_next_run_drafts_the_same(three_accounts: Seller) -> None:
    first = run_for(three_accounts, chunk_size=2)
    before = list(first.documents.order_by("account_id").values_list("account_id", "gross_minor"))
    cancel_bill_run(first, reason="wrong date", at=AT, actor=ACTOR)
    run_jobs()
    first.refresh_from_db()
    assert first.status == "canceled"
    assert set(Document.objects.values_list("status", flat=True)) == {"canceled"}
    assert not BillingClaim.objects.filter(released_at__isnull=True).exists()
    assert set(SubscriptionService.objects.values_list("billed_through", flat=True)) == {MARCH}
    second = run_for(three_accounts)
    assert list(second.documents.order_by("account_id").values_list("account_id", "gross_minor")) == before
    assert_books_in_order()


def test_an_account_that_someone_dropped_keeps_its_reason_when_the_run_is_canceled(three_accounts: Seller) -> None:
    run = run_for(three_accounts)
    first = BillRunAccount.objects.filter(run=run).order_by("account_id")[0].account
    drop_account(run, account=first, reason="ask them first", at=AT, actor=ACTOR)
    cancel_bill_run(run, reason="wrong date", at=AT, actor=ACTOR)
    run_jobs()
    reasons = list(BillRunAccount.objects.filter(run=run).order_by("account_id").values_list("reason", flat=True))
    assert reasons == ["ask them first", "Run canceled: wrong date", "Run canceled: wrong date"]


def test_cancel_wants_a_reason(three_accounts: Seller) -> None:
    run = run_for(three_accounts)
    with pytest.raises(InvalidInput, match="why"):
        cancel_bill_run(run, reason=" ", at=AT, actor=ACTOR)


@pytest.mark.rule("ZUO-10", "ZUO-11")
def test_posting_twice_and_canceling_what_is_posted_are_refused_with_the_reason(three_accounts: Seller) -> None:
    run = post(run_for(three_accounts))
    with pytest.raises(WrongRunState, match="posted already"):
        post_bill_run(run, at=AT, actor=ACTOR)
    with pytest.raises(WrongRunState, match="credit notes"):
        cancel_bill_run(run, reason="too late", at=AT, actor=ACTOR)
    assert Document.objects.filter(status="posted").count() == 3


def test_a_run_that_a_later_run_built_on_is_canceled_last(three_accounts: Seller) -> None:
    march = run_for(three_accounts)
    april = run_for(three_accounts, target_on=date(2026, 4, 1))
    with pytest.raises(BilledFurther, match="3 services"):
        cancel_bill_run(march, reason="redo", at=AT, actor=ACTOR)
    for run in (april, march):
        cancel_bill_run(run, reason="redo", at=AT, actor=ACTOR)
        run_jobs()
    assert set(BillRun.objects.values_list("status", flat=True)) == {"canceled"}
    assert_books_in_order()


@pytest.mark.rule("ZUO-13")
def test_an_account_that_fails_is_listed_with_its_reason_and_never_stops_another(three_accounts: Seller) -> None:
    plan, unpriced = (
        build_plan(three_accounts, code="extra"),
        build_service(three_accounts, code="unpriced", valid_from=date(2027, 1, 1)),
    )
    build_subscription(build_account(three_accounts, external_id="A-4"), plan, unpriced, external_id="S-4")
    run = run_for(three_accounts)
    assert run.status == "completed" and run.documents.count() == 3
    failed = BillRunAccount.objects.get(run=run, status="failed")
    assert failed.account.external_id == "A-4" and "Unpriced" in failed.reason and "2026-03-01" in failed.reason


@pytest.mark.rule("ZUO-13")
def test_a_run_fails_only_when_every_due_account_failed(seller: Seller) -> None:
    unpriced = build_service(seller, code="unpriced", valid_from=date(2027, 1, 1))
    build_subscription(build_account(seller), build_plan(seller), unpriced)
    assert run_for(seller).status == "failed"


@pytest.mark.rule("DEM-64")
def test_an_account_without_a_settled_vat_treatment_is_not_billed_at_zero(seller: Seller) -> None:
    build_subscription(build_account(seller, party={"country": ""}), build_plan(seller), build_service(seller))
    run = run_for(seller)
    assert run.documents.count() == 0
    assert "country" in BillRunAccount.objects.get(run=run).reason


@pytest.mark.rule("ZUO-47")
def test_one_account_can_be_dropped_and_drafted_again(three_accounts: Seller) -> None:
    run = run_for(three_accounts)
    account = three_accounts.accounts.get(external_id="A-2")
    drop_account(run, account=account, reason="disputed", at=AT, actor=ACTOR)
    assert get_run_progress(run.pk).documents == 2
    assert BillRunAccount.objects.get(run=run, account=account).reason == "disputed"
    regenerate_account(run, account=account, at=AT, actor=ACTOR)
    assert get_run_progress(run.pk).totals[0].gross_minor == 363_00
    drop_account(run, account=account, reason="disputed after all", at=AT, actor=ACTOR)
    post(run)
    assert not Document.objects.filter(account=account, status="posted").exists()
    assert run_for(three_accounts).documents.get().account == account
    assert_books_in_order()


@pytest.mark.rule("ZUO-47")
def test_a_draft_line_is_changed_with_a_reason_and_tax_and_totals_follow(three_accounts: Seller) -> None:
    run = run_for(three_accounts)
    document = run.documents.order_by("pk").first()
    assert document is not None
    changed = change_draft_line(document, position=1, net_minor=80_00, reason="agreed by phone", at=AT, actor=ACTOR)
    assert (changed.net_minor, changed.tax_minor, changed.gross_minor) == (80_00, 16_80, 96_80)
    event = document.events.get(event="change")
    assert event.reason == "line 1, 100.00 to 80.00: agreed by phone"
    assert get_run_progress(run.pk).totals[0].gross_minor == 338_80
    post(run)
    assert find_balance(document.account_id).receivable_minor == 96_80
    assert_books_in_order()


@pytest.mark.rule("ZUO-23", "DEM-26")
@pytest.mark.rule("ZUO-47")
def test_a_line_is_added_to_a_draft_and_taxed_as_its_service(three_accounts: Seller) -> None:
    build_service(three_accounts, code="setup", unit_price="50.00", kind="one_off")
    run = run_for(three_accounts)
    document = run.documents.order_by("pk")[0]
    changed = add_draft_line(
        document, service_code="setup", net_minor=50_00, reason="forgotten", at=AT, actor=ACTOR, description="Set-up"
    )
    # 100.00 and 50.00 at 21 %
    assert (changed.net_minor, changed.tax_minor, changed.gross_minor) == (150_00, 31_50, 181_50)
    line = changed.lines.order_by("position").last()
    assert line is not None
    assert (line.description, line.kind, line.revenue_code) == ("Set-up", "manual", "subscriptions")
    assert DocumentEvent.objects.filter(document=document, event="change").get().reason == (
        "line 2 added, Set-up, 50.00: forgotten"
    )
    post(run)
    assert_books_in_order()


@pytest.mark.rule("ZUO-47")
def test_a_line_is_dropped_from_a_draft_waived_and_not_billed_again(three_accounts: Seller) -> None:
    build_service(three_accounts, code="setup", unit_price="50.00", kind="one_off")
    run = run_for(three_accounts)
    document = run.documents.order_by("pk")[0]
    with pytest.raises(OnlyLine, match="would be empty"):
        drop_draft_line(document, position=1, reason="for free", at=AT, actor=ACTOR)
    add_draft_line(document, service_code="setup", net_minor=50_00, reason="instead", at=AT, actor=ACTOR)
    changed = drop_draft_line(document, position=1, reason="for free", at=AT, actor=ACTOR)
    assert (changed.net_minor, changed.gross_minor) == (50_00, 60_50)
    post(run)
    assert_books_in_order()
    run_for(three_accounts)
    assert not Document.objects.filter(account_id=document.account_id, status="draft").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"service_code": "setup", "net_minor": 0, "reason": "x"}, "net_minor"),
        ({"service_code": "setup", "net_minor": 1, "reason": " "}, "reason"),
        ({"service_code": "nothing", "net_minor": 1, "reason": "x"}, "service"),
        ({"service_code": "setup", "net_minor": -100_01, "reason": "x"}, "net_minor"),
    ],
)
def test_a_wrong_line_is_refused_naming_the_field_and_changes_nothing(
    three_accounts: Seller, given: dict[str, Any], field: str
) -> None:
    build_service(three_accounts, code="setup", unit_price="50.00", kind="one_off")
    run = run_for(three_accounts)
    document = run.documents.order_by("pk")[0]
    with pytest.raises(Refusal) as refused:
        add_draft_line(document, at=AT, actor=ACTOR, **given)
    assert refused.value.field == field
    assert document.lines.count() == 1
    assert_books_in_order()


def test_a_posted_line_is_never_changed(three_accounts: Seller) -> None:
    document = post(run_for(three_accounts)).documents.first()
    assert document is not None
    with pytest.raises(WrongDocumentState, match="credit note"):
        change_draft_line(document, position=1, net_minor=1, reason="late", at=AT, actor=ACTOR)


def test_discount_and_partial_period_stand_on_the_invoice_as_agreed(seller: Seller) -> None:
    # 15 March to 1 April of 100.00 a month: 17/31 = 54.84; 10 % of it 5.48; net 49.36, 21 % = 10.37 (10.3656)
    (service,) = build_subscription(
        build_account(seller), build_plan(seller), build_service(seller), starts_on=date(2026, 3, 15)
    )
    build_discount(service, value="10", label="Loyalty")
    run = run_for(seller, target_on=date(2026, 3, 15))
    document = run.documents.get()
    assert [(line.description, line.net_minor) for line in document.lines.order_by("position")] == [
        ("Seat", 54_84),
        ("Loyalty", -5_48),
    ]
    assert (document.net_minor, document.tax_minor) == (49_36, 10_37)


def test_a_clerk_can_draft_and_cancel_but_not_post(three_accounts: Seller) -> None:
    run = start_bill_run(three_accounts, target_on=MARCH, at=AT, actor=CLERK)
    run_jobs()
    run.refresh_from_db()
    with pytest.raises(Forbidden, match="Clerk may not post"):
        post_bill_run(run, at=AT, actor=CLERK)
    run.refresh_from_db()
    assert run.status == "completed"


def test_a_partly_posted_run_is_not_canceled(three_accounts: Seller) -> None:
    run = post(run_for(three_accounts))
    BillRun.objects.filter(pk=run.pk).update(status="completed")
    with pytest.raises(RunHasPostedDocuments, match="3 posted"):
        cancel_bill_run(run, reason="too late", at=AT, actor=ACTOR)
