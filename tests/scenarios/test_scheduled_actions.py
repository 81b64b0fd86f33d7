"""Actions that wait for their day: done once, billed at that day's prices, or refused with the reason (CRM-26)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPrice
from tallystick.catalog.models import Price
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.end_price import end_price
from tallystick.errors import Refusal
from tallystick.invoicing.models import Document
from tallystick.journeys import scheduled_actions
from tallystick.journeys.advance_clock import advance_clock
from tallystick.journeys.check_books import check_books
from tallystick.journeys.perform_action import perform_action
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.subscriptions.core.action_kinds import CHANGE_QUANTITY, END_SERVICE, START_SERVICE
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.errors import (
    ActionInvalid,
    ActionNotPossible,
    ScheduledActionOver,
    ScheduledActionUnknown,
    SubscriptionInvalid,
)
from tallystick.subscriptions.models import ScheduledAction, Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.schedule_action import cancel_scheduled_action, schedule_action
from tests.scenarios.test_actions import build_story, get_id
from tests.support.builders import ACTOR, AT
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

THE_ELEVENTH, THE_SIXTEENTH = date(2026, 3, 11), date(2026, 3, 16)
ANN = Actor(kind="staff", id="7", label="Ann Lee", permissions=frozenset({"subscriptions.act"}))


def march(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    """Basic at 31.00 a month is billed for March; the clock stands at 1 March."""
    account = build_story()
    bill_and_post(account.seller)
    return account


def schedule(account: Account, kind: str, *codes: str, on: date, quantity: int = 1, about: str = "") -> ScheduledAction:
    services = tuple(NewService(code, on, quantity=Decimal(quantity)) for code in codes)
    ids = SubscriptionService.objects.filter(service__code=about).order_by("-pk").values_list("pk", flat=True)[:1]
    action = Action(kind, on, services, tuple(ids))
    return schedule_action(get_id(account), action=action, reason="asked", at=AT, actor=ANN)


def tell_invoices() -> list[tuple[str, date, int]]:
    """Kind, date and net of what was made since the first invoice."""
    return [(each.kind, each.invoice_on, each.net_minor) for each in Document.objects.order_by("pk")[1:]]


def tell_events() -> list[tuple[str, str]]:
    events = SubscriptionEvent.objects.filter(subscription_service=None).order_by("pk")
    return [(each.event, each.actor_label) for each in events]


@pytest.mark.rule("CRM-26")
def test_it_is_done_on_its_day_and_billed_then_with_the_prices_of_that_day(account: Account) -> None:
    waiting = schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)
    assert SubscriptionService.objects.count() == 1
    price = Price.objects.get(service__code="movies")
    end_price(price.pk, valid_until=date(2026, 3, 10), actor=ACTOR)
    dearer = NewPrice("movies", "EUR", Decimal("93.00"), date(2026, 3, 10), interval_months=1)
    create_price(account.seller, price=dearer, actor=ACTOR)

    work_off_due(at=march(10), actor=ACTOR)
    assert tell_invoices() == []
    work_off_due(at=march(11), actor=ACTOR)

    assert tell_invoices() == [("invoice", THE_ELEVENTH, 6300)]  # 93.00 x 21/31
    waiting.refresh_from_db()
    assert (waiting.status, waiting.documents) == ("done", [Document.objects.latest("pk").pk])
    assert tell_events() == [("schedule_action", "Ann Lee"), ("do_scheduled_action", "Ann Lee")]
    work_off_due(at=march(11, 10), actor=ACTOR)
    assert len(tell_invoices()) == 1
    assert list(check_books(actor=ACTOR)) == []


def test_the_moving_clock_stops_at_their_days_in_order(account: Account) -> None:
    clock.set_clock(AT)
    schedule(account, CHANGE_QUANTITY, "basic", on=THE_SIXTEENTH, quantity=2, about="basic")
    schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)

    advance_clock(march(20), now=AT, actor=ACTOR)

    assert tell_invoices() == [
        ("invoice", THE_ELEVENTH, 4200),  # 62.00 x 21/31
        ("credit_note", THE_SIXTEENTH, 1600),  # 31.00 x 16/31
        ("invoice", THE_SIXTEENTH, 3200),  # 2 x 31.00 x 16/31
    ]
    assert set(ScheduledAction.objects.values_list("status", flat=True)) == {"done"}


def test_what_was_missed_is_caught_up_in_order(account: Account) -> None:
    schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)
    work_off_due(at=march(20), actor=ACTOR)
    assert tell_invoices() == [("invoice", date(2026, 3, 20), 4200)]


@pytest.mark.rule("CRM-26", "CRM-27")
def test_a_refusal_on_the_day_is_kept_with_its_words_and_not_tried_again(account: Account) -> None:
    waiting = schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)
    cancel_subscription(get_id(account), ends_on=date(2026, 3, 5), reason="moved", at=march(5), actor=ACTOR)

    for day in (11, 12):
        work_off_due(at=march(day), actor=ACTOR)

    waiting.refresh_from_db()
    assert waiting.status == "refused"
    assert waiting.told == "Start a service is not possible: the subscription is canceled."
    assert [event for event, _ in tell_events()].count("refuse_action") == 1
    assert tell_invoices() == []


def test_funds_are_asked_for_on_the_day() -> None:
    account = build_story("prebill_pay_before")
    waiting = schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)
    work_off_due(at=march(11), actor=ACTOR)
    waiting.refresh_from_db()
    assert waiting.status == "refused"
    assert "not covered by credit" in waiting.told
    assert not Document.objects.exists()


def test_what_is_killed_before_it_is_marked_as_done_was_not_done(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)

    class Killed(BaseException):
        """The process is gone."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(scheduled_actions, "settle_scheduled_action", die)
        with pytest.raises(Killed):
            scheduled_actions.carry_out_scheduled(waiting.pk, at=march(11))
    assert (tell_invoices(), SubscriptionService.objects.count()) == ([], 1)

    assert scheduled_actions.carry_out_scheduled(waiting.pk, at=march(11)) is True
    assert scheduled_actions.carry_out_scheduled(waiting.pk, at=march(11)) is False
    assert tell_invoices() == [("invoice", THE_ELEVENTH, 4200)]


def test_it_waits_on_while_trying_again_can_help(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)

    def refuse(*_: object, **__: object) -> None:
        raise Refusal("A run is at work.", can_retry=True)

    with monkeypatch.context() as patch:
        patch.setattr(scheduled_actions, "carry_out", refuse)
        assert scheduled_actions.carry_out_scheduled(waiting.pk, at=march(11)) is False
    waiting.refresh_from_db()
    assert waiting.status == "scheduled"
    work_off_due(at=march(11), actor=ACTOR)
    assert len(tell_invoices()) == 1


def test_one_that_was_canceled_is_never_done(account: Account) -> None:
    waiting = schedule(account, START_SERVICE, "movies", on=THE_ELEVENTH)
    cancel = {"subscription_id": get_id(account), "reason": "changed their mind", "at": march(2), "actor": ANN}
    cancel_scheduled_action(waiting.pk, **cancel)  # type: ignore[arg-type]
    work_off_due(at=march(11), actor=ACTOR)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.told) == ("canceled", "changed their mind")
    assert tell_invoices() == []
    with pytest.raises(ScheduledActionOver, match="only one that still waits"):
        cancel_scheduled_action(waiting.pk, **cancel)  # type: ignore[arg-type]
    with pytest.raises(ScheduledActionUnknown):
        cancel_scheduled_action(waiting.pk, **{**cancel, "subscription_id": 0})  # type: ignore[arg-type]


def test_what_can_be_known_now_is_refused_now_and_nothing_is_kept(account: Account) -> None:
    with pytest.raises(ActionNotPossible, match="is not a day to come"):
        schedule(account, START_SERVICE, "movies", on=AT.date())
    with pytest.raises(ActionInvalid, match="say what is added"):
        schedule(account, START_SERVICE, on=THE_ELEVENTH)
    with pytest.raises(SubscriptionInvalid, match="no service"):
        schedule(account, START_SERVICE, "boats", on=THE_ELEVENTH)
    with pytest.raises(Refusal, match="mandatory"):
        schedule(account, END_SERVICE, on=THE_ELEVENTH, about="basic")
    assert not ScheduledAction.objects.exists()
    assert SubscriptionService.objects.get().ends_on is None
    assert tell_events() == []


def test_one_permission_is_what_actions_need_and_enough(account: Account) -> None:
    action = Action(START_SERVICE, AT.date(), (NewService("movies", AT.date()),))
    nobody = Actor(kind="staff", id="8", label="Bo", permissions=frozenset({"subscriptions.write", "bill_runs.post"}))
    for act in (perform_action, schedule_action):
        with pytest.raises(PermissionMissing, match="do actions on subscriptions that bill at once"):
            act(get_id(account), action=action, reason="asked", at=AT + timedelta(hours=1), actor=nobody)
    assert tell_events() == []
    perform_action(get_id(account), action=action, reason="asked", at=AT + timedelta(hours=1), actor=ANN)
    assert Subscription.objects.get().services.count() == 2
