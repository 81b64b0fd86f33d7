"""Billing terms amended from a day on: the old basis is closed, the new one billed from there (CRM-39, CRM-52)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPrice
from tallystick.catalog.models import Plan
from tallystick.catalog.operations.create_price import create_price
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.invoicing.models import Document
from tallystick.subscriptions.core.action_kinds import AMEND_TERMS, START_SERVICE
from tallystick.subscriptions.core.actions import AmendedTerms
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible, SubscriptionInvalid
from tallystick.subscriptions.models import FormerTerms, Subscription, SubscriptionService
from tests.support.action_company import (
    APRIL,
    CREDIT_NOTE,
    IN_ARREARS,
    INVOICE,
    MARCH,
    PAY_AFTER,
    PAY_BEFORE,
    THE_ELEVENTH,
    act,
    assert_books_are_sound,
    build_story,
    get_service,
    get_subscription,
    tell,
    tell_lines,
)
from tests.support.builders import ACTOR, build_discount, build_plan
from tests.support.catalogs import fill_plan
from tests.support.corrections import pay
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

APRIL_1 = datetime(2026, 4, 1, 9, tzinfo=UTC)


def build_prepaid(billing_model: str = PAY_AFTER) -> Account:
    """A subscription under the scheme prepaid, billed for March from money that is there."""
    account = build_story(billing_model)
    Subscription.objects.filter(account=account).update(scheme="prepaid")
    pay(account, 3100)
    bill_and_post(account.seller)
    return account


def build_gold(account: Account, *, unit_price: str = "93.00", service: str = "basic") -> None:
    """A plan in which Basic has a price of its own."""
    build_plan(account.seller, code="gold")
    fill_plan(account.seller, "gold", mandatory=[service])
    price = NewPrice(service, "EUR", Decimal(unit_price), date(2020, 1, 1), plan="gold")
    create_price(account.seller, price=price, actor=ACTOR)


def list_lines(account: Account) -> list[tuple[str, date | None, date | None, int]]:
    rows = Document.objects.filter(account=account, status="posted").order_by("pk", "lines__position")
    names = "kind", "lines__period_start_on", "lines__period_end_on", "lines__net_minor"
    return list(rows.values_list(*names))


@pytest.mark.rule("CRM-39")
@pytest.mark.rule("CRM-52")
def test_from_prepaid_to_normal_the_unused_days_are_credited_and_billed_from_the_change() -> None:
    account = build_prepaid()

    billed = act(account, AMEND_TERMS, terms=AmendedTerms(scheme="normal"))

    assert tell(billed) == [(CREDIT_NOTE, 2100), (INVOICE, 2100)]
    assert len(set(Document.objects.order_by("-pk").values_list("bill_id", flat=True)[:2])) == 1
    assert get_subscription(account).scheme == "normal"
    assert_books_are_sound()


@pytest.mark.rule("CRM-39")
def test_from_prepaid_to_normal_in_arrears_the_rest_is_credited_and_the_run_bills_it() -> None:
    account = build_prepaid(IN_ARREARS)

    assert tell(act(account, AMEND_TERMS, terms=AmendedTerms(scheme="normal"))) == [(CREDIT_NOTE, 2100)]

    bill_and_post(account.seller, target_on=date(2026, 3, 31), at=APRIL_1)
    assert list_lines(account)[-1] == (INVOICE, THE_ELEVENTH, APRIL, 2100)
    assert_books_are_sound()


@pytest.mark.rule("CRM-52")
def test_any_other_amendment_charges_nothing_at_the_action() -> None:
    account = build_story()
    bill_and_post(account.seller)
    build_gold(account)

    assert tell(act(account, AMEND_TERMS, terms=AmendedTerms(scheme="prepaid"))) == [(CREDIT_NOTE, 2100)]
    assert tell(act(account, AMEND_TERMS, terms=AmendedTerms(plan="gold"))) == []
    assert_books_are_sound()


@pytest.mark.rule("CRM-52")
def test_a_prepaid_subscription_is_billed_from_own_funds_or_not_at_all_whatever_its_plan_says() -> None:
    account = build_story(PAY_AFTER)
    Subscription.objects.filter(account=account).update(scheme="prepaid")
    bill_and_post(account.seller)
    assert not Document.objects.exists()

    with pytest.raises(ActionNotFunded):
        act(account, START_SERVICE, "movies")
    pay(account, 7300)
    billed = act(account, START_SERVICE, "movies")
    assert [each.open_minor for each in billed.documents] == [0]


@pytest.mark.rule("CRM-39")
def test_the_test_is_that_of_the_new_terms() -> None:
    account = build_prepaid(PAY_BEFORE)
    build_gold(account)
    Plan.objects.filter(code="gold").update(billing_model=PAY_BEFORE)

    with pytest.raises(ActionNotFunded):
        act(account, AMEND_TERMS, terms=AmendedTerms(scheme="normal", plan="gold"))
    assert (get_subscription(account).scheme, get_subscription(account).plan.code) == ("prepaid", "tv")
    assert not FormerTerms.objects.exists()

    pay(account, 6300 - 2100)
    billed = act(account, AMEND_TERMS, terms=AmendedTerms(scheme="normal", plan="gold"))
    assert tell(billed) == [(CREDIT_NOTE, 2100), (INVOICE, 6300)]
    assert [each.open_minor for each in billed.documents] == [0, 0]


def test_another_plan_takes_back_the_days_left_and_the_next_run_bills_them_by_the_new_one() -> None:
    account = build_story()
    bill_and_post(account.seller)
    build_gold(account)

    assert tell(act(account, AMEND_TERMS, terms=AmendedTerms(plan="gold"))) == [(CREDIT_NOTE, 2100)]

    bill_and_post(account.seller, target_on=APRIL, at=APRIL_1)
    assert list_lines(account)[2:] == [(INVOICE, THE_ELEVENTH, APRIL, 6300), (INVOICE, APRIL, date(2026, 5, 1), 9300)]
    assert_books_are_sound()


def test_what_the_new_plan_lacks_ends_and_what_it_needs_can_be_added() -> None:
    account = build_story()
    bill_and_post(account.seller)
    build_gold(account, service="sports")

    with pytest.raises(SubscriptionInvalid, match="needs sports, which is missing"):
        act(account, AMEND_TERMS, terms=AmendedTerms(plan="gold"))
    act(account, AMEND_TERMS, "sports", terms=AmendedTerms(plan="gold"))

    assert (get_service(account, "basic").status, get_service(account, "sports").starts_on) == ("ended", THE_ELEVENTH)
    assert_books_are_sound()


def test_in_arrears_days_before_the_change_are_billed_by_the_former_terms() -> None:
    account = build_story(IN_ARREARS)
    build_gold(account)
    Plan.objects.filter(code="gold").update(billing_model=IN_ARREARS)

    assert tell(act(account, AMEND_TERMS, terms=AmendedTerms(plan="gold"))) == []

    bill_and_post(account.seller, target_on=date(2026, 3, 31), at=APRIL_1)
    assert sorted(list_lines(account)) == [(INVOICE, MARCH, THE_ELEVENTH, 1000), (INVOICE, THE_ELEVENTH, APRIL, 6300)]
    assert_books_are_sound()


def test_another_anchor_day_makes_a_partial_period_up_to_it() -> None:
    account = build_story()
    bill_and_post(account.seller)

    act(account, AMEND_TERMS, terms=AmendedTerms(anchor_day=21))

    bill_and_post(account.seller, target_on=date(2026, 3, 21), at=datetime(2026, 3, 21, 9, tzinfo=UTC))
    # 10 of the 28 days from 21 February to 21 March: 31.00 x 10/28
    assert list_lines(account)[1:] == [
        (CREDIT_NOTE, THE_ELEVENTH, APRIL, 2100),
        (INVOICE, THE_ELEVENTH, date(2026, 3, 21), 1107),
        (INVOICE, date(2026, 3, 21), date(2026, 4, 21), 3100),
    ]
    assert_books_are_sound()


def test_from_month_to_year_and_back() -> None:
    account = build_story()
    bill_and_post(account.seller)
    yearly = NewPrice("basic", "EUR", Decimal("365.00"), date(2020, 1, 1), interval_months=12)
    create_price(account.seller, price=yearly, actor=ACTOR)

    act(account, AMEND_TERMS, terms=AmendedTerms(interval_months=12, anchor_day=11))
    bill_and_post(account.seller, at=datetime(2026, 3, 12, 9, tzinfo=UTC), target_on=THE_ELEVENTH)
    assert list_lines(account)[1:] == [
        (CREDIT_NOTE, THE_ELEVENTH, APRIL, 2100),
        (INVOICE, THE_ELEVENTH, date(2027, 3, 11), 36500),
    ]

    # 21 days of the year were used when it goes back: 344.00 are taken back, and a month begins.
    act(account, AMEND_TERMS, at=APRIL_1, terms=AmendedTerms(interval_months=1, anchor_day=1))
    bill_and_post(account.seller, target_on=APRIL, at=APRIL_1)
    assert list_lines(account)[3:] == [
        (CREDIT_NOTE, APRIL, date(2027, 3, 11), 34400),
        (INVOICE, APRIL, date(2026, 5, 1), 3100),
    ]
    assert_books_are_sound()


def test_a_change_back_in_time_repairs_what_was_billed_since() -> None:
    account = build_story()
    bill_and_post(account.seller)
    bill_and_post(account.seller, target_on=APRIL, at=APRIL_1)
    build_gold(account)

    billed = act(account, AMEND_TERMS, on=THE_ELEVENTH, at=APRIL_1, terms=AmendedTerms(plan="gold"))

    assert sorted(line[3] for line in tell_lines(billed)) == [2100, 3100]
    assert {each.kind for each in billed.documents} == {CREDIT_NOTE}
    bill_and_post(account.seller, target_on=APRIL, at=APRIL_1)
    assert sorted(line[3] for line in list_lines(account)[-2:]) == [6300, 9300]
    assert_books_are_sound()


def test_discounts_go_on_and_a_price_for_another_interval_does_not() -> None:
    account = build_story()
    build_gold(account)
    build_discount(get_service(account, "basic"), value="10")

    act(account, AMEND_TERMS, terms=AmendedTerms(plan="gold"))
    assert [each.value for each in get_service(account, "basic").discounts.all()] == [10]

    SubscriptionService.objects.filter(pk=get_service(account, "basic").pk).update(unit_price_override=5)
    with pytest.raises(ActionNotPossible, match="of its own for its interval"):
        act(account, AMEND_TERMS, terms=AmendedTerms(interval_months=12))


@pytest.mark.rule("CRM-27")
def test_terms_that_change_nothing_or_do_not_exist_are_refused() -> None:
    account = build_story()
    with pytest.raises(ActionNotPossible, match="are so already"):
        act(account, AMEND_TERMS, terms=AmendedTerms(anchor_day=1))
    with pytest.raises(SubscriptionInvalid, match="no plan 'lead'"):
        act(account, AMEND_TERMS, terms=AmendedTerms(plan="lead"))
    with pytest.raises(ActionInvalid, match=r"terms\.scheme"):
        act(account, AMEND_TERMS, terms=AmendedTerms(scheme="barter"))
