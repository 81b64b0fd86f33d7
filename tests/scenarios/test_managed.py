"""Stories of accounts that become managed, and of the two ways back (DEM-6, DEM-7, DEM-8)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tallystick.accounts.errors import ManagerNotAllowed
from tallystick.accounts.models import Account, AccountEvent
from tallystick.errors import InvalidInput, Refusal
from tallystick.invoicing.core.schedule import MONTHLY, Recurrence
from tallystick.invoicing.models import Document
from tallystick.journeys.leave_managed import FREE_NOW, KEEP_UNTIL, set_self_serve
from tallystick.journeys.set_managed import ManagedTerms, set_managed
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.plumbing.permissions import ACCOUNTS_WRITE
from tallystick.subscriptions.errors import (
    CardSubscriptionLive,
    EndDateMissing,
    EndNotPossible,
    NoOneSubscription,
    NotManaged,
)
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tests.support.action_company import NOON, THE_ELEVENTH, build_story, get_subscription
from tests.support.builders import ACTOR, AT, build_plan
from tests.support.catalogs import fill_plan
from tests.support.schedules import advance_to, make_schedule

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 1)
WHY = "their procurement wants invoices"


@pytest.fixture
def account() -> Account:
    """A self-serve account with one subscription, and no saved method."""
    clock.set_clock(AT)
    return build_story(billing_mode="self_serve")


def manage(account: Account, **how: Any) -> Account:
    set_managed(account.pk, reason=WHY, at=NOON, actor=how.pop("actor", ACTOR), **how)
    return Account.objects.get(pk=account.pk)


def leave(account: Account, way: str, *, ends_on: date | None = None, at: datetime = NOON) -> Account:
    set_self_serve(account.pk, way=way, ends_on=ends_on, reason="they pay by card", at=at, actor=ACTOR)
    return Account.objects.get(pk=account.pk)


def save_card(account: Account) -> PaymentMethod:
    methods = [NewMethod(account.pk, "4242424242424242")]
    store_methods(account.seller, methods=methods, gateway_kind="sandbox", at=AT, actor=ACTOR)
    return PaymentMethod.objects.get(account=account)


@pytest.mark.rule("DEM-1", "DEM-2", "DEM-6", "C-20")
def test_managed_is_how_they_pay_and_leaves_what_they_have(account: Account) -> None:
    before = SubscriptionService.objects.values_list("service__code", "quantity", "ends_on").get()
    assert manage(account).billing_mode == "managed"
    subscription = get_subscription(account)
    assert (subscription.plan.code, subscription.status, subscription.ends_on) == ("tv", "active", None)
    assert SubscriptionService.objects.values_list("service__code", "quantity", "ends_on").get() == before
    event = AccountEvent.objects.get()
    assert (event.event, event.before, event.reason) == ("set_managed", {"billing_mode": "self_serve"}, WHY)
    assert event.after["billing_mode"] == "managed"


@pytest.mark.rule("DEM-6")
def test_plan_seats_and_manager_may_be_agreed_in_the_same_act(account: Account) -> None:
    build_plan(account.seller, code="business")
    fill_plan(account.seller, "business", mandatory=["basic"], optional=[])
    anna = User.objects.create_user("anna", "anna@acme.example")
    changed = manage(account, terms=ManagedTerms("business", 5, "anna@acme.example"))
    assert (changed.manager, get_subscription(account).plan.code) == (anna, "business")
    assert SubscriptionService.objects.filter(ends_on=None).values_list("quantity", flat=True).get() == 5
    assert AccountEvent.objects.get().after["seats"] == 5


@pytest.mark.rule("DEM-46")
def test_seats_that_are_recorded_are_charged_from_the_first_day_that_is_not_billed(account: Account) -> None:
    make_schedule(account.seller, Recurrence(MONTHLY, date(2026, 3, 1), month_day=2))
    advance_to(THE_ELEVENTH)
    manage(account, terms=ManagedTerms(seats=3))
    advance_to(date(2026, 4, 3))
    assert list(Document.objects.order_by("pk").values_list("net_minor", flat=True)) == [31_00, 93_00]


@pytest.mark.rule("DEM-6")
def test_the_end_of_a_cancellation_is_cleared_and_that_of_an_agreed_term_is_not(account: Account) -> None:
    subscription = get_subscription(account)
    cancel_subscription(subscription.pk, ends_on=MAY, reason="too dear", at=AT, actor=ACTOR)
    manage(account)
    assert get_subscription(account).ends_on is None
    assert SubscriptionService.objects.get().ends_on is None
    Subscription.objects.update(ends_on=MAY, commitment_months=2)
    manage(account)
    assert get_subscription(account).ends_on == MAY


@pytest.mark.rule("DEM-6")
@pytest.mark.parametrize("status", ["past_due", "unpaid", "trialing"])
def test_what_waited_for_money_is_in_force(account: Account, status: str) -> None:
    Subscription.objects.update(status=status)
    manage(account)
    assert get_subscription(account).status == "active"
    assert SubscriptionEvent.objects.latest("pk").event == "keep_without_card"


@pytest.mark.rule("DEM-7")
def test_a_live_card_subscription_refuses_it_and_one_confirmed_act_ends_that(account: Account) -> None:
    method = save_card(account)
    with pytest.raises(CardSubscriptionLive, match=r"subscription S-1 is paid with .*4242") as refused:
        manage(account)
    assert (refused.value.field, Account.objects.get().billing_mode) == ("ends_card_subscription", "self_serve")
    assert manage(account, ends_card_subscription=True).billing_mode == "managed"
    method.refresh_from_db()
    assert (method.is_default, method.events.get().reason) == (False, WHY)
    assert AccountEvent.objects.get().after["charges_no_more"] == [method.label]


@pytest.mark.rule("DEM-7")
def test_a_saved_card_without_a_subscription_is_in_nobodys_way(account: Account) -> None:
    save_card(account)
    cancel_subscription(get_subscription(account).pk, ends_on=date(2026, 3, 1), reason="over", at=AT, actor=ACTOR)
    assert manage(account).billing_mode == "managed"


@pytest.mark.rule("DEM-3")
def test_while_managed_nothing_is_charged_by_itself(account: Account) -> None:
    method = save_card(account)
    Subscription.objects.update(collection_method="automatic")
    waiting = NewAttempt(account.pk, method.pk, method.gateway_account_id, "document:1", 31_00, "EUR", "Invoice")
    create_attempts([waiting], at=AT, actor=ACTOR)
    manage(account, ends_card_subscription=True)
    make_schedule(account.seller)
    advance_to(MAY)
    assert set(Document.objects.values_list("collection_method", flat=True)) == {"remittance"}
    assert PaymentAttempt.objects.values_list("status", "sends").get() == ("canceled", 0)


@pytest.mark.rule("DEM-8")
def test_a_way_back_ends_what_they_have_today(account: Account) -> None:
    manage(account)
    assert leave(account, FREE_NOW).billing_mode == "self_serve"
    subscription = get_subscription(account)
    assert (subscription.status, subscription.ends_on, subscription.plan.code) == ("canceled", THE_ELEVENTH, "tv")
    assert AccountEvent.objects.latest("pk").after["way"] == "free_now"


@pytest.mark.rule("DEM-8")
def test_the_other_way_back_keeps_it_until_a_day(account: Account) -> None:
    manage(account)
    assert leave(account, KEEP_UNTIL, ends_on=MAY).billing_mode == "self_serve"
    assert (get_subscription(account).status, get_subscription(account).ends_on) == ("active", MAY)
    advance_to(MAY + timedelta(days=1))
    assert get_subscription(account).status == "canceled"


@pytest.mark.rule("DEM-8")
def test_no_way_keeps_a_plan_without_an_end(account: Account) -> None:
    with pytest.raises(NotManaged):
        leave(account, FREE_NOW)
    manage(account)
    wrong: list[tuple[str, date | None, type[Refusal]]] = [
        (KEEP_UNTIL, None, EndDateMissing),
        (KEEP_UNTIL, THE_ELEVENTH, EndNotPossible),
        (FREE_NOW, MAY, EndNotPossible),
        ("for_ever", None, InvalidInput),
    ]
    for way, ends_on, refusal in wrong:
        with pytest.raises(refusal):
            leave(account, way, ends_on=ends_on)
    assert Account.objects.get().billing_mode == "managed"


def test_what_can_not_be_agreed_leaves_everything_as_it_was(account: Account) -> None:
    with pytest.raises(ManagerNotAllowed):
        manage(account, terms=ManagedTerms(manager_email="eve@evil.example"))
    with pytest.raises(InvalidInput):
        manage(account, terms=ManagedTerms(seats=-1))
    cancel_subscription(get_subscription(account).pk, ends_on=date(2026, 3, 1), reason="over", at=AT, actor=ACTOR)
    with pytest.raises(NoOneSubscription, match="0 running"):
        manage(account, terms=ManagedTerms(seats=2))
    assert (Account.objects.get().billing_mode, AccountEvent.objects.count()) == ("self_serve", 0)


@pytest.mark.rule("DEM-4", "DEM-5")
def test_customers_may_not_and_clerks_may_but_not_what_bills(account: Account) -> None:
    customer = Actor(kind="customer", id="1", label="eva@example.com")
    for act in (manage, lambda a, actor: set_self_serve(a.pk, way=FREE_NOW, reason="x", at=AT, actor=actor)):
        with pytest.raises(PermissionMissing):
            act(account, actor=customer)
    build_plan(account.seller, code="business")
    clerk = Actor(kind="staff", id="2", label="Kim", permissions=frozenset({ACCOUNTS_WRITE}))
    with pytest.raises(PermissionMissing, match=r"subscriptions\.act"):
        manage(account, terms=ManagedTerms(plan="business"), actor=clerk)
    assert manage(account, terms=ManagedTerms(seats=2), actor=clerk).billing_mode == "managed"
