"""The life of a self-serve subscription, every row of its table of states: by the business clock, by looking."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tallystick.access.operations.invite_customer import invite_customer
from tallystick.access.queries import make_customer_actor
from tallystick.accounts.core.funding import FundingTerms
from tallystick.accounts.errors import AccountUnknown
from tallystick.accounts.models import Account
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.collection.errors import AlreadySubscribed, ManagedIsInvoiced, NoMethodToCharge
from tallystick.invoicing.core.schedule import MONTHLY, Recurrence
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.follow_self_serve import follow_self_serve
from tallystick.journeys.leave_managed import KEEP_UNTIL, set_self_serve
from tallystick.journeys.perform_action import perform_action
from tallystick.journeys.record_transfer import record_transfer
from tallystick.journeys.set_managed import set_managed
from tallystick.journeys.start_subscribing import start_subscribing
from tallystick.journeys.stop_and_resume import cancel_at_period_end, resume_subscription
from tallystick.journeys.work_off_due import work_off_due
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.models import PaymentAttempt, PaymentMethod
from tallystick.plumbing import clock
from tallystick.subscriptions.core.action_kinds import BECOME_EFFECTIVE, CHANGE_QUANTITY
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.errors import ActionNotPossible, NotCanceling
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tests.support.builders import ACTOR, build_account, build_plan, build_service
from tests.support.catalogs import fill_plan
from tests.support.schedules import advance_to, make_payment_schedule, make_schedule
from tests.support.subscribers import (
    BEGINNING,
    DECLINED_CARD,
    EMPTY_CARD,
    GOOD_CARD,
    SLOW_DEBIT,
    build_customer,
    charge,
    pay,
    pay_open,
    save,
    subscribe,
    tell,
    tell_invoices,
)

pytestmark = [pytest.mark.django_db, pytest.mark.rule("DEM-61")]

FEBRUARY_28, MARCH_31 = date(2026, 2, 28), date(2026, 3, 31)
AT_MONTH_END = Recurrence(MONTHLY, date(2026, 2, 1), month_day=31)


@pytest.fixture
def account() -> Account:
    return build_customer()


@pytest.fixture
def subscriber(account: Account) -> Account:
    """Has paid for the first month, from 31 January on."""
    pay(account, subscribe(account))
    make_schedule(account.seller, AT_MONTH_END)
    make_payment_schedule(account.seller, AT_MONTH_END)
    return account


def get_subscription() -> Subscription:
    return Subscription.objects.exclude(status="canceled").get()


def list_event_names() -> list[str]:
    events = SubscriptionEvent.objects.filter(subscription_service=None).order_by("pk")
    return list(events.values_list("event", flat=True))


def cancel(*, at: datetime | None = None) -> Subscription:
    subscription = get_subscription()
    cancel_at_period_end(subscription.pk, reason="too dear", at=at or clock.now(), actor=ACTOR)
    return get_subscription()


@pytest.mark.rule("DEM-49")
def test_none_checkout_started_pending(account: Account) -> None:
    assert tell(account) == "none"
    first = subscribe(account)
    assert (first.amount_minor, first.currency, tell(account)) == (31_00, "EUR", "none")
    pay(account, first, card=SLOW_DEBIT)
    assert (tell(account), get_subscription().status) == ("pending", "draft")


@pytest.mark.rule("DEM-49", "DEM-50")
def test_pending_first_payment_paid_active_and_it_covers_the_first_period(account: Account) -> None:
    pay(account, subscribe(account))
    assert (tell(account), tell_invoices()) == ("active", [(31_00, 0)])
    service = SubscriptionService.objects.get()
    assert (service.starts_on, service.billed_through) == (date(2026, 1, 31), FEBRUARY_28)
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("DEM-50")
def test_the_renewal_is_one_full_period_later_and_month_ends_are_clamped(subscriber: Account) -> None:
    advance_to(date(2026, 2, 27))
    assert tell_invoices() == [(31_00, 0)]
    advance_to(date(2026, 3, 1))
    assert tell_invoices() == [(31_00, 0), (31_00, 0)]
    assert SubscriptionService.objects.get().billed_through == MARCH_31
    assert PaymentAttempt.objects.filter(status="succeeded").count() == 2


@pytest.mark.rule("DEM-49")
def test_what_takes_days_begins_on_the_day_on_which_it_is_confirmed(account: Account) -> None:
    pay(account, subscribe(account), card=SLOW_DEBIT)
    advance_to(date(2026, 2, 6))
    assert tell(account) == "active"
    assert get_subscription().starts_on > date(2026, 2, 2)
    assert get_subscription().anchor_day == get_subscription().starts_on.day


@pytest.mark.rule("DEM-49")
def test_pending_first_payment_failed_none_and_the_unfinished_one_is_reused(account: Account) -> None:
    first = subscribe(account)
    pay(account, first, card=DECLINED_CARD)
    assert (tell(account), get_subscription().status) == ("none", "draft")
    assert subscribe(account) == first
    pay(account, first)
    assert (tell(account), Subscription.objects.count()) == ("active", 1)


@pytest.mark.rule("DEM-49")
def test_another_choice_takes_the_place_of_the_unfinished_one(account: Account) -> None:
    subscribe(account)
    assert subscribe(account, basic=3).amount_minor == 93_00
    film = subscribe(account, "film")
    assert (film.amount_minor, get_subscription().plan.code) == (62_00, "film")
    pay(account, film)
    with pytest.raises(AlreadySubscribed, match="self-serve-3"):
        subscribe(account)


@pytest.mark.rule("DEM-49")
def test_a_sweep_begins_what_nobody_told_us_about(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    first = subscribe(account)
    with monkeypatch.context() as killed:
        killed.setattr("tallystick.journeys.record_money.follow_answers", lambda *_, **__: None)
        pay(account, first)
    assert get_subscription().status == "draft"
    for _ in range(2):
        work_off_due(at=clock.now() + timedelta(minutes=5), actor=ACTOR)
    assert (tell(account), list_event_names().count("activate"), tell_invoices()) == ("active", 1, [(31_00, 0)])


@pytest.mark.rule("DEM-51")
def test_active_renewal_failed_past_due_with_everything_kept(subscriber: Account) -> None:
    save(subscriber, EMPTY_CARD)
    advance_to(date(2026, 3, 1))
    assert (tell(subscriber), tell_invoices()[1]) == ("past_due", (31_00, 31_00))
    service = SubscriptionService.objects.get()
    assert (service.status, service.billed_through) == ("effective", MARCH_31)


@pytest.mark.rule("DEM-51")
def test_an_episode_begins_once_however_often_it_fails(subscriber: Account) -> None:
    save(subscriber, DECLINED_CARD)
    advance_to(date(2026, 3, 20))
    assert list_event_names().count("become_past_due") == 1
    pay_open(subscriber)
    assert tell(subscriber) == "active"
    save(subscriber, DECLINED_CARD)
    PaymentMethod.objects.update(consecutive_failures=0)
    advance_to(date(2026, 4, 2))
    assert list_event_names().count("become_past_due") == 2


@pytest.mark.rule("DEM-51")
def test_past_due_paid_active_but_pending_stays_past_due(subscriber: Account) -> None:
    save(subscriber, EMPTY_CARD)
    advance_to(date(2026, 3, 1), hour=11)
    assert tell(subscriber) == "past_due"
    pay_open(subscriber, card=SLOW_DEBIT)
    assert tell(subscriber) == "past_due"
    advance_to(date(2026, 3, 7))
    assert (tell(subscriber), list_event_names()[-1]) == ("active", "recover")


@pytest.mark.rule("DEM-51")
def test_past_due_paid_by_transfer_is_found_by_the_next_look(subscriber: Account) -> None:
    save(subscriber, EMPTY_CARD)
    advance_to(date(2026, 3, 1))
    record_transfer(Document.objects.latest("pk").pk, reference="bank", at=clock.now(), actor=ACTOR)
    assert follow_self_serve(at=clock.now(), actor=ACTOR) == 1
    assert (tell(subscriber), follow_self_serve(at=clock.now(), actor=ACTOR)) == ("active", 0)


@pytest.mark.rule("DEM-51")
def test_a_failure_that_nobody_followed_is_found_by_the_sweep(
    subscriber: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(subscriber, EMPTY_CARD)
    with monkeypatch.context() as killed:
        for place in ("record_money.follow_answers", "work_off_due.follow_self_serve"):
            killed.setattr(f"tallystick.journeys.{place}", lambda *_, **__: None)
        advance_to(date(2026, 3, 1))
    assert tell(subscriber) == "active"
    work_off_due(at=clock.now(), actor=ACTOR)
    assert tell(subscriber) == "past_due"


@pytest.mark.rule("DEM-50")
def test_active_customer_cancels_canceled_and_keeps_it_to_the_period_end(subscriber: Account) -> None:
    subscription = cancel()
    assert (tell(subscriber), subscription.ends_on, subscription.status) == ("canceled", FEBRUARY_28, "active")
    advance_to(date(2026, 3, 2))
    assert (tell(subscriber), tell_invoices()) == ("none", [(31_00, 0)])


@pytest.mark.rule("DEM-50", "DEM-51")
def test_past_due_customer_cancels_canceled_and_still_owes(subscriber: Account) -> None:
    save(subscriber, EMPTY_CARD)
    advance_to(date(2026, 3, 1))
    assert (tell(subscriber), cancel().ends_on, tell(subscriber)) == ("past_due", MARCH_31, "canceled")
    assert find_balance(subscriber.pk).receivable_minor == 31_00


@pytest.mark.rule("DEM-50")
def test_canceled_resume_inside_the_period_active_and_nothing_is_charged(subscriber: Account) -> None:
    subscription = cancel()
    advance_to(date(2026, 2, 20))
    resume_subscription(subscription.pk, reason="stays", at=clock.now(), actor=ACTOR)
    assert (tell(subscriber), get_subscription().ends_on, tell_invoices()) == ("active", None, [(31_00, 0)])
    advance_to(date(2026, 3, 1))
    assert tell_invoices() == [(31_00, 0), (31_00, 0)]
    with pytest.raises(NotCanceling):
        resume_subscription(subscription.pk, reason="again", at=clock.now(), actor=ACTOR)
    cancel()
    advance_to(date(2026, 4, 1))
    with pytest.raises(ActionNotPossible, match="canceled"):
        resume_subscription(subscription.pk, reason="too late", at=clock.now(), actor=ACTOR)


@pytest.mark.rule("DEM-50")
def test_resuming_needs_a_valid_mandate(subscriber: Account) -> None:
    subscription = cancel()
    PaymentMethod.objects.update(state="invalid")
    with pytest.raises(NoMethodToCharge):
        resume_subscription(subscription.pk, reason="stays", at=clock.now(), actor=ACTOR)


@pytest.mark.rule("DEM-51")
def test_who_is_past_due_or_has_canceled_adds_no_seats(subscriber: Account) -> None:
    def set_seats(many: int) -> None:
        on, service = clock.now().date(), SubscriptionService.objects.latest("pk")
        action = Action(CHANGE_QUANTITY, on, (NewService("basic", on, quantity=Decimal(many)),), (service.pk,))
        perform_action(service.subscription_id, action=action, reason="x", at=clock.now(), actor=ACTOR)

    advance_to(date(2026, 2, 10))
    set_seats(3)
    Subscription.objects.update(status="past_due")
    with pytest.raises(ActionNotPossible, match="past due"):
        set_seats(4)
    advance_to(date(2026, 2, 11))
    set_seats(2)
    Subscription.objects.update(status="active")
    cancel()
    with pytest.raises(ActionNotPossible, match="canceled"):
        set_seats(3)


@pytest.mark.rule("DEM-6", "DEM-8")
def test_any_set_managed_active_and_its_payment_events_change_nothing(subscriber: Account) -> None:
    save(subscriber, EMPTY_CARD)
    advance_to(date(2026, 3, 1))
    set_managed(subscriber.pk, ends_card_subscription=True, reason="invoices", at=clock.now(), actor=ACTOR)
    assert (tell(subscriber), get_subscription().status) == ("active", "active")
    pay_open(subscriber, card=DECLINED_CARD)
    work_off_due(at=clock.now(), actor=ACTOR)
    assert (tell(subscriber), get_subscription().status) == ("active", "active")
    with pytest.raises(ManagedIsInvoiced):
        subscribe(subscriber)


@pytest.mark.rule("DEM-8", "DEM-50")
def test_who_left_managed_with_an_end_may_resume_before_it(subscriber: Account) -> None:
    set_managed(subscriber.pk, ends_card_subscription=True, reason="invoices", at=BEGINNING, actor=ACTOR)
    set_self_serve(subscriber.pk, way=KEEP_UNTIL, ends_on=MARCH_31, reason="card", at=BEGINNING, actor=ACTOR)
    assert tell(subscriber) == "canceled"
    PaymentMethod.objects.update(is_default=True)
    resume_subscription(get_subscription().pk, reason="stays", at=clock.now(), actor=ACTOR)
    assert tell(subscriber) == "active"


@pytest.mark.rule("BIL-20")
@pytest.mark.parametrize(("limit_minor", "begun", "balance"), [(None, "draft", 60_00), (50_00, "active", -20_00)])
def test_money_pays_debt_first_even_when_it_is_meant_for_something_new(
    account: Account, limit_minor: int | None, begun: str, balance: int
) -> None:
    """Balance -40, no limit, pays 100 for 80: 40 to debt, 60 left, not done. With a limit of 50: done, -20."""
    for code, price in (("debt", "40.00"), ("wanted", "80.00")):
        build_service(account.seller, code=code, unit_price=price, price_model="per_unit")
        build_plan(account.seller, code=code)
        fill_plan(account.seller, code, mandatory=[code], optional=[])
    on = BEGINNING.date()
    for code in ("debt", "wanted"):
        new = NewSubscription(code, "A-1", code, (NewService(code, on),), on, anchor_day=31, is_draft=True)
        create_subscription(account.seller, subscription=new, at=BEGINNING, actor=ACTOR)
    owed, wanted = Subscription.objects.order_by("pk")
    perform_action(owed.pk, action=Action(BECOME_EFFECTIVE, on), reason="x", at=BEGINNING, actor=ACTOR)
    terms = FundingTerms("prepaid") if limit_minor is None else FundingTerms("credit_limit", None, limit_minor, 14, 0)
    set_funding_policy(account.pk, terms=terms, reason="agreed", at=BEGINNING, actor=ACTOR)
    assert find_balance(account.pk).balance_minor == -40_00
    charge(account, [(f"subscription:{wanted.pk}", 100_00)], card=GOOD_CARD)
    wanted.refresh_from_db()
    assert (wanted.status, find_balance(account.pk).balance_minor) == (begun, balance)
    assert Document.objects.get().open_minor == 0
    assert list(check_books(actor=ACTOR)) == []


def test_a_customer_acts_for_their_own_account_only(subscriber: Account) -> None:
    other = build_account(subscriber.seller, external_id="A-2", billing_mode="self_serve")
    eva, eve = (
        make_customer_actor(invite_customer(pk, email=email, at=datetime.now(UTC), actor=ACTOR).customer_user)
        for pk, email in ((subscriber.pk, "eva@example.com"), (other.pk, "eve@example.com"))
    )
    subscription = get_subscription()
    for act in (cancel_at_period_end, resume_subscription):
        with pytest.raises(AccountUnknown):
            act(subscription.pk, reason="mine", at=clock.now(), actor=eve)
    cancel_at_period_end(subscription.pk, reason="mine", at=clock.now(), actor=eva)
    resume_subscription(subscription.pk, reason="mine", at=clock.now(), actor=eva)
    with pytest.raises(AccountUnknown):
        start_subscribing(subscriber.pk, plan="tv", at=clock.now(), actor=eve)
