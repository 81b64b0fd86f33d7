"""Actions on what runs bill too: each bills what it is about and nothing else, and runs under review tell of it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tallystick.accounts.core.funding import FundingTerms
from tallystick.accounts.models import Account
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.invoicing.models import AccountReview, BillRunAccount, BillRunEvent, Document, DocumentLine
from tallystick.invoicing.queries.action_bill import ActionBill
from tallystick.journeys.check_books import check_books
from tallystick.journeys.perform_action import perform_action
from tallystick.sellers.models import BillingRule
from tallystick.subscriptions.core.action_kinds import ADD_EXPENSE, ADD_SERVICES, CHANGE_QUANTITY, START_SERVICE
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tests.scenarios.test_actions import build_story
from tests.support.builders import ACTOR
from tests.support.corrections import pay
from tests.support.stories import bill, bill_and_post, post

pytestmark = pytest.mark.django_db

MARCH, THE_ELEVENTH, APRIL, MAY = date(2026, 3, 1), date(2026, 3, 11), date(2026, 4, 1), date(2026, 5, 1)
NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


def act(account: Account, kind: str, *adds: str, about: str = "", at: datetime = NOON, quantity: int = 1) -> ActionBill:
    on = at.date()
    services = tuple(NewService(code, on, quantity=Decimal(quantity)) for code in adds)
    ids = SubscriptionService.objects.filter(service__code=about).order_by("-pk").values_list("pk", flat=True)[:1]
    subscription = Subscription.objects.get(account=account)
    action = Action(kind, on, services, tuple(ids))
    return perform_action(subscription.pk, action=action, reason="asked", at=at, actor=ACTOR)


def tell(bill: ActionBill) -> list[tuple[str, int]]:
    return [(line.description, line.net_minor) for each in bill.documents for line in each.lines]


def tell_lines(account: Account) -> list[tuple[str, date | None, date | None, int]]:
    lines = DocumentLine.objects.filter(document__account=account, document__status="posted")
    lines = lines.order_by("document", "position")
    return list(lines.values_list("description", "period_start_on", "period_end_on", "net_minor"))


def assert_books_are_sound() -> None:
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("CRM-41", "CRM-48")
def test_an_action_bills_what_it_is_about_and_leaves_what_else_is_due_to_its_run() -> None:
    account = build_story()  # Basic is due since the first, and no run has billed it
    assert tell(act(account, START_SERVICE, "movies")) == [("Movies", 4200)]  # 62.00 x 21/31
    assert tell(act(account, ADD_EXPENSE, "dish")) == [("Dish", 5000)]
    bill_and_post(account.seller, at=NOON)
    assert tell_lines(account)[2:] == [("Basic", MARCH, APRIL, 3100)]
    assert_books_are_sound()


@pytest.mark.rule("CRM-48", "CRM-25")
def test_paid_before_what_else_is_due_does_not_stand_in_the_way_of_an_expense() -> None:
    account = build_story("prebill_pay_before")
    pay(account, 6050)  # the dish with its tax, and nothing for Basic
    assert tell(act(account, ADD_EXPENSE, "dish")) == [("Dish", 5000)]
    assert_books_are_sound()


@pytest.mark.rule("CRM-41")
def test_two_runs_under_review_let_an_action_through_and_are_drafted_again() -> None:
    account = build_story()
    first = bill(account.seller, target_on=MARCH)
    second = bill(account.seller, target_on=APRIL)
    act(account, START_SERVICE, "movies")
    drafts = Document.objects.filter(status="draft").order_by("run")
    assert list(drafts.values_list("run", "net_minor")) == [(first.pk, 3100), (second.pk, 9300)]  # April has both
    post(first)
    post(second)
    assert_books_are_sound()


def test_a_draft_that_an_action_replaced_is_told_in_the_review_and_the_history_of_its_run() -> None:
    account = build_story()
    bill_and_post(account.seller)
    run = bill(account.seller, target_on=APRIL)
    act(account, CHANGE_QUANTITY, "basic", about="basic", quantity=2)
    told = "37.51 before, 75.02 now; an action changed a subscription"  # April: 31.00 and 62.00, with 21 % VAT
    assert BillRunAccount.objects.get(run=run).redrafted_because == told
    review = AccountReview.objects.get(run=run, account=account)
    assert ["drafted_again", f"drafted again after the run: {told}"] in review.risks
    assert BillRunEvent.objects.filter(run=run, event="draft_again").count() == 1


def test_a_funding_policy_that_changed_since_the_review_is_not_posted_over() -> None:
    account = build_story()
    run = bill(account.seller)
    set_funding_policy(account.pk, terms=FundingTerms("prepaid"), reason="asked", at=NOON, actor=ACTOR)
    post(run)
    row = BillRunAccount.objects.get(run=run)
    assert row.reason == "Not posted: its account or bill-to changed since the review; draft it again"
    assert not Document.objects.filter(status="posted").exists()


@pytest.mark.rule("CRM-28")
@pytest.mark.parametrize(
    ("alignment", "at_once", "by_the_run"),
    [
        ("immediate", [("Movies", 4200)], [("Movies", APRIL, MAY, 6200)]),  # 62.00 x 21/31
        ("delayed", [], [("Movies", THE_ELEVENTH, APRIL, 4200), ("Movies", APRIL, MAY, 6200)]),
        ("whole", [("Movies", 6200)], [("Movies", APRIL, MAY, 6200)]),  # nothing prorated
    ],
)
def test_what_is_added_comes_to_the_billing_day_as_the_seller_says(
    alignment: str, at_once: list[tuple[str, int]], by_the_run: list[tuple[str, date, date, int]]
) -> None:
    account = build_story()
    BillingRule.objects.update(added_alignment=alignment)
    bill_and_post(account.seller)
    assert tell(act(account, ADD_SERVICES, "movies")) == at_once
    bill_and_post(account.seller, target_on=APRIL, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    billed = [line for line in tell_lines(account) if line[0] == "Movies"]
    assert billed[len(at_once) :] == by_the_run
    assert_books_are_sound()


@pytest.mark.rule("CRM-28")
def test_what_is_sold_once_or_replaces_another_is_no_addition_that_waits() -> None:
    account = build_story()
    BillingRule.objects.update(added_alignment="delayed")
    bill_and_post(account.seller)
    assert tell(act(account, ADD_EXPENSE, "dish")) == [("Dish", 5000)]
    changed = act(account, CHANGE_QUANTITY, "basic", about="basic", quantity=2)
    assert [each.net_minor for each in changed.documents] == [2100, 4200]
    assert_books_are_sound()
