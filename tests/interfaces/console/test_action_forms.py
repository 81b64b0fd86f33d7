"""The form of an action asks for what its kind needs and for nothing else, also of a kind that comes later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tallystick.errors import InvalidInput
from tallystick.interfaces.console.pages.action_forms import ActionForm
from tallystick.subscriptions.core import action_kinds
from tallystick.subscriptions.core.action_kinds import ASKED_FIELDS, END_SERVICE, START_SERVICE, ActionKind
from tallystick.subscriptions.core.actions import Action, AmendedTerms, Placement
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tests.support.billed_company import build_billed_company

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 11)
FILLED = {"on": "2026-03-11", "reason": "asked"}


@pytest.fixture
def subscription() -> Subscription:
    return build_billed_company().subscription


def fill(subscription: Subscription, kind: str, **form: str | list[str]) -> ActionForm:
    filled = ActionForm({**FILLED, **form}, subscription=subscription, kind=kind)
    assert filled.is_valid(), filled.errors
    return filled


def test_each_kind_asks_for_its_own(subscription: Subscription) -> None:
    asked = {
        kind: set(ActionForm(subscription=subscription, kind=kind).fields) for kind in (START_SERVICE, END_SERVICE)
    }
    assert asked == {
        START_SERVICE: {"service", "quantity", "price", "description", "external_id", "on", "reason"},
        END_SERVICE: {"about", "on", "reason"},
    }


def test_what_is_filled_in_is_the_action(subscription: Subscription) -> None:
    form = fill(subscription, START_SERVICE, service="seat", quantity="2", price="9.50", external_id="second")
    added = NewService("seat", ON, quantity=Decimal(2), unit_price_override=Decimal("9.50"), external_id="second")
    assert form.read_action() == Action(START_SERVICE, ON, (added,))


def test_a_kind_that_asks_for_everything_gets_everything(
    subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = ActionKind("Turn it all over", adds=True, is_about_services=True, asks=ASKED_FIELDS)
    monkeypatch.setitem(action_kinds.KINDS, "turn_over", kind)
    seat = SubscriptionService.objects.get(subscription=subscription)
    everything: dict[str, str | list[str]] = {
        "about": [str(seat.pk)],
        "seat-taken": "on",
        "seat-quantity": "3",
        "until_on": "2026-03-20",
        "terms_plan": "basic",
        "terms_interval_months": "12",
        "components": ["seat"],
        f"placed-{seat.pk}": "SN-4711 2\nattic 1",
    }
    assert fill(subscription, "turn_over", **everything).read_action() == Action(
        "turn_over",
        ON,
        (NewService("seat", ON, quantity=Decimal(3)),),
        (seat.pk,),
        until_on=date(2026, 3, 20),
        terms=AmendedTerms(plan="basic", interval_months=12),
        components=("seat",),
        placements=(Placement(seat.pk, "SN-4711", Decimal(2)), Placement(seat.pk, "attic", Decimal(1))),
    )
    wrong = fill(subscription, "turn_over", **{**everything, f"placed-{seat.pk}": "attic"})
    with pytest.raises(InvalidInput, match="'attic' is not an item with how many"):
        wrong.read_action()


def test_what_is_refused_is_led_to_the_field_that_it_is_about(subscription: Subscription) -> None:
    one = fill(subscription, START_SERVICE, service="seat", quantity="1").aliases
    assert (one["services"], one["services.0.unit_price"], one["service_ids"]) == ("service", "price", "about")
    several = fill(subscription, action_kinds.ADD_SERVICES, **{"seat-taken": "on"}).aliases
    assert several["services.0.quantity"] == "seat-quantity"
