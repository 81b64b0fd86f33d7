"""Seats of a managed subscription are recorded: what is billed stays as it was, and nothing is charged for it."""

from datetime import date

import pytest

from tallystick.accounts.models import Account
from tallystick.errors import InvalidInput
from tallystick.invoicing.models import Document
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing import clock
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.record_seats import record_seats
from tests.support.builders import ACTOR, build_account, build_plan, build_service, build_subscription
from tests.support.catalogs import fill_plan
from tests.support.month import begin_month, bill

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)


@pytest.fixture
def account() -> Account:
    """Five seats of 10.00 a month, managed."""
    seller = begin_month()
    seat = build_service(seller, unit_price="10.00", price_model="per_unit")
    account = build_account(seller, billing_mode="managed", party={"country": "US"})
    plan = build_plan(seller)
    fill_plan(seller, plan.code, mandatory=[seat.code], optional=[])
    build_subscription(account, plan, seat, quantity="5")
    return account


def record(seats: int) -> None:
    subscription = Subscription.objects.get()
    record_seats(subscription.pk, seats=seats, reason="they told us", at=clock.now(), actor=ACTOR)


def list_quantities() -> list[tuple[date, int]]:
    """From which day how many seats count."""
    rows = SubscriptionService.objects.order_by("starts_on", "pk").values_list("starts_on", "quantity")
    return [(starts_on, int(quantity)) for starts_on, quantity in rows]


@pytest.mark.rule("DEM-46")
@pytest.mark.parametrize("seats", [8, 2, 0])
def test_after_the_month_is_billed_the_count_moves_and_nothing_is_charged_or_given_back(
    account: Account, seats: int
) -> None:
    (document,) = bill(account.seller)
    record(seats)
    assert list_quantities() == [(date(2026, 3, 1), 5), (APRIL, seats)]
    assert bill(account.seller, post=False) == []  # nothing more is due for March
    assert (Document.objects.filter(status="posted").count(), PaymentAttempt.objects.count()) == (1, 0)
    assert document.gross_minor == 50_00


@pytest.mark.rule("DEM-46")
def test_before_anything_is_billed_the_last_count_that_was_recorded_is_billed(account: Account) -> None:
    for seats in (9, 9, 7):
        record(seats)
    assert [quantity for _, quantity in list_quantities()] == [7]
    assert not Document.objects.exists()
    (document,) = bill(account.seller)
    assert document.gross_minor == 70_00


def test_there_are_no_fewer_than_no_seats(account: Account) -> None:
    with pytest.raises(InvalidInput, match="at least 0, but is -1"):
        record(-1)
    assert [quantity for _, quantity in list_quantities()] == [5]
