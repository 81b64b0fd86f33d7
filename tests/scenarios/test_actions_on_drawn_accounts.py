"""Actions where the account is drawn on: the charge is drawn, the month's statement asks for it. Worked by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan
from tallystick.credit.operations.restrict_spending import restrict_spending
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.invoicing.models import Document
from tallystick.invoicing.queries.action_bill import ActionBill
from tallystick.journeys.perform_action import perform_action, preview_action
from tallystick.plumbing import clock
from tallystick.subscriptions.core.action_kinds import END_SERVICE, START_SERVICE, SWAP_SERVICE
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.catalogs import fill_plan
from tests.support.drawn import fund, pay_in, require_books, tell_balance, tell_draws, tell_statements
from tests.support.schedules import advance_to
from tests.support.stories import bill, post

pytestmark = [pytest.mark.django_db, pytest.mark.rule("BIL-8", "CRM-25", "UNI-7")]

MARCH, THE_ELEVENTH, APRIL = date(2026, 3, 1), date(2026, 3, 11), date(2026, 4, 1)
NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


def build_story(policy: str, *, billing_model: str = "prebill_pay_after", limit_minor: int = 100_00) -> Account:
    """Basic at 31.00 a month, drawn for March by a posted run; Movies at 62.00 can be added. No VAT."""
    clock.set_clock(AT)
    seller = build_seller(country="US", currency="USD")
    basic = build_service(seller, code="basic", unit_price="31.00", price_model="per_unit")
    build_service(seller, code="movies", unit_price="62.00", price_model="per_unit")
    plan = build_plan(seller, code="tv")
    Plan.objects.filter(pk=plan.pk).update(billing_model=billing_model)
    fill_plan(seller, "tv", mandatory=[], optional=["basic", "movies"])
    account = build_account(seller)
    build_subscription(account, plan, basic)
    SubscriptionService.objects.update(is_mandatory=False)
    fund(account, policy, limit_minor=limit_minor)
    if billing_model == "prebill_pay_before":
        pay_in(account, 31_00, on=MARCH)
    post(bill(seller))
    clock.set_clock(NOON)
    return account


def act(account: Account, kind: str, *adds: str, about: str = "", quantity: int = 1) -> ActionBill:
    return perform_action(
        _id(account), action=_compose(kind, adds, about, quantity), reason="asked", at=NOON, actor=ACTOR
    )


def preview(account: Account, kind: str, *adds: str) -> ActionBill:
    return preview_action(_id(account), action=_compose(kind, adds, "", 1), at=NOON, actor=ACTOR)


def tell(billed: ActionBill) -> list[tuple[str, int, int]]:
    return [(each.kind, each.gross_minor, each.open_minor) for each in billed.documents]


@pytest.mark.parametrize("policy", ["postpaid", "credit_limit"])
def test_a_service_that_is_added_is_drawn_and_stands_on_the_statement(policy: str) -> None:
    account = build_story(policy)
    # 62.00 x 21/31 = 42.00 for the 11th to the end of March
    assert tell(preview(account, START_SERVICE, "movies")) == [("drawn", 42_00, 0)]
    assert tell_draws(account) == ["Mar 3100 0"]

    billed = act(account, START_SERVICE, "movies")

    assert tell(billed) == [("drawn", 42_00, 0)]
    assert [(line.description, line.why) for line in billed.documents[0].lines] == [
        ("Movies", "1 × 62.00 × 21/31 = 42.00; 21 of 31 days, by the days of the period")
    ]
    assert billed.total_minor == 42_00
    assert not Document.objects.exists()
    assert tell_balance(account) == "-73.00 = 0.00 - 0.00 - 73.00"
    require_books()
    advance_to(APRIL)
    (statement,) = tell_statements(account)
    assert statement.endswith("73.00 (31.00, 42.00)")
    require_books()


def test_a_swap_takes_back_what_was_drawn_and_draws_the_difference() -> None:
    account = build_story("postpaid")
    billed = act(account, SWAP_SERVICE, "movies", about="basic")
    # March's 31.00 is taken back, 10 of its 31 days drawn again, then 21 of 31 days of 62.00
    assert tell_draws(account) == ["Mar 3100 0", "Mar -3100 0", "Mar 1000 0", "Mar 4200 0"]
    assert billed.total_minor == 21_00
    assert tell_balance(account) == "-52.00 = 0.00 - 0.00 - 52.00"
    require_books()


def test_the_end_of_a_service_gives_the_days_left_back_to_the_balance() -> None:
    account = build_story("postpaid")
    act(account, START_SERVICE, "movies")
    assert act(account, END_SERVICE, about="movies").total_minor == -42_00
    assert tell_balance(account) == "-31.00 = 0.00 - 0.00 - 31.00"
    require_books()


@pytest.mark.rule("BIL-5")
def test_a_limit_that_the_charge_would_pass_refuses_the_action_whole() -> None:
    account = build_story("credit_limit", limit_minor=72_99)
    with pytest.raises(ActionNotFunded, match=r"31\.00 of a limit of 72\.99 is used"):
        act(account, START_SERVICE, "movies")
    assert SubscriptionService.objects.count() == 1
    assert tell_draws(account) == ["Mar 3100 0"]
    require_books()


@pytest.mark.rule("BIL-5")
def test_a_charge_that_just_fits_the_limit_passes() -> None:
    account = build_story("credit_limit", limit_minor=73_00)
    assert act(account, START_SERVICE, "movies").total_minor == 42_00


@pytest.mark.rule("BIL-35")
def test_a_restriction_of_purchases_refuses_what_costs_and_lets_an_end_pass() -> None:
    account = build_story("postpaid")
    restrict_spending(
        account.pk, stops_purchases=True, stops_renewals=False, reason="fraud feared", at=NOON, actor=ACTOR
    )
    with pytest.raises(ActionNotFunded, match=r"0\.00 may be spent on this account"):
        act(account, START_SERVICE, "movies")
    assert act(account, END_SERVICE, about="basic").total_minor == -21_00


@pytest.mark.rule("CRM-14")
def test_what_is_paid_before_is_drawn_from_own_money_and_never_from_a_limit() -> None:
    account = build_story("credit_limit", billing_model="prebill_pay_before")
    with pytest.raises(ActionNotFunded, match=r"42\.00 of it is not covered by credit"):
        act(account, START_SERVICE, "movies")
    pay_in(account, 42_00, on=THE_ELEVENTH)
    assert tell(act(account, START_SERVICE, "movies")) == [("drawn", 42_00, 0)]
    assert tell_balance(account) == "0.00 = 73.00 - 0.00 - 73.00"
    require_books()


def test_a_prepaid_account_spends_no_more_than_it_has() -> None:
    account = build_story("postpaid")
    fund(account, "prepaid")
    pay_in(account, 31_00 + 41_99, on=THE_ELEVENTH)
    with pytest.raises(ActionNotFunded, match=r"41\.99 may be spent on this account"):
        act(account, START_SERVICE, "movies")


def _compose(kind: str, adds: tuple[str, ...], about: str, quantity: int) -> Action:
    services = tuple(NewService(code, THE_ELEVENTH, quantity=Decimal(quantity)) for code in adds)
    ids = SubscriptionService.objects.filter(service__code=about).order_by("-pk").values_list("pk", flat=True)[:1]
    return Action(kind, THE_ELEVENTH, services, tuple(ids))


def _id(account: Account) -> int:
    return Subscription.objects.get(account=account).pk
