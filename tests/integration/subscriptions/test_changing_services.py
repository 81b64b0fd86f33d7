"""Services of a running subscription: added, ended, replaced; and what can't be."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.items import NewPlanService
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewDiscount, NewService, NewSubscription
from tallystick.subscriptions.errors import (
    ActionNotPossible,
    EndNotPossible,
    ServiceRequired,
    ServiceUnknown,
    SubscriptionInvalid,
    SubscriptionUnknown,
)
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.add_services import add_services
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tallystick.subscriptions.operations.end_service import end_service
from tallystick.subscriptions.operations.replace_service import replace_service
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
MARCH, THE_TENTH, APRIL = date(2026, 3, 1), date(2026, 3, 10), date(2026, 4, 1)
LOYAL = NewDiscount("percent", Decimal(10), "Loyalty")
SEAT = NewService("seat", MARCH, quantity=Decimal(3), discounts=(LOYAL,))


@pytest.fixture
def subscription() -> Subscription:
    """Three seats; sports may be added, and HD with it."""
    seller = build_seller()
    for code in ("seat", "sports", "hd"):
        build_service(seller, code=code, price_model="per_unit")
    build_service(seller, code="setup", kind="one_off")
    build_plan(seller, code="basic")
    fill_plan(seller, "basic", mandatory=["seat"], optional=["setup", "sports"])
    _place_hd(seller)
    build_account(seller, external_id="A-1")
    new = NewSubscription("S-1", account="A-1", plan="basic", services=(SEAT,), starts_on=MARCH)
    return create_subscription(seller, subscription=new, at=AT, actor=ACTOR)


def _place_hd(seller: Seller) -> None:
    place = NewPlanService("basic", "hd", is_mandatory=False, requires="sports")
    assert list(upsert_catalog(seller, items=[place], actor=ACTOR).problems) == []


def add(subscription: Subscription, *services: NewService) -> list[SubscriptionService]:
    return add_services(subscription.pk, services=services, at=AT, actor=ACTOR, reason="asked by phone")


def get_seat(subscription: Subscription) -> SubscriptionService:
    return subscription.services.get(service__code="seat")


def list_problems(refusal: pytest.ExceptionInfo[SubscriptionInvalid]) -> list[str]:
    return [each.field for each in refusal.value.problems]


@pytest.mark.rule("CRM-47")
def test_added_services_begin_on_their_own_day_and_are_due_from_then(subscription: Subscription) -> None:
    sports, hd = add(subscription, NewService("sports", THE_TENTH), NewService("hd", THE_TENTH))

    assert (sports.starts_on, sports.billed_through, sports.ends_on) == (THE_TENTH, THE_TENTH, None)
    assert not hd.is_mandatory
    events = SubscriptionEvent.objects.filter(event="add_service").order_by("pk")
    assert [(each.subscription_service_id, each.reason) for each in events] == [
        (sports.pk, "asked by phone"),
        (hd.pk, "asked by phone"),
    ]


@pytest.mark.rule("CRM-48")
def test_what_is_sold_once_is_added_for_a_day(subscription: Subscription) -> None:
    (setup,) = add(subscription, NewService("setup", THE_TENTH))

    assert setup.ends_on == date(2026, 3, 11)


@pytest.mark.rule("CRM-27")
def test_everything_wrong_with_added_services_is_said_at_once(subscription: Subscription) -> None:
    with pytest.raises(SubscriptionInvalid) as refused:
        add(subscription, NewService("hd", THE_TENTH), NewService("seat", THE_TENTH), NewService("radio", THE_TENTH))

    assert sorted(list_problems(refused)) == ["services.0.service", "services.1.service", "services.2.service"]
    assert subscription.services.count() == 1


def test_a_service_that_ended_can_be_added_again_under_a_key_with_its_start(subscription: Subscription) -> None:
    (sports,) = add(subscription, NewService("sports", MARCH))
    end_service(sports.pk, ends_on=THE_TENTH, reason="too dear", at=AT, actor=ACTOR)

    (again,) = add(subscription, NewService("sports", APRIL))

    assert again.external_id == "sports@2026-04-01"


@pytest.mark.rule("CRM-42")
def test_another_quantity_takes_the_place_of_the_old_one_with_its_discounts(subscription: Subscription) -> None:
    seat = get_seat(subscription)

    more = replace_service(
        seat.pk, by=NewService("seat", THE_TENTH, quantity=Decimal(5)), reason="two more", at=AT, actor=ACTOR
    )

    seat.refresh_from_db()
    assert (seat.ends_on, more.starts_on, more.quantity) == (THE_TENTH, THE_TENTH, Decimal(5))
    assert (more.replaces_id, more.is_mandatory) == (seat.pk, True)
    assert [each.label for each in more.discounts.all()] == ["Loyalty"]


def test_a_mandatory_service_does_not_end_alone(subscription: Subscription) -> None:
    with pytest.raises(ServiceRequired, match="mandatory in the plan Basic"):
        end_service(get_seat(subscription).pk, ends_on=THE_TENTH, reason="", at=AT, actor=ACTOR)


def test_a_service_that_others_require_does_not_end_before_them(subscription: Subscription) -> None:
    sports, hd = add(subscription, NewService("sports", MARCH), NewService("hd", MARCH))

    with pytest.raises(ServiceRequired, match="Hd requires it"):
        end_service(sports.pk, ends_on=THE_TENTH, reason="", at=AT, actor=ACTOR)

    end_service(hd.pk, ends_on=THE_TENTH, reason="", at=AT, actor=ACTOR)
    assert end_service(sports.pk, ends_on=THE_TENTH, reason="", at=AT, actor=ACTOR).ends_on == THE_TENTH


def test_an_end_lies_inside_the_life_of_the_service(subscription: Subscription) -> None:
    (sports,) = add(subscription, NewService("sports", THE_TENTH))
    with pytest.raises(EndNotPossible, match="starts on 2026-03-10"):
        end_service(sports.pk, ends_on=MARCH, reason="", at=AT, actor=ACTOR)

    assert end_service(sports.pk, ends_on=THE_TENTH, reason="never", at=AT, actor=ACTOR).status == "effective"
    with pytest.raises(EndNotPossible, match="ends on 2026-03-10 already"):
        end_service(sports.pk, ends_on=APRIL, reason="", at=AT, actor=ACTOR)


@pytest.mark.rule("CRM-27")
def test_nothing_changes_in_a_subscription_that_ended(subscription: Subscription) -> None:
    seat = get_seat(subscription)
    cancel_subscription(subscription.pk, ends_on=MARCH, reason="moved", at=AT, actor=ACTOR)

    with pytest.raises(ActionNotPossible, match="the subscription is canceled"):
        add(subscription, NewService("sports", THE_TENTH))
    with pytest.raises(ActionNotPossible):
        end_service(seat.pk, ends_on=MARCH, reason="", at=AT, actor=ACTOR)


def test_the_unknown_and_the_unauthorized_are_refused(subscription: Subscription) -> None:
    with pytest.raises(SubscriptionUnknown):
        add_services(0, services=[SEAT], at=AT, actor=ACTOR)
    with pytest.raises(ServiceUnknown):
        end_service(0, ends_on=APRIL, reason="", at=AT, actor=ACTOR)
    with pytest.raises(PermissionMissing):
        replace_service(get_seat(subscription).pk, by=SEAT, reason="", at=AT, actor=NOBODY)
