"""Drafts of subscriptions: made one by one or by import, never due, and no way back into one."""

from datetime import date

import pytest

from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tallystick.subscriptions.operations.upsert_subscriptions import upsert_subscriptions
from tallystick.subscriptions.queries import list_due_services
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CRM-38")]

MARCH = date(2026, 3, 1)
DRAFT = NewSubscription("S-1", "A-1", "basic", (NewService("seat", MARCH),), MARCH, is_draft=True)


@pytest.fixture
def seller() -> Seller:
    seller = build_seller()
    build_service(seller)
    build_plan(seller)
    fill_plan(seller, "basic", mandatory=["seat"])
    build_account(seller)
    return seller


def upsert(seller: Seller, subscription: NewSubscription) -> tuple[int, int, list[str]]:
    outcome = upsert_subscriptions(seller, subscriptions=[subscription], at=AT, actor=ACTOR)
    return outcome.created, outcome.unchanged, [each.problem.reason for each in outcome.problems]


def get_statuses() -> tuple[str, str]:
    return Subscription.objects.get().status, SubscriptionService.objects.get().status


def test_a_draft_is_made_and_is_never_due(seller: Seller) -> None:
    saved = create_subscription(seller, subscription=DRAFT, at=AT, actor=ACTOR)

    assert (get_statuses(), saved.first_active_on) == (("draft", "draft"), None)
    assert list_due_services([saved.account_id], target_on=date(2027, 1, 1)) == []


def test_an_imported_draft_stays_one_until_it_becomes_effective(seller: Seller) -> None:
    assert upsert(seller, DRAFT) == (1, 0, [])
    assert get_statuses() == ("draft", "draft")
    assert upsert(seller, DRAFT) == (0, 1, [])

    _, _, problems = upsert(seller, DRAFT._replace(is_draft=False))
    assert problems == ["a draft becomes effective by its action"]


def test_what_is_effective_is_no_draft_again(seller: Seller) -> None:
    assert upsert(seller, DRAFT._replace(is_draft=False)) == (1, 0, [])
    assert get_statuses() == ("active", "effective")

    _, _, problems = upsert(seller, DRAFT)
    assert problems == ["the subscription is no draft any more"]


def test_nobody_billed_a_draft_before(seller: Seller) -> None:
    billed = NewService("seat", MARCH, billed_elsewhere_until=date(2026, 4, 1))
    _, _, problems = upsert(seller, DRAFT._replace(services=(billed,)))
    assert problems == ["nobody billed what is not effective yet"]
