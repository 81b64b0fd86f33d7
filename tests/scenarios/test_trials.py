"""Stories of trials: a subscription is trialing until that is over, then it converts or expires."""

from datetime import UTC, date, datetime

import pytest

from tallystick.catalog.core.items import NewPlan, NewPlanService
from tallystick.invoicing.models import DocumentLine
from tallystick.journeys.check_books import check_books
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.end_due_trials import end_due_trials
from tallystick.subscriptions.operations.upsert_subscriptions import upsert_subscriptions
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_seller
from tests.support.priced_company import agree, fill_catalog
from tests.support.schedules import advance_to, make_schedule

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEM-47", "DEM-48")]

THE_15TH, APRIL = date(2026, 3, 15), date(2026, 4, 1)


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    seller = build_seller()
    fill_catalog(
        seller,
        NewPlan("tried", "Tried", trial_days=14),
        NewPlan("shown", "Shown", trial_days=14, trial_ending="expires"),
        *(NewPlanService(plan, "line") for plan in ("tried", "shown")),
    )
    build_account(seller)
    return seller


def tell_events(subscription: Subscription) -> list[tuple[str, str, date]]:
    events = SubscriptionEvent.objects.filter(subscription=subscription).order_by("pk")
    return [(each.event, each.to_status, each.at.date()) for each in events]


def tell_lines() -> list[tuple[str, int]]:
    return list(DocumentLine.objects.order_by("pk").values_list("description", "net_minor"))


def test_a_trial_converts_at_the_midnight_that_ends_it_and_costs_its_price_from_then_on(seller: Seller) -> None:
    subscription = agree(seller, {"line": "1"}, plan="tried")
    assert subscription.status == "trialing"
    make_schedule(seller)
    advance_to(APRIL)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.ends_on) == ("active", None)
    # Midnight of 15 March in Amsterdam is 23:00 of the 14th by the world's clock.
    assert tell_events(subscription) == [
        ("create", "trialing", MARCH),
        ("convert", "active", date(2026, 3, 14)),
    ]
    assert SubscriptionEvent.objects.get(event="convert").at == datetime(2026, 3, 14, 23, tzinfo=UTC)
    assert tell_lines() == [("Line (trial)", 0), ("Line (1–10)", 2_19), ("Line (1–10)", 4_00)]  # 4.00 x 17/31 first
    assert list(check_books(actor=ACTOR)) == []


def test_a_trial_that_does_not_convert_expires_with_its_services(seller: Seller) -> None:
    subscription = agree(seller, {"line": "1"}, plan="shown")
    make_schedule(seller)
    advance_to(date(2026, 5, 2))
    subscription.refresh_from_db()
    assert (subscription.status, subscription.ends_on) == ("expired", THE_15TH)
    assert tell_events(subscription)[1:] == [("expire", "expired", date(2026, 3, 14))]
    assert SubscriptionService.objects.values_list("status", "ends_on").get() == ("ended", THE_15TH)
    assert tell_lines() == [("Line (trial)", 0)]
    assert list(check_books(actor=ACTOR)) == []


def test_trials_that_were_missed_end_once_however_often_one_looks(seller: Seller) -> None:
    subscriptions = [agree(seller, {"line": "1"}, plan=plan, external_id=plan) for plan in ("tried", "shown")]
    at = datetime(2026, 3, 20, 9, tzinfo=UTC)
    clock.set_clock(at)
    for _ in range(2):
        work_off_due(at=at, actor=ACTOR)
    assert [[event for event, _, _ in tell_events(each)] for each in subscriptions] == [
        ["create", "convert"],
        ["create", "expire"],
    ]


def test_many_trials_that_end_on_different_days_each_end_on_theirs(seller: Seller) -> None:
    for day in (1, 2, 3, 4):
        agree(seller, {"line": "1"}, plan="tried", external_id=f"S-{day}", starts_on=date(2026, 3, day))
    advance_to(APRIL)
    converted = SubscriptionEvent.objects.filter(event="convert").order_by("pk")
    assert [each.at.astimezone(UTC).day for each in converted] == [14, 15, 16, 17]


def test_on_its_last_day_a_trial_is_still_one(seller: Seller) -> None:
    agree(seller, {"line": "1"}, plan="tried")
    assert end_due_trials(seller, as_of=date(2026, 3, 14), at=AT, actor=ACTOR) == 0
    assert end_due_trials(build_seller(code="other"), as_of=APRIL, at=AT, actor=ACTOR) == 0
    assert end_due_trials(seller, as_of=THE_15TH, at=AT, actor=ACTOR) == 1
    with pytest.raises(PermissionMissing):
        end_due_trials(seller, as_of=APRIL, at=AT, actor=Actor(kind="staff", id="1", label="Viewer"))


def test_what_is_canceled_during_its_trial_ends_canceled_and_never_converts(seller: Seller) -> None:
    subscription = agree(seller, {"line": "1"}, plan="tried")
    cancel_subscription(subscription.pk, ends_on=THE_15TH, reason="not for us", at=AT, actor=ACTOR)
    advance_to(APRIL)
    assert [event for event, _, _ in tell_events(subscription)] == ["create", "schedule_cancel", "cancel"]


@pytest.mark.parametrize(
    ("plan", "starts_on", "status"),
    [
        ("tried", MARCH, "trialing"),
        ("tried", date(2026, 2, 15), "active"),  # its trial was over on 1 March, before it came here
        ("shown", date(2026, 2, 15), "trialing"),  # and expires with the next look
        ("team", MARCH, "active"),
    ],
)
def test_an_import_begins_in_the_same_states(seller: Seller, plan: str, starts_on: date, status: str) -> None:
    new = NewSubscription(
        "S-9", account="A-1", plan=plan, services=(NewService("line", starts_on),), starts_on=starts_on
    )
    outcome = upsert_subscriptions(seller, subscriptions=[new], at=AT, actor=ACTOR)
    assert not outcome.problems
    subscription = Subscription.objects.get()
    assert subscription.status == status
    assert tell_events(subscription) == [("create", status, MARCH)]
