"""`check` finds what is wrong with a repair: a service was swapped inside a billed month, and part of it is undone."""

from datetime import UTC, date, datetime

import pytest

from tallystick.invoicing.models import BillingClaim, Document
from tallystick.journeys.perform_action import perform_action
from tallystick.plumbing import clock
from tallystick.subscriptions.core.action_kinds import SWAP_SERVICE
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
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
from tests.support.catalogs import fill_plan
from tests.support.planting import found, plant
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

THE_ELEVENTH = date(2026, 3, 11)
REPAIRED = "(SELECT replaces_id FROM subscriptions_subscriptionservice WHERE replaces_id IS NOT NULL)"
SUCCESSOR = "(SELECT id FROM subscriptions_subscriptionservice WHERE replaces_id IS NOT NULL)"


@pytest.fixture(autouse=True)
def books() -> None:
    """Movies at 62.00, billed for March; on the eleventh Sports at 93.00 takes its place: 42.00 back, 63.00 asked."""
    clock.set_clock(AT)
    seller = build_seller()
    plan = build_plan(seller)
    movies = build_service(seller, code="movies", unit_price="62.00")
    build_service(seller, code="sports", unit_price="93.00")
    fill_plan(seller, plan.code, optional=["movies", "sports"])
    (agreed,) = build_subscription(build_account(seller), plan, movies)
    bill_and_post(seller)
    swap = Action(SWAP_SERVICE, THE_ELEVENTH, (NewService("sports", THE_ELEVENTH),), (agreed.pk,))
    noon = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
    perform_action(agreed.subscription_id, action=swap, reason="asked", at=noon, actor=ACTOR)


def test_repaired_books_are_in_order() -> None:
    told = [(each.kind, each.net_minor) for each in Document.objects.order_by("pk")]
    assert told == [("invoice", 62_00), ("credit_note", 42_00), ("invoice", 63_00)]
    live = BillingClaim.objects.filter(released_at=None).order_by("start_on").values_list("start_on", "end_on")
    assert list(live) == [(MARCH, THE_ELEVENTH), (THE_ELEVENTH, date(2026, 4, 1))]
    assert found() == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM invoicing_documentline WHERE corrects_document_id IS NOT NULL", "was never credited for it"),
        (f"UPDATE invoicing_billingclaim SET end_on = '2026-04-01' WHERE released_at IS NULL"
         f" AND subscription_service_id = {REPAIRED}", "takes its place on 2026-03-11"),
        (f"UPDATE invoicing_billingclaim SET end_on = '2026-03-05' WHERE released_at IS NULL"
         f" AND subscription_service_id = {REPAIRED}", "billed from 2026-03-01 to 2026-03-05 by its claims"),
        (f"UPDATE invoicing_billingclaim SET start_on = '2026-03-20' WHERE subscription_service_id = {SUCCESSOR}",
         "billed from 2026-03-20 to 2026-04-01 by its claims, but it starts on 2026-03-11"),
        (f"UPDATE subscriptions_subscriptionservice SET billed_through = '2026-04-01' WHERE id = {REPAIRED}",
         "says billed through 2026-04-01"),
        (f"UPDATE invoicing_billingclaim SET released_at = now() WHERE subscription_service_id = {SUCCESSOR}",
         "is released, but document"),
    ],
)  # fmt: skip
def test_a_planted_breach_of_a_repair_is_found_and_named(statement: str, words: str) -> None:
    plant(statement)
    breaches = found()
    assert any(number == 5 and words in text for number, text in breaches), breaches
