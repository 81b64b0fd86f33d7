"""Discounts of subscriptions and accounts: given and ended, never removed."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.accounts.core.new_discount import NewAccountDiscount
from tallystick.accounts.errors import AccountDiscountInvalid, AccountDiscountUnknown, AccountUnknown
from tallystick.accounts.models import Account
from tallystick.accounts.operations.add_account_discount import add_account_discount
from tallystick.accounts.operations.end_account_discount import end_account_discount
from tallystick.accounts.queries import list_account_discounts
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.subscriptions.core.new_subscription import NewDiscount
from tallystick.subscriptions.errors import (
    SubscriptionDiscountInvalid,
    SubscriptionDiscountUnknown,
    SubscriptionUnknown,
)
from tallystick.subscriptions.models import Subscription, SubscriptionEvent
from tallystick.subscriptions.operations.add_subscription_discount import add_subscription_discount
from tallystick.subscriptions.operations.end_subscription_discount import end_subscription_discount
from tallystick.subscriptions.queries import list_subscription_discounts
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
MAY = date(2026, 5, 1)
PARTNER = NewAccountDiscount(Decimal(5), "Partner", from_on=date(2026, 3, 1))
BUNDLE = NewDiscount("amount", Decimal("6.00"), "Bundle", from_on=date(2026, 3, 1))


@pytest.fixture
def subscription() -> Subscription:
    seller = build_seller()
    service, plan = build_service(seller), build_plan(seller)
    (placed,) = build_subscription(build_account(seller), plan, service)
    return placed.subscription


@pytest.fixture
def account(subscription: Subscription) -> Account:
    return subscription.account


def test_discounts_of_a_subscription_stand_in_the_order_in_which_they_were_given(subscription: Subscription) -> None:
    for label in ("First", "Second"):
        add_subscription_discount(subscription.pk, discount=BUNDLE._replace(label=label), at=AT, actor=ACTOR)
    found = list_subscription_discounts([subscription.pk, 10**9])
    assert [each.label for each in found[subscription.pk]] == ["First", "Second"]


def test_giving_and_ending_one_are_events_that_leave_the_status(subscription: Subscription) -> None:
    given = add_subscription_discount(subscription.pk, discount=BUNDLE, at=AT, actor=ACTOR, reason="agreed")
    end_subscription_discount(given.pk, until_on=MAY, at=AT, actor=ACTOR, reason="moved")
    events = SubscriptionEvent.objects.filter(subscription=subscription).order_by("pk")
    assert [(each.event, each.to_status, each.reason) for each in events] == [
        ("add_discount", "active", "agreed"),
        ("end_discount", "active", "moved"),
    ]
    assert list_subscription_discounts([subscription.pk])[subscription.pk][0].until_on == MAY


@pytest.mark.parametrize(
    ("discount", "field"),
    [
        (BUNDLE._replace(value=Decimal(-1)), "value"),
        (BUNDLE._replace(value=Decimal(0)), "value"),
        (BUNDLE._replace(kind="gift"), "kind"),
        (BUNDLE._replace(until_on=date(2026, 2, 1)), "until_on"),
        (NewDiscount("percent", Decimal(101)), "value"),
    ],
)
def test_a_discount_of_a_subscription_that_makes_no_sense_is_refused(
    subscription: Subscription, discount: NewDiscount, field: str
) -> None:
    with pytest.raises(SubscriptionDiscountInvalid) as refusal:
        add_subscription_discount(subscription.pk, discount=discount, at=AT, actor=ACTOR)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_an_end_only_shortens(subscription: Subscription, account: Account) -> None:
    shared = add_subscription_discount(subscription.pk, discount=BUNDLE._replace(until_on=MAY), at=AT, actor=ACTOR)
    partner = add_account_discount(account.pk, discount=PARTNER._replace(until_on=MAY), at=AT, actor=ACTOR)
    for until_on in (date(2026, 6, 1), date(2026, 2, 1)):
        with pytest.raises(SubscriptionDiscountInvalid):
            end_subscription_discount(shared.pk, until_on=until_on, at=AT, actor=ACTOR)
        with pytest.raises(AccountDiscountInvalid):
            end_account_discount(partner.pk, until_on=until_on, actor=ACTOR)
    # On the day on which it begins it never counted.
    assert end_account_discount(partner.pk, until_on=date(2026, 3, 1), actor=ACTOR).until_on == date(2026, 3, 1)


def test_discounts_of_an_account_keep_who_gave_them_and_why(account: Account) -> None:
    given = add_account_discount(account.pk, discount=PARTNER, at=AT, actor=ACTOR, reason="partner of ours")
    assert (given.position, given.actor_label, given.reason) == (1, ACTOR.label, "partner of ours")
    assert list_account_discounts([account.pk]) == {account.pk: ((Decimal(5), date(2026, 3, 1), None, "Partner"),)}


@pytest.mark.parametrize(
    ("discount", "field"),
    [
        (PARTNER._replace(percent=Decimal(0)), "percent"),
        (PARTNER._replace(percent=Decimal("100.1")), "percent"),
        (PARTNER._replace(percent=Decimal("NaN")), "percent"),
        (PARTNER._replace(percent=Decimal("0.1234567")), "percent"),
        (PARTNER._replace(label=" "), "label"),
        (PARTNER._replace(until_on=date(2026, 2, 1)), "until_on"),
    ],
)
def test_a_discount_of_an_account_that_makes_no_sense_is_refused(
    account: Account, discount: NewAccountDiscount, field: str
) -> None:
    with pytest.raises(AccountDiscountInvalid) as refusal:
        add_account_discount(account.pk, discount=discount, at=AT, actor=ACTOR)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_what_is_not_there_is_refused(account: Account) -> None:
    with pytest.raises(SubscriptionUnknown):
        add_subscription_discount(10**9, discount=BUNDLE, at=AT, actor=ACTOR)
    with pytest.raises(SubscriptionDiscountUnknown):
        end_subscription_discount(10**9, until_on=MAY, at=AT, actor=ACTOR)
    with pytest.raises(AccountUnknown):
        add_account_discount(10**9, discount=PARTNER, at=AT, actor=ACTOR)
    with pytest.raises(AccountDiscountUnknown):
        end_account_discount(10**9, until_on=MAY, actor=ACTOR)


def test_who_may_not_is_refused(subscription: Subscription) -> None:
    for act in (
        lambda: add_subscription_discount(subscription.pk, discount=BUNDLE, at=AT, actor=NOBODY),
        lambda: end_subscription_discount(1, until_on=MAY, at=AT, actor=NOBODY),
        lambda: add_account_discount(subscription.account_id, discount=PARTNER, at=AT, actor=NOBODY),
        lambda: end_account_discount(1, until_on=MAY, actor=NOBODY),
    ):
        with pytest.raises(PermissionMissing):
            act()
