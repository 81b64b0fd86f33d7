"""Stories of payment runs: the clock is set, a run is made, the clock moves on, and the books are looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.collection.models import PaymentRunItem
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.invoicing.models import CreditSource
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.models import Payment, PaymentAttempt
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.stories import (
    EXPIRED_CARD,
    GOOD_CARD,
    GOOD_IBAN,
    POOR_CARD,
    SILENT_CARD,
    bill,
    bill_and_post,
    build_payers,
    collect,
    get_document,
    post,
    save_method,
    tell_failures,
    tell_skipped,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    return build_seller()


def wait_until(at: datetime) -> None:
    clock.set_clock(at)
    resolve_payments(at=at, actor=ACTOR)


def hold_money(account: Account, amount_minor: int) -> None:
    """Money that arrived and that nobody has allocated yet."""
    with transaction.atomic():
        paid = NewPayment(account.pk, amount_minor, account.currency, None, "", "transfer of 1 March")
        add_credit_sources(record_payments([paid], on=MARCH, at=AT))


def assert_books_in_order() -> None:
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-34", "ZUO-35", "ZUO-42", "ZUO-43", "C-17")
def test_nothing_before_posting_then_money_and_a_failure_is_listed_waited_for_and_tried_again(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD, "poor": POOR_CARD})
    billed = bill(seller)
    early = collect(seller)
    assert (early.status, early.items.count()) == ("completed", 0)  # drafts are nobody's debt

    post(billed)
    first = collect(seller)
    assert get_document("good").open_minor == 0
    failure = tell_failures(first)["poor"]
    assert (failure.open_minor, failure.follow_up, failure.tries) == (121_00, "open", 1)
    assert failure.reason == "There was not enough money on the account."

    too_soon = collect(seller, at=AT + 11 * HOUR)
    assert tell_skipped(too_soon) == {"poor": "too_soon"}

    later = collect(seller, at=datetime(2026, 3, 3, 12, tzinfo=UTC))  # the morning of the second day after
    assert set(tell_failures(later)) == {"poor"}
    assert tell_failures(first)["poor"].follow_up == "retried"  # the later run took it over

    third = collect(seller, at=datetime(2026, 3, 6, 12, tzinfo=UTC))  # this card pays the third time
    assert get_document("poor").open_minor == 0
    assert get_payment_run_progress(third.pk).totals[0].payments_minor == 121_00
    assert_books_in_order()


@pytest.mark.rule("ZUO-38", "UNI-9")
def test_credit_is_used_first_and_the_method_is_charged_for_the_rest(fresh_database: FreshDatabase) -> None:
    seller = build_seller(country="US", currency="USD")
    (account,) = build_payers(seller, {"A-1": GOOD_CARD}, unit_price="100.00")
    bill_and_post(seller)
    hold_money(account, 30_00)
    run = collect(seller)
    total = get_payment_run_progress(run.pk).totals[0]
    assert (total.credits_used_minor, total.payments_minor) == (30_00, 70_00)
    assert get_document("A-1").open_minor == 0
    assert_books_in_order()


@pytest.mark.rule("ZUO-38", "UNI-9")
def test_credit_above_the_invoice_pays_it_and_the_rest_stays_credit(fresh_database: FreshDatabase) -> None:
    seller = build_seller(country="US", currency="USD")
    (account,) = build_payers(seller, {"A-1": GOOD_CARD}, unit_price="100.00")
    bill_and_post(seller)
    hold_money(account, 130_00)
    run = collect(seller)
    assert [item.status for item in run.items.all()] == ["credited"]
    assert (PaymentAttempt.objects.count(), get_document("A-1").open_minor) == (0, 0)
    assert CreditSource.objects.get().remaining_minor == 30_00
    assert_books_in_order()


@pytest.mark.rule("ZUO-40")
def test_a_lost_answer_is_no_failure_and_never_a_second_charge(seller: Seller) -> None:
    build_payers(seller, {"silent": SILENT_CARD})
    bill_and_post(seller)
    run = collect(seller)
    assert run.status == "running"  # waits for what is unknown
    assert PaymentRunItem.objects.get().status == "unknown"
    assert not tell_failures(run)
    again = collect(seller, at=AT + HOUR / 6)
    assert tell_skipped(again) == {"silent": "being_paid"}

    wait_until(AT + HOUR / 3)
    run.refresh_from_db()
    assert (run.status, PaymentRunItem.objects.get(run=run).status) == ("completed", "collected")
    assert (PaymentAttempt.objects.count(), Payment.objects.count()) == (1, 1)
    assert get_document("silent").open_minor == 0
    assert_books_in_order()


@pytest.mark.rule("ZUO-40", "ZUO-44")
def test_a_direct_debit_is_handed_to_later_and_completes_the_run(seller: Seller) -> None:
    build_payers(seller, {"debit": GOOD_IBAN})
    bill_and_post(seller)
    run = collect(seller)
    total = get_payment_run_progress(run.pk).totals[0]
    assert (run.status, total.payments, total.pending, total.pending_minor) == ("completed", 0, 1, 121_00)
    wait_until(AT + timedelta(days=6))
    total = get_payment_run_progress(run.pk).totals[0]
    assert (total.payments, total.payments_minor, total.pending) == (1, 121_00, 0)
    assert get_document("debit").open_minor == 0


@pytest.mark.rule("ZUO-35")
def test_a_hard_decline_is_not_charged_again_until_another_method_is_saved(seller: Seller) -> None:
    (account,) = build_payers(seller, {"A-1": EXPIRED_CARD})
    bill_and_post(seller)
    failure = tell_failures(collect(seller))["A-1"]
    assert failure.reason == "The card has expired."
    assert failure.next_step.startswith("Ask the customer for another payment method")
    assert tell_skipped(collect(seller, at=AT + 24 * HOUR)) == {"A-1": "method_unusable"}
    save_method(account, GOOD_CARD)
    collect(seller, at=AT + 48 * HOUR)
    assert get_document("A-1").open_minor == 0
    assert find_balance(account.pk).receivable_minor == 0
    assert CreditSource.objects.filter(remaining_minor__gt=0).count() == 0


def test_the_target_date_says_which_due_dates_are_collected(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD}, net_terms_days=14)
    bill_and_post(seller)
    assert get_document("A-1").due_on == date(2026, 3, 15)
    assert collect(seller, target_on=date(2026, 3, 14), at=AT + timedelta(days=14)).items.count() == 0
    collect(seller, target_on=date(2026, 3, 15), at=AT + timedelta(days=14))
    assert get_document("A-1").open_minor == 0
