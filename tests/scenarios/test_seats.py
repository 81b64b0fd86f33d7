"""Seats of a self-serve customer over a month and into the next: metered, charged above the mark, never blocked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from tallystick.accounts.models import Account
from tallystick.collection.models import SeatCharge
from tallystick.collection.queries.seats import SeatStanding, read_seat_standing
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.follow_self_serve import follow_self_serve
from tallystick.journeys.sync_seats import reconcile_seats, sync_seats
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing import clock
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.core.seats import Holder
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import SeatHolder, Subscription
from tallystick.subscriptions.operations.add_services import add_services
from tests.support.builders import ACTOR, build_service
from tests.support.catalogs import fill_plan
from tests.support.jobs import run_jobs
from tests.support.schedules import advance_to
from tests.support.stories import bill_and_post
from tests.support.subscribers import (
    EMPTY_CARD,
    GOOD_CARD,
    build_customer,
    pay,
    save,
    subscribe,
    tell_invoices,
)

pytestmark = pytest.mark.django_db

USERS = ("ann", "bob", "cas", "dee", "eva", "fay", "gus")


@pytest.fixture
def account() -> Account:
    """Five seats of 31.00, paid from 31 January until 28 February (28 days)."""
    account = build_customer()
    pay(account, subscribe(account, basic=5))
    assert tell_invoices() == [(155_00, 0)]
    return account


def use(account: Account, many: int, *others: Holder) -> SeatStanding:
    """So many users are active in one workspace, the first also in another."""
    holders = [Holder("north", name) for name in USERS[:many]]
    return sync_seats(account.pk, holders=[*holders, Holder("south", USERS[0]), *others], at=clock.now(), actor=ACTOR)


@pytest.mark.rule("DEM-43")
@pytest.mark.rule("DEM-44")
def test_a_freed_seat_is_used_again_for_nothing_and_one_more_is_charged_for_the_days_left(account: Account) -> None:
    clock.set_clock(datetime(2026, 2, 14, 9, tzinfo=UTC))  # 14 of 28 days are left
    assert use(account, 5).billed == 5
    assert (use(account, 4).next_period, use(account, 5).next_period) == (4, 5)
    assert tell_invoices() == [(155_00, 0)]  # nothing charged, nothing given back
    standing = use(account, 6, Holder("north", "zoe", "observer"), Holder("north", "yan", "member", "invited"))
    assert tell_invoices() == [(155_00, 0), (15_50, 0)]
    assert (standing.billed, standing.paid, standing.next_period) == (6, 6, 6)
    assert (standing.holders.live, standing.holders.invited, standing.holders.observers) == (6, 1, 1)
    assert use(account, 6) == standing._replace(holders=standing.holders._replace(invited=0, observers=0))
    assert Document.objects.count() == 2
    assert list(check_books(actor=ACTOR)) == []


def test_beside_other_services_the_one_that_is_priced_by_unit_is_billed_by_seat(account: Account) -> None:
    seller = account.seller
    build_service(seller, code="support", unit_price="10.00", price_model="flat")
    fill_plan(seller, "tv", mandatory=["basic"], optional=["support"])
    clock.set_clock(datetime(2026, 2, 14, 9, tzinfo=UTC))
    (subscription,) = Subscription.objects.all()
    add_services(subscription.pk, services=[NewService("support", date(2026, 2, 28))], at=clock.now(), actor=ACTOR)
    assert (use(account, 4).next_period, use(account, 6).billed) == (4, 6)


@pytest.mark.rule("DEM-44")
def test_at_the_renewal_the_mark_is_the_live_seats(account: Account) -> None:
    clock.set_clock(datetime(2026, 2, 14, 9, tzinfo=UTC))
    use(account, 7)
    use(account, 3)
    assert tell_invoices() == [(155_00, 0), (31_00, 0)]  # two seats for half a period
    renewal = datetime(2026, 2, 28, 9, tzinfo=UTC)
    bill_and_post(account.seller, target_on=date(2026, 2, 28), at=renewal)
    assert tell_invoices()[2:] == [(93_00, 93_00)]  # three seats
    standing = read_seat_standing(account.pk, on=date(2026, 3, 1))
    assert (standing.billed, standing.next_period) == (3, 3)


@pytest.mark.rule("DEM-45")
@pytest.mark.rule("DEM-51")
def test_a_charge_that_fails_leaves_the_seats_stamps_the_account_tells_once_and_is_tried_again(
    account: Account,
) -> None:
    clock.set_clock(datetime(2026, 2, 14, 9, tzinfo=UTC))
    save(account, EMPTY_CARD)
    failed_at = clock.now()
    standing = use(account, 6)
    assert (standing.holders.live, standing.billed, standing.paid) == (6, 6, 5)
    assert standing.not_in_line_since == failed_at
    assert Subscription.objects.get().status == "past_due"
    with pytest.raises(ActionNotPossible, match="past due"):
        use(account, 7)
    assert SeatHolder.objects.filter(user="gus").count() == 0
    assert use(account, 4).not_in_line_since == failed_at  # giving up is always possible
    run_jobs()
    (told,) = mail.outbox
    assert "We could not collect this invoice from Visa •••• 9995." in str(told.body)
    follow_self_serve(at=clock.now(), actor=ACTOR)
    run_jobs()
    assert len(mail.outbox) == 1
    clock.advance(timedelta(hours=3))
    assert reconcile_seats(at=clock.now(), actor=ACTOR) == 0  # a second try, which fails as well
    assert reconcile_seats(at=clock.now(), actor=ACTOR) == 1  # this card pays at the third
    standing = use(account, 6)
    assert (standing.paid, standing.not_in_line_since) == (6, None)
    assert (Document.objects.count(), SeatCharge.objects.get().failed_at) == (2, failed_at)
    assert Subscription.objects.get().status == "active"
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("DEM-45")
def test_a_direct_debit_that_fails_days_later_is_found_then(account: Account) -> None:
    clock.set_clock(datetime(2026, 2, 14, 9, tzinfo=UTC))
    save(account, "NL66SAND0000000005")
    standing = use(account, 6)
    assert (standing.paid, standing.not_in_line_since) == (6, None)  # its bank takes some days
    advance_to(date(2026, 2, 24))
    standing = read_seat_standing(account.pk, on=date(2026, 2, 24))
    assert (standing.paid, standing.not_in_line_since is not None) == (5, True)


@pytest.mark.rule("DEM-45")
def test_without_any_method_the_seats_stand_and_their_invoice_is_open(account: Account) -> None:
    clock.set_clock(datetime(2026, 2, 14, 9, tzinfo=UTC))
    account.payment_methods.update(is_default=False)
    standing = use(account, 6)
    assert (standing.paid, standing.not_in_line_since) == (5, clock.now())
    assert tell_invoices() == [(155_00, 0), (15_50, 15_50)]
    save(account, GOOD_CARD)
    assert (reconcile_seats(at=clock.now(), actor=ACTOR), tell_invoices()[1]) == (1, (15_50, 0))


@pytest.mark.rule("DEM-46")
def test_of_a_managed_account_only_the_recorded_number_moves() -> None:
    account = build_customer()
    pay(account, subscribe(account, basic=5))
    Account.objects.update(billing_mode="managed")
    standing = use(account, 7)
    assert (standing.billed, standing.next_period) == (5, 7)
    assert (Document.objects.count(), PaymentAttempt.objects.count()) == (1, 1)
