"""Draws one by one: their tax, taking them back, what stands in the way, and restrictions by staff."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tallystick.accounts.models import Account
from tallystick.catalog.models import Service
from tallystick.credit.core.spendable import compute_spendable, may_spend
from tallystick.credit.errors import NothingRestricts, NotPostpaid
from tallystick.credit.operations.restrict_spending import lift_restriction, restrict_spending
from tallystick.credit.queries import get_funds
from tallystick.errors import InvalidInput
from tallystick.invoicing.errors import DrawStated, MonthNotOver, RunHasDraws, StatementStands
from tallystick.invoicing.models import BillRunAccount, Document, Draw
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.delete_bill_run import delete_bill_run
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.invoicing.operations.void_document import void_document
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.ledger.models import LedgerEntry
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import DeactivationCandidate, SubscriptionService
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
from tests.support.drawn import fund, pay_in, require_books, tell_balance, tell_draws, tell_statements
from tests.support.jobs import run_jobs
from tests.support.schedules import advance_to
from tests.support.stories import bill, post

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def subscribe(seller: Seller, policy: str, *prices: str, external_id: str = "A-1") -> Account:
    """An account with a service at each price for a month, from 1 March."""
    account = build_account(seller, external_id=external_id)
    services: list[Service] = [
        build_service(seller, code=f"{external_id.lower()}-{n}", unit_price=price) for n, price in enumerate(prices, 1)
    ]
    plan = build_plan(seller, code=external_id.lower())
    build_subscription(account, plan, *services, external_id=f"S-{external_id}")
    return fund(account, policy)


def test_the_tax_of_draws_adds_up_to_that_of_their_statement(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "0.35", "0.35", "0.35")
    bill(seller)
    assert tell_draws(account) == ["Mar 35 7", "Mar 35 8", "Mar 35 7"]
    accrued = LedgerEntry.objects.filter(ledger_account="tax_accrued")
    assert [(each.amount_minor, each.detail) for each in accrued] == [
        (-7, "NL123456782B90 standard 21"),
        (-8, "NL123456782B90 standard 21"),
        (-7, "NL123456782B90 standard 21"),
    ]
    advance_to(APRIL)
    document = Document.objects.get()
    assert (document.net_minor, document.tax_minor, document.gross_minor) == (105, 22, 127)
    require_books()


def test_a_statement_below_zero_is_a_credit_note_that_frees_what_was_drawn(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "50.00")
    SubscriptionService.objects.update(unit_price_override=Decimal("-50"))
    bill(seller)
    assert tell_balance(account) == "60.50 = 0.00 - 0.00 - -60.50"
    advance_to(APRIL)
    assert tell_statements(account) == ["ACME-CN-000001 of 01 Apr for Mar, due 01 Apr: 60.50 (50.00)"]
    assert tell_balance(account) == "60.50 = 60.50 - 0.00 - 0.00"
    require_books()


def test_subscriptions_that_ask_for_their_own_invoice_get_their_own_statement(seller: Seller) -> None:
    account = build_account(seller)
    plan, seat = build_plan(seller), build_service(seller, unit_price="100.00")
    build_subscription(account, plan, seat, external_id="S-1")
    build_subscription(account, plan, seat, external_id="S-2", is_invoiced_separately=True)
    fund(account, "postpaid")
    bill(seller)
    advance_to(APRIL)
    assert [line.split(": ")[1] for line in tell_statements(account)] == ["121.00 (100.00)", "121.00 (100.00)"]
    require_books()


def test_a_dropped_account_gives_its_draws_back_and_can_be_drawn_again(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "100.00")
    run = bill(seller)
    drop_account(run, account=account, reason="asked to wait", at=AT, actor=ACTOR)
    assert tell_balance(account) == "0.00 = 0.00 - 0.00 - 0.00"
    assert SubscriptionService.objects.get().billed_through == MARCH
    regenerate_account(run, account=account, at=AT, actor=ACTOR)
    assert tell_draws(account) == ["Mar 10000 2100", "Mar -10000 -2100", "Mar 10000 2100"]
    assert BillRunAccount.objects.get().status == "drawn"
    assert [total.gross_minor for total in get_run_progress(run.pk).drawn] == [121_00]
    require_books()
    advance_to(APRIL)
    assert tell_statements(account)[0].endswith("121.00 (100.00)")
    require_books()


def test_what_stands_on_a_statement_is_not_taken_back_with_its_run(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "100.00")
    run = bill(seller)
    advance_to(APRIL)
    with pytest.raises(DrawStated):
        cancel_bill_run(run, reason="wrong", at=clock.now(), actor=ACTOR)
    with pytest.raises(DrawStated), transaction.atomic():
        drop_account(run, account=account, reason="wrong", at=clock.now(), actor=ACTOR)
    statement = Document.objects.get()
    with pytest.raises(StatementStands):
        void_document(statement, reason="wrong", at=clock.now(), actor=ACTOR)
    reverse_invoice(statement, reason="wrong", at=clock.now(), actor=ACTOR)
    assert tell_balance(account) == "0.00 = 0.00 - 0.00 - 0.00"
    assert SubscriptionService.objects.get().billed_through == MARCH  # billed again by the next run
    require_books()


def test_a_run_that_drew_stays_with_its_draws(seller: Seller) -> None:
    subscribe(seller, "postpaid", "100.00")
    run = bill(seller)
    cancel_bill_run(run, reason="wrong", at=AT, actor=ACTOR)
    run_jobs()
    with pytest.raises(RunHasDraws):
        delete_bill_run(run, reason="tidy up", at=AT, actor=ACTOR)


@pytest.mark.parametrize("statement", ["UPDATE invoicing_draw SET net_minor = 1", "DELETE FROM invoicing_draw"])
def test_draws_are_append_only(seller: Seller, statement: str) -> None:
    subscribe(seller, "postpaid", "100.00")
    bill(seller)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Draw.objects.get().net_minor == 100_00


def test_a_month_that_is_not_over_has_no_statement(seller: Seller) -> None:
    with pytest.raises(MonthNotOver, match="March 2026 is not over"):
        start_statements(seller, month_on=MARCH, at=AT, actor=ACTOR)


def test_what_is_drawn_for_a_closed_month_stands_on_the_next_statement(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "100.00")
    bill(seller)
    advance_to(APRIL + timedelta(days=2))
    late = subscribe(seller, "postpaid", "10.00", external_id="A-2")
    bill(seller, at=clock.now(), target_on=date(2026, 3, 31), invoice_on=date(2026, 3, 31))
    assert tell_draws(late) == ["Apr 1000 210"]
    assert tell_draws(account) == ["Mar 10000 2100"]
    require_books()


@pytest.mark.rule("BIL-35")
def test_only_staff_restrict_a_postpaid_account_and_they_lift_it_again(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "100.00")
    with pytest.raises(InvalidInput):
        restrict_spending(account.pk, stops_purchases=False, stops_renewals=False, reason="fraud", at=AT, actor=ACTOR)
    restrict_spending(account.pk, stops_purchases=True, stops_renewals=True, reason="fraud", at=AT, actor=ACTOR)
    assert (get_funds(account).spendable_minor, get_funds(account).restriction) == (0, "fraud")
    bill(seller)
    row = BillRunAccount.objects.get()
    assert (row.status, row.reason) == ("not_renewed", "1 service not renewed: staff stopped its renewals")
    assert list(DeactivationCandidate.objects.values_list("status", "reason")) == [("queued", "restricted")]
    lift_restriction(account.pk, reason="cleared up", at=AT, actor=ACTOR)
    with pytest.raises(NothingRestricts):
        lift_restriction(account.pk, reason="again", at=AT, actor=ACTOR)
    bill(seller)
    assert tell_balance(account) == "-121.00 = 0.00 - 0.00 - 121.00"
    assert list(DeactivationCandidate.objects.values_list("status", flat=True)) == ["cleared"]
    require_books()


@pytest.mark.rule("CRM-21")
def test_a_queued_service_tells_why_it_was_not_renewed_when_last_looked_at(seller: Seller) -> None:
    account = subscribe(seller, "prepaid", "100.00")
    bill(seller)
    (queued,) = DeactivationCandidate.objects.all()
    assert queued.reason == "no_funds"
    fund(account, "postpaid")
    restrict_spending(account.pk, stops_purchases=False, stops_renewals=True, reason="fraud", at=AT, actor=ACTOR)
    bill(seller, at=AT + timedelta(days=1))
    (still,) = DeactivationCandidate.objects.all()
    assert (still.pk, still.reason, still.queued_at) == (queued.pk, "restricted", queued.queued_at)


@pytest.mark.rule("BIL-35")
def test_purchases_alone_may_be_stopped_and_only_of_postpaid_accounts(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "100.00")
    restrict_spending(account.pk, stops_purchases=True, stops_renewals=False, reason="no more", at=AT, actor=ACTOR)
    bill(seller)
    assert tell_balance(account) == "-121.00 = 0.00 - 0.00 - 121.00"
    limited = subscribe(seller, "credit_limit", "1.00", external_id="A-2")
    with pytest.raises(NotPostpaid, match="credit limit"):
        restrict_spending(limited.pk, stops_purchases=True, stops_renewals=True, reason="no", at=AT, actor=ACTOR)


@pytest.mark.rule("BIL-1", "BIL-4", "BIL-30")
def test_what_a_prepaid_account_has_no_money_for_is_not_drafted(seller: Seller) -> None:
    account = subscribe(seller, "prepaid", "100.00")
    pay_in(account, 120_99, on=MARCH)
    bill(seller)
    assert (BillRunAccount.objects.get().reason, Document.objects.count()) == (
        "1 service not renewed: not enough money",
        0,
    )
    assert tell_balance(account) == "120.99 = 120.99 - 0.00 - 0.00"
    pay_in(account, 1, on=MARCH)
    post(bill(seller))
    assert tell_balance(account) == "0.00 = 0.00 - 0.00 - 0.00"
    assert Document.objects.get().open_minor == 0
    require_books()


@pytest.mark.rule("BIL-1", "BIL-4", "BIL-30")
def test_a_prepaid_account_pays_as_it_is_posted_or_is_not_posted(seller: Seller) -> None:
    account = subscribe(seller, "invoiced", "100.00")
    pay_in(account, 120_99, on=MARCH)
    run = bill(seller)
    fund(account, "prepaid")  # after the drafts were tested, before they are posted
    post(run)
    told = BillRunAccount.objects.get().reason
    assert told == "Not posted: its account or bill-to changed since the review; draft it again"
    BillRunAccount.objects.update(input_digest="")  # posting requires the money even where it can't tell what changed
    post(run)
    row = BillRunAccount.objects.get()
    assert row.reason.startswith("Not posted: A prepaid account pays from what it has, and 0.01 EUR are missing")
    assert tell_balance(account) == "120.99 = 120.99 - 0.00 - 0.00"
    pay_in(account, 1, on=MARCH)
    post(run)
    assert tell_balance(account) == "0.00 = 0.00 - 0.00 - 0.00"
    assert Document.objects.get().open_minor == 0
    require_books()


@pytest.mark.rule("BIL-30")
def test_golden_24_switched_off_at_a_negative_balance_nothing_more_is_charged(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", "100.00")
    bill(seller)
    funds = get_funds(fund(account, "prepaid"))
    assert (funds.balance_minor, funds.spendable_minor) == (-121_00, 0)
    for balance_minor, allowed in ((-1, False), (0, False), (1, True)):
        spendable = compute_spendable("prepaid", balance_minor=balance_minor)
        assert may_spend(1, spendable_minor=spendable) is allowed
