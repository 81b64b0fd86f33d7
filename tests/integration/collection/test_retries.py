"""Charging again: when a run may, what limits hold over all invoices of a card, and what staff and sellers can set."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from tallystick.collection.core.retry_terms import RetryTerms
from tallystick.collection.errors import PaymentRunNotFollowedUp, RetryRuleInvalid
from tallystick.collection.models import DocumentRetry, RetryRule
from tallystick.collection.operations.follow_up import close_items, retry_items
from tallystick.collection.operations.set_retry_rule import set_retry_rule
from tallystick.collection.queries.runs import get_payment_run_progress, list_document_ids, write_follow_up
from tallystick.delivery.queries.undelivered import count_undelivered
from tallystick.errors import InvalidInput
from tallystick.journeys.deliver_payment_run import deliver_payment_run
from tallystick.payments.models import PaymentMethod
from tallystick.payments.operations.resume_method import resume_method
from tallystick.payments.operations.set_failure_limit import set_failure_limit
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.stories import (
    GOOD_CARD,
    POOR_CARD,
    bill_and_post,
    build_payers,
    collect,
    get_document,
    save_method,
    tell_failures,
    tell_skipped,
)

DECLINED_CARD = "4000000000000002"
MINUTE = timedelta(minutes=1)
FIRST_MONTHS = (MARCH, date(2026, 4, 1), date(2026, 5, 1))


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    return build_seller()


def next_attempt_of(external_id: str) -> datetime | None:
    return DocumentRetry.objects.get(document__account__external_id=external_id).next_attempt_at


@pytest.mark.rule("C-17", "ZUO-42")
def test_a_run_takes_an_invoice_only_when_its_time_has_come_and_a_new_method_at_once(seller: Seller) -> None:
    (account,) = build_payers(seller, {"A-1": POOR_CARD})
    bill_and_post(seller)
    run = collect(seller)
    due = next_attempt_of("A-1")
    assert due is not None
    assert date(2026, 3, 3) == due.date()  # plus 2 from Sunday the 1st
    assert tell_failures(run)["A-1"].next_attempt_at == due
    assert tell_skipped(collect(seller, at=due - MINUTE)) == {"A-1": "too_soon"}
    save_method(account, GOOD_CARD)
    collect(seller, at=due - MINUTE)
    assert get_document("A-1").open_minor == 0
    assert not DocumentRetry.objects.exists()  # a success starts anew


@pytest.mark.rule("C-17", "C-23")
def test_staff_need_not_wait_and_their_try_counts(seller: Seller) -> None:
    build_payers(seller, {"A-1": DECLINED_CARD})
    bill_and_post(seller)
    run = collect(seller)
    retry_items(run, at=AT + MINUTE, actor=ACTOR)
    run_jobs()
    retry = DocumentRetry.objects.get()
    assert (retry.tries, retry.failure_code) == (2, "card_declined")
    assert retry.next_attempt_at is not None
    assert retry.next_attempt_at.date() == date(2026, 3, 5)  # the second try was used: plus 4


@pytest.mark.rule("C-17")
def test_a_card_that_failed_twice_in_a_day_rests_whatever_the_invoice(seller: Seller) -> None:
    build_payers(seller, {"A-1": DECLINED_CARD})
    for target_on in FIRST_MONTHS:
        bill_and_post(seller, target_on=target_on, invoice_on=MARCH)
    run = collect(seller)
    assert list(run.items.order_by("pk").values_list("status", "reason_code")) == [
        ("failed", "card_declined"),
        ("failed", "card_declined"),
        ("skipped", "card_rests"),
    ]


@pytest.mark.rule("ZUO-42")
def test_a_method_has_a_limit_of_its_own_and_staff_reset_its_counter(seller: Seller) -> None:
    build_payers(seller, {"A-1": DECLINED_CARD})
    bill_and_post(seller)
    method = PaymentMethod.objects.get()
    for limit in (0, 101):
        with pytest.raises(InvalidInput):
            set_failure_limit(method.pk, limit=limit, reason="no", at=AT, actor=ACTOR)
    set_failure_limit(method.pk, limit=1, reason="an expensive card", at=AT, actor=ACTOR)
    collect(seller)
    later = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert tell_skipped(collect(seller, at=later)) == {"A-1": "failure_limit"}
    resume_method(method.pk, reason="the customer raised the limit", at=later, actor=ACTOR)
    assert set(tell_failures(collect(seller, at=later))) == {"A-1"}


@pytest.mark.rule("C-17")
def test_a_seller_sets_its_own_days_and_never_more_than_the_networks_allow(seller: Seller) -> None:
    with pytest.raises(RetryRuleInvalid, match="tries_an_invoice: must be from 1 to 6"):
        set_retry_rule(seller, terms=RetryTerms(tries_an_invoice=9), at=AT, actor=ACTOR)
    set_retry_rule(seller, terms=RetryTerms(funds_days=(3, 6), morning_hour=10), at=AT, actor=ACTOR)
    build_payers(seller, {"A-1": POOR_CARD})
    bill_and_post(seller)
    collect(seller)
    due = next_attempt_of("A-1")
    assert due is not None
    assert (due.date(), due.hour in (9, 10)) == (date(2026, 3, 4), True)  # ten or eleven in Amsterdam
    with pytest.raises(DatabaseError), transaction.atomic():
        RetryRule.objects.update(terms={})


@pytest.mark.rule("ZUO-50")
def test_once_no_failure_is_open_the_rest_is_mailed(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD, "poor": POOR_CARD})
    bill_and_post(seller)
    run = collect(seller)
    assert write_follow_up(get_payment_run_progress(run.pk)).startswith("1 failure is open")
    with pytest.raises(PaymentRunNotFollowedUp, match="with 1 failures open"):
        deliver_payment_run(run.pk, at=AT, actor=ACTOR)
    close_items(run, item_ids=[tell_failures(run)["poor"].item_id], note="pays by transfer", at=AT, actor=ACTOR)
    assert write_follow_up(get_payment_run_progress(run.pk)) == "Every failure is followed up."
    assert count_undelivered(list_document_ids(run.pk)) == 2
    queued = deliver_payment_run(run.pk, channels=("print",), at=AT, actor=ACTOR)
    assert queued.prints == 2
    again = deliver_payment_run(run.pk, channels=("print",), at=AT, actor=ACTOR)
    assert (again.prints, again.already) == (0, 0)  # what is on its way is not asked for twice
