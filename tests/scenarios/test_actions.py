"""Actions on subscriptions: previewed, done with their bill in one transaction, or refused whole. Worked by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.invoicing.models import BillRunAccount, Document
from tallystick.invoicing.queries.action_bill import ActionBill
from tallystick.journeys.check_books import check_books
from tallystick.journeys.perform_action import perform_action, preview_action
from tallystick.ledger.models import LedgerTransaction
from tallystick.sellers.models import BillingRule
from tallystick.subscriptions.core.action_kinds import (
    ADD_EXPENSE,
    ADD_SERVICES,
    AMEND_SERVICES,
    CHANGE_QUANTITY,
    END_SERVICE,
    START_SERVICE,
    SWAP_SERVICE,
)
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tests.support.builders import ACTOR, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.catalogs import fill_plan
from tests.support.corrections import pay
from tests.support.stories import bill, bill_and_post

pytestmark = pytest.mark.django_db

MARCH, THE_ELEVENTH, APRIL = date(2026, 3, 1), date(2026, 3, 11), date(2026, 4, 1)
NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
CREDIT_NOTE, INVOICE = "credit_note", "invoice"


def build_story(billing_model: str = "prebill_pay_after", **terms: Any) -> Account:
    """Basic at 31.00 a month is agreed; Movies at 62.00, Sports at 93.00, HD at 31.00 and a dish at 50.00 can be."""
    seller = build_seller()
    basic = build_service(seller, code="basic", unit_price="31.00", price_model="per_unit")
    for code, unit_price in (("movies", "62.00"), ("sports", "93.00"), ("hd", "31.00")):
        build_service(seller, code=code, unit_price=unit_price, price_model="per_unit")
    build_service(seller, code="dish", unit_price="50.00", kind="one_off")
    plan = build_plan(seller, code="tv")
    Plan.objects.filter(pk=plan.pk).update(billing_model=billing_model)
    fill_plan(seller, "tv", mandatory=["basic"], optional=["movies", "sports", "hd", "dish"])
    account = build_account(seller, **terms)
    build_subscription(account, plan, basic)
    return account


def get_id(account: Account) -> int:
    return Subscription.objects.get(account=account).pk


def act(account: Account, kind: str, *adds: str, **how: Any) -> ActionBill:
    """Do an action at noon of the eleventh."""
    return perform_action(get_id(account), action=compose(kind, *adds, **how), reason="asked", at=NOON, actor=ACTOR)


def compose(kind: str, *adds: str, about: str = "", on: date = THE_ELEVENTH, quantity: int = 1) -> Action:
    services = tuple(NewService(code, on, quantity=Decimal(quantity)) for code in adds)
    ids = SubscriptionService.objects.filter(service__code=about).order_by("-pk").values_list("pk", flat=True)[:1]
    return Action(kind, on, services, tuple(ids))


def tell(bill: ActionBill) -> list[tuple[str, int]]:
    """Kind and net of each document."""
    return [(each.kind, each.net_minor) for each in bill.documents]


def assert_books_are_sound() -> None:
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("CRM-41")
def test_a_service_started_inside_a_month_is_billed_for_the_days_left() -> None:
    account = build_story()
    bill_and_post(account.seller)

    assert tell(act(account, START_SERVICE, "movies")) == [(INVOICE, 4200)]  # 62.00 x 21/31
    assert_books_are_sound()


@pytest.mark.rule("CRM-42")
def test_a_swap_credits_the_old_and_bills_the_new_on_one_bill() -> None:
    account = build_story()
    bill_and_post(account.seller)
    act(account, START_SERVICE, "movies")

    assert tell(act(account, SWAP_SERVICE, "sports", about="movies")) == [(CREDIT_NOTE, 4200), (INVOICE, 6300)]
    assert len(set(Document.objects.order_by("-pk").values_list("bill_id", flat=True)[:2])) == 1
    assert_books_are_sound()


@pytest.mark.rule("CRM-47")
def test_services_added_together_stand_on_one_invoice_in_rank_order() -> None:
    account = build_story()
    bill_and_post(account.seller)

    (invoice,) = act(account, ADD_SERVICES, "sports", "movies").documents

    assert sorted((line.description, line.net_minor) for line in invoice.lines) == [("Movies", 4200), ("Sports", 6300)]
    assert all((line.part_days, line.full_days) == (21, 31) for line in invoice.lines)


@pytest.mark.rule("CRM-48")
def test_an_expense_is_billed_in_full_on_any_day() -> None:
    account = build_story()
    bill_and_post(account.seller)

    assert tell(act(account, ADD_EXPENSE, "dish")) == [(INVOICE, 5000)]


@pytest.mark.rule("CRM-51")
def test_amending_ends_some_and_adds_others_on_one_bill() -> None:
    account = build_story()
    bill_and_post(account.seller)
    act(account, START_SERVICE, "movies")

    assert tell(act(account, AMEND_SERVICES, "sports", "hd", "dish", about="movies")) == [
        (CREDIT_NOTE, 4200),
        (INVOICE, 6300 + 2100 + 5000),
    ]


def test_an_end_back_in_time_repairs_what_was_billed_since() -> None:
    account = build_story()
    act(account, START_SERVICE, "movies", on=MARCH)

    assert tell(act(account, END_SERVICE, about="movies", on=date(2026, 3, 2))) == [(CREDIT_NOTE, 6000)]
    assert_books_are_sound()


@pytest.mark.rule("CRM-26")
def test_a_preview_shows_the_bill_and_keeps_nothing() -> None:
    account = build_story()
    bill_and_post(account.seller)
    postings, services = LedgerTransaction.objects.count(), SubscriptionService.objects.count()

    shown = preview_action(get_id(account), action=compose(START_SERVICE, "movies"), at=NOON, actor=ACTOR)

    (document,) = shown.documents
    assert (document.number, document.net_minor, document.tax_minor, shown.total_minor) == ("", 4200, 882, 5082)
    (line,) = document.lines
    assert (line.description, line.part_days, line.full_days) == ("Movies", 21, 31)
    assert (LedgerTransaction.objects.count(), SubscriptionService.objects.count()) == (postings, services)
    assert tell(act(account, START_SERVICE, "movies")) == tell(shown)


@pytest.mark.rule("CRM-25")
def test_where_bills_are_paid_before_an_action_without_money_is_refused_whole() -> None:
    account = build_story("prebill_pay_before")
    postings = LedgerTransaction.objects.count()

    with pytest.raises(ActionNotFunded, match="not covered by credit"):
        act(account, ADD_SERVICES, "movies", "dish", on=THE_ELEVENTH)

    assert LedgerTransaction.objects.count() == postings
    assert SubscriptionService.objects.count() == 1
    event = SubscriptionEvent.objects.latest("pk")
    assert event.event == "refuse_action"
    assert event.reason.startswith("Add services on 2026-03-11")


@pytest.mark.rule("CRM-25")
def test_where_bills_are_paid_before_an_action_with_money_settles_its_bill() -> None:
    account = build_story("prebill_pay_before")
    pay(account, 30000)

    billed = act(account, START_SERVICE, "movies", on=THE_ELEVENTH)

    assert [each.open_minor for each in billed.documents] == [0]
    assert_books_are_sound()


@pytest.mark.rule("CRM-13")
def test_where_bills_are_paid_after_the_limit_bounds_what_is_owed_and_the_action_together() -> None:
    account = build_story(receivable_limit_minor=3751 + 5082)  # Basic 31.00 with VAT, and Movies 42.00 with VAT
    bill_and_post(account.seller)

    with pytest.raises(ActionNotFunded, match="is used"):
        act(account, START_SERVICE, "sports")
    assert tell(act(account, START_SERVICE, "movies")) == [(INVOICE, 4200)]


def test_a_waiting_draft_is_drafted_again_after_the_action() -> None:
    account = build_story()
    run = bill(account.seller, target_on=APRIL, at=datetime(2026, 3, 11, 9, 0, tzinfo=UTC))

    billed = act(account, CHANGE_QUANTITY, "basic", about="basic", quantity=3)

    assert tell(billed) == [(INVOICE, 1000 + 6300)]  # 31.00 x 10/31 and 3 x 31.00 x 21/31
    assert BillRunAccount.objects.get(run=run).status == "drafted"
    (draft,) = Document.objects.filter(run=run, status="draft")
    assert [(line.quantity, line.period_start_on) for line in draft.lines.all()] == [(Decimal(3), APRIL)]
    assert_books_are_sound()


def test_an_action_for_a_later_day_is_not_done_before() -> None:
    account = build_story()

    with pytest.raises(ActionNotPossible, match="schedule it"):
        act(account, START_SERVICE, "movies", on=APRIL)


@pytest.mark.rule("CRM-27")
def test_everything_wrong_with_an_action_is_told_and_nothing_is_done() -> None:
    account = build_story()

    with pytest.raises(ActionInvalid) as refused:
        act(account, SWAP_SERVICE, "movies", "sports")
    assert [each.field for each in refused.value.problems] == ["services", "service_ids"]

    with pytest.raises(ActionInvalid, match="must be one of"):
        act(account, "dance")


@pytest.mark.rule("CRM-42")
@pytest.mark.parametrize(
    ("change_day", "first_day", "documents"),
    [
        ("new", THE_ELEVENTH, [(CREDIT_NOTE, 2100), (INVOICE, 6300)]),  # 31.00 x 21/31 and 3 x 31.00 x 21/31
        ("old", date(2026, 3, 12), [(CREDIT_NOTE, 2000), (INVOICE, 6000)]),  # of 20 days
    ],
)
def test_the_day_of_a_change_belongs_to_whom_the_seller_says(
    change_day: str, first_day: date, documents: list[tuple[str, int]]
) -> None:
    account = build_story()
    BillingRule.objects.update(change_day=change_day)
    bill_and_post(account.seller)

    assert tell(act(account, CHANGE_QUANTITY, "basic", about="basic", quantity=3)) == documents
    assert SubscriptionService.objects.latest("pk").starts_on == first_day
    assert_books_are_sound()
    assert bill(account.seller, target_on=date(2026, 3, 31), at=NOON).status == "completed"
    assert not Document.objects.filter(status="draft").exists()


def test_another_quantity_keeps_the_negotiated_price_and_text_unless_others_are_given() -> None:
    account = build_story()
    SubscriptionService.objects.update(unit_price_override=Decimal("15.50"), description="As agreed")
    bill_and_post(account.seller)

    # 2 x 15.50 x 21/31 are billed, 15.50 x 21/31 taken back
    assert tell(act(account, CHANGE_QUANTITY, "basic", about="basic", quantity=2)) == [
        (CREDIT_NOTE, 1050),
        (INVOICE, 2100),
    ]
    changed = SubscriptionService.objects.latest("pk")
    assert (changed.unit_price_override, changed.description) == (Decimal("15.50"), "As agreed")

    act(account, SWAP_SERVICE, "basic", about="basic", quantity=2)
    assert SubscriptionService.objects.latest("pk").unit_price_override is None
    assert_books_are_sound()


@pytest.mark.parametrize(
    ("bills_the_day", "ends_on", "net_minor"),
    [(False, THE_ELEVENTH, 4200), (True, date(2026, 3, 12), 4000)],  # 62.00 x 21/31 and x 20/31
)
def test_the_day_on_which_a_service_ends_is_billed_as_that_of_a_cancellation(
    bills_the_day: bool, ends_on: date, net_minor: int
) -> None:
    account = build_story()
    BillingRule.objects.update(bills_cancellation_day=bills_the_day)
    act(account, START_SERVICE, "movies", on=MARCH)
    bill_and_post(account.seller)

    assert tell(act(account, END_SERVICE, about="movies")) == [(CREDIT_NOTE, net_minor)]
    assert SubscriptionService.objects.latest("pk").ends_on == ends_on
    assert_books_are_sound()
