"""Back-dated changes on accounts that are drawn on: the balance gets the difference, nothing is billed twice."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.bill_change import bill_change
from tallystick.invoicing.operations.renew_account import renew_account
from tallystick.plumbing import clock
from tallystick.subscriptions.models import SubscriptionService
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
from tests.support.drawn import fund, require_books, tell_balance, tell_draws
from tests.support.schedules import advance_to
from tests.support.stories import bill, post

pytestmark = [pytest.mark.django_db, pytest.mark.rule("BIL-26", "BIL-8")]

APRIL, THE_11TH = date(2026, 4, 1), date(2026, 3, 11)


@pytest.fixture
def account() -> Account:
    """Postpaid, 31.00 a month without VAT, March drawn by a posted run."""
    clock.set_clock(AT)
    seller = build_seller(country="US", currency="USD")
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller, unit_price="31.00", price_model="per_unit"))
    fund(account, "postpaid")
    post(bill(seller))
    return account


def change(account: Account, *, at: datetime = AT, **terms: object) -> list[Document]:
    service = SubscriptionService.objects.get()
    SubscriptionService.objects.update(**terms)
    return bill_change(
        service.subscription_id,
        as_of=at.date(),
        reason="agreed on the phone",
        at=at,
        actor=ACTOR,
        changed_from={service.pk: MARCH},
    ).documents


def test_another_quantity_is_drawn_in_the_place_of_the_one_before(account: Account) -> None:
    assert change(account, quantity=3) == []
    assert tell_draws(account) == ["Mar 3100 0", "Mar -3100 0", "Mar 9300 0"]
    assert tell_balance(account) == "-93.00 = 0.00 - 0.00 - 93.00"
    assert not Document.objects.exists()
    require_books()


def test_an_end_back_in_time_gives_the_days_after_it_back_to_the_balance(account: Account) -> None:
    change(account, ends_on=THE_11TH)
    assert tell_draws(account) == ["Mar 3100 0", "Mar -3100 0", "Mar 1000 0"]  # 31.00 x 10/31
    assert SubscriptionService.objects.get().billed_through == THE_11TH
    assert tell_balance(account) == "-10.00 = 0.00 - 0.00 - 10.00"
    require_books()
    advance_to(APRIL)
    assert Document.objects.get().gross_minor == 10_00
    require_books()


def test_what_a_statement_asked_for_is_credited_and_not_drawn_again(account: Account) -> None:
    advance_to(APRIL)
    (note,) = change(account, at=AT + timedelta(days=33), ends_on=THE_11TH)
    assert (note.kind, note.net_minor) == ("credit_note", 21_00)
    assert tell_draws(account) == ["Mar 3100 0"]
    assert tell_balance(account) == "-10.00 = 0.00 - 10.00 - 0.00"
    assert SubscriptionService.objects.get().billed_through == THE_11TH
    require_books()


def test_what_did_not_change_is_left_as_it_was_drawn(account: Account) -> None:
    service = SubscriptionService.objects.get()
    bill_change(
        service.subscription_id,
        as_of=MARCH,
        reason="from April on",
        at=AT,
        actor=ACTOR,
        changed_from={service.pk: APRIL},
    )
    assert tell_draws(account) == ["Mar 3100 0"]


def test_what_is_renewed_outside_a_run_is_drawn_too(account: Account) -> None:
    service = SubscriptionService.objects.get()
    with transaction.atomic():
        bill = renew_account(account, service_ids=[service.pk], on=APRIL, occasion="money came", at=AT, actor=ACTOR)
    assert [move.to_on for move in bill.moves] == [date(2026, 5, 1)]
    assert tell_draws(account) == ["Mar 3100 0", "Apr 3100 0"]
    assert not Document.objects.exists()
    require_books()
