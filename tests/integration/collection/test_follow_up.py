"""Following up failures: charge again one, some or all; close with a note; what the list says."""

from datetime import timedelta

import pytest

from tallystick.collection.errors import (
    FollowUpClosed,
    ItemNotFailed,
    ItemUnknown,
    NothingToRetry,
    RetryRefused,
)
from tallystick.collection.models import PaymentRun, PaymentRunEvent, PaymentRunItem
from tallystick.collection.operations.follow_up import close_items, retry_items
from tallystick.collection.queries.failures import list_failures
from tallystick.collection.queries.runs import count_open_failures, find_under_way
from tallystick.errors import InvalidInput
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.stories import (
    EXPIRED_CARD,
    GOOD_CARD,
    GOOD_IBAN,
    POOR_CARD,
    bill_and_post,
    build_payers,
    collect,
    get_document,
    save_method,
    tell_failures,
)

OTHER_AMOUNT = "4000009900000095"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    return build_seller()


def run_with(seller: Seller, **cards: str) -> PaymentRun:
    build_payers(seller, cards)
    bill_and_post(seller)
    return collect(seller)


def find_item(run: PaymentRun, external_id: str) -> PaymentRunItem:
    return PaymentRunItem.objects.get(run=run, account__external_id=external_id)


@pytest.mark.rule("ZUO-43")
def test_one_failure_is_charged_again_at_once_and_is_open_again_when_it_fails_again(seller: Seller) -> None:
    run = run_with(seller, poor=POOR_CARD)
    item = find_item(run, "poor")
    retry_items(run, item_ids=[item.pk], at=AT + MINUTE, actor=ACTOR)
    item.refresh_from_db()
    assert (item.status, item.follow_up, item.tries) == ("collecting", "retried", 2)
    run_jobs()
    item.refresh_from_db()
    assert (item.status, item.follow_up) == ("failed", "open")
    retry_items(run, item_ids=[item.pk], at=AT + 2 * MINUTE, actor=ACTOR)
    run_jobs()
    item.refresh_from_db()
    assert (item.status, item.follow_up, item.tries) == ("collected", "retried", 3)
    assert get_document("poor").open_minor == 0
    assert count_open_failures(run.pk) == 0


@pytest.mark.rule("ZUO-43")
def test_all_failures_are_charged_again_but_for_hard_declines_which_are_told(seller: Seller) -> None:
    run = run_with(seller, good=GOOD_CARD, poor=POOR_CARD, expired=EXPIRED_CARD)
    retried = retry_items(run, at=AT + MINUTE, actor=ACTOR)
    assert len(retried.attempt_ids) == 1
    (refused,) = retried.refused
    assert refused.number == get_document("expired").number
    assert refused.next_step == "Ask the customer for another payment method."
    run_jobs()
    assert tell_failures(run)["expired"].tries == 1
    assert tell_failures(run)["poor"].tries == 2


@pytest.mark.rule("ZUO-43")
def test_a_hard_decline_is_refused_until_the_method_is_replaced(seller: Seller) -> None:
    run = run_with(seller, expired=EXPIRED_CARD)
    item = find_item(run, "expired")
    with pytest.raises(RetryRefused, match="can't be charged again now: The saved payment method"):
        retry_items(run, item_ids=[item.pk], at=AT + MINUTE, actor=ACTOR)
    save_method(item.account, GOOD_CARD)
    retry_items(run, item_ids=[item.pk], at=AT + MINUTE, actor=ACTOR)
    run_jobs()
    assert get_document("expired").open_minor == 0


@pytest.mark.rule("ZUO-50")
def test_a_failure_is_closed_with_a_note_and_stays_owed(seller: Seller) -> None:
    run = run_with(seller, poor=POOR_CARD)
    item = find_item(run, "poor")
    assert count_open_failures(run.pk) == 1
    with pytest.raises(InvalidInput):
        close_items(run, item_ids=[item.pk], note="  ", at=AT, actor=ACTOR)
    close_items(run, item_ids=[item.pk], note="pays by transfer, says Ms. Bell", at=AT, actor=ACTOR)
    row = tell_failures(run)["poor"]
    assert (row.follow_up, row.note, row.open_minor) == ("closed", "pays by transfer, says Ms. Bell", 121_00)
    assert not row.needs_work
    assert count_open_failures(run.pk) == 0
    event = PaymentRunEvent.objects.get(item=item)
    assert (event.event, event.reason, event.actor_label) == ("close", "pays by transfer, says Ms. Bell", "a test")


@pytest.mark.rule("ZUO-50")
def test_an_invoice_paid_in_another_way_needs_no_follow_up(seller: Seller) -> None:
    run = run_with(seller, poor=POOR_CARD)
    collect(seller, at=AT + timedelta(days=3))
    third = collect(seller, at=AT + timedelta(days=6))
    assert third.items.get().status == "collected"
    assert count_open_failures(run.pk) == 0
    assert not tell_failures(run)["poor"].needs_work
    assert list_failures(seller_id=seller.pk) == []


def test_what_did_not_fail_or_is_closed_is_not_followed_up(seller: Seller) -> None:
    run = run_with(seller, good=GOOD_CARD, poor=POOR_CARD)
    good, poor = find_item(run, "good"), find_item(run, "poor")
    with pytest.raises(ItemNotFailed, match="is collected"):
        retry_items(run, item_ids=[good.pk], at=AT, actor=ACTOR)
    with pytest.raises(ItemUnknown):
        retry_items(run, item_ids=[good.pk + 1000], at=AT, actor=ACTOR)
    close_items(run, item_ids=[poor.pk], note="written to", at=AT, actor=ACTOR)
    with pytest.raises(FollowUpClosed, match="is closed already"):
        retry_items(run, item_ids=[poor.pk], at=AT, actor=ACTOR)
    with pytest.raises(NothingToRetry):
        retry_items(run, at=AT, actor=ACTOR)


def test_charging_again_and_closing_ask_for_their_permissions(seller: Seller) -> None:
    run = run_with(seller, poor=POOR_CARD)
    viewer = Actor(kind="staff", id="9", label="Viewer")
    creator = Actor(kind="staff", id="8", label="Ada", permissions=frozenset({PAYMENT_RUNS_CREATE}))
    with pytest.raises(PermissionMissing):
        retry_items(run, at=AT, actor=creator)
    with pytest.raises(PermissionMissing):
        close_items(run, item_ids=[find_item(run, "poor").pk], note="no", at=AT, actor=viewer)


@pytest.mark.rule("ZUO-43")
def test_what_a_later_run_took_over_names_it(seller: Seller) -> None:
    run = run_with(seller, poor=POOR_CARD)
    assert tell_failures(run)["poor"].next_step == "Try again later; the same method may work another day."
    later = AT + timedelta(days=10)
    second = collect(seller, target_on=later.date(), at=later)
    row = tell_failures(run)["poor"]
    assert (row.follow_up, row.later_run, row.later_run_id) == ("retried", "PR-000002", second.pk)
    assert row.next_step == "PR-000002 has taken it over."
    assert tell_failures(second)["poor"].later_run == ""


def test_a_payment_that_is_held_is_told_of_and_not_asked_about(seller: Seller) -> None:
    run = run_with(seller, other=OTHER_AMOUNT, bank=GOOD_IBAN)
    under_way = find_under_way(run.pk)
    asked_at = PaymentAttempt.objects.get(quarantine_reason="").look_again_at
    assert (under_way.held, under_way.next_look_at) == (1, asked_at)
    alone = PaymentAttempt.objects.exclude(quarantine_reason="")
    PaymentRunItem.objects.exclude(attempt__in=alone).delete()
    assert find_under_way(run.pk) == (1, None)
