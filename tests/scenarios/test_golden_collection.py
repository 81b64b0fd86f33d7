"""The golden scenarios of collecting, each told once from end to end: numbers 6, 12 and 13 of the rules."""

from datetime import timedelta

import pytest
from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.collection.models import PaymentRunItem
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.payments.models import Payment, PaymentAttempt, SandboxPayment
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.plumbing import clock
from tallystick.rollups.queries import list_gap
from tallystick.sellers.models import Seller
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
from tests.support.databases import FreshDatabase
from tests.support.stories import (
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

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"
SECOND_TIME_CARD = "4000000000000119"  # something went wrong at the bank; the second charge succeeds


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """In dollars and without VAT, so that gross is net. What a gateway's threads see must be committed."""
    return build_seller(country="US", currency="USD")


def hold_credit(account: Account, amount_minor: int) -> None:
    """Money that nobody has allocated yet."""
    with transaction.atomic():
        paid = NewPayment(account.pk, amount_minor, account.currency, None, "", "transfer of 1 March")
        add_credit_sources(record_payments([paid], on=MARCH, at=AT))


def count_charges() -> int:
    """How often the gateway took money, by its own books."""
    return SandboxPayment.objects.filter(status="succeeded").count()


@pytest.mark.rule("ZUO-34", "ZUO-42")
def test_golden_12_nothing_before_posting_then_money_and_a_failure_waits_and_is_retried(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD, "failing": SECOND_TIME_CARD})
    billed = bill(seller)
    assert collect(seller).items.count() == 0
    assert count_charges() == 0  # a draft is nobody's debt

    post(billed)
    first = collect(seller)
    assert (get_document("good").open_minor, get_document("failing").open_minor) == (0, 100_00)
    failure = tell_failures(first)["failing"]
    assert (failure.open_minor, failure.follow_up) == (100_00, "open")
    assert failure.reason == "The charge broke down on its way; nothing was taken."

    assert tell_skipped(collect(seller, at=AT + 12 * HOUR - MINUTE)) == {"failing": "too_soon"}
    assert PaymentAttempt.objects.count() == 2

    collect(seller, at=AT + 48 * HOUR)
    assert get_document("failing").open_minor == 0
    assert tell_failures(first)["failing"].follow_up == "retried"
    assert (count_charges(), list(check_books(actor=ACTOR))) == (2, [])


@pytest.mark.rule("ZUO-38")
def test_golden_13_a_credit_of_30_leaves_70_of_100_to_charge(seller: Seller) -> None:
    (account,) = build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    hold_credit(account, 30_00)
    total = get_payment_run_progress(collect(seller).pk).totals[0]
    assert (total.credits_used_minor, total.payments_minor) == (30_00, 70_00)
    assert SandboxPayment.objects.get().amount_minor == 70_00
    assert get_document("A-1").open_minor == 0


@pytest.mark.rule("ZUO-40")
def test_golden_13_after_a_timeout_it_is_processing_and_found_later_without_a_second_charge(seller: Seller) -> None:
    build_payers(seller, {"silent": SILENT_CARD})
    bill_and_post(seller)
    run = collect(seller)
    assert (run.status, PaymentRunItem.objects.get().status) == ("running", "unknown")
    assert tell_failures(run) == {}  # it is no failure

    assert tell_skipped(collect(seller, at=AT + 10 * MINUTE)) == {"silent": "being_paid"}
    assert (count_charges(), Payment.objects.count()) == (1, 0)

    clock.set_clock(AT + 20 * MINUTE)
    resolve_payments(at=clock.now(), actor=ACTOR)
    run.refresh_from_db()
    assert (run.status, PaymentRunItem.objects.get(run=run).status) == ("completed", "collected")
    assert (count_charges(), PaymentAttempt.objects.count(), Payment.objects.count()) == (1, 1, 1)
    assert (get_document("silent").open_minor, list(check_books(actor=ACTOR))) == (0, [])


@pytest.mark.rule("DEM-58")
def test_golden_6_an_unpaid_managed_900_and_a_failed_card_of_75_are_two_gaps_with_two_reasons(seller: Seller) -> None:
    plan, seat = build_plan(seller), build_service(seller, unit_price="75.00", price_model="per_unit")
    customers = (("managed", "managed", "12"), ("card", "self_serve", "1"), ("paid", "self_serve", "1"))
    for external_id, mode, seats in customers:
        account = build_account(seller, external_id=external_id, billing_mode=mode, party={"country": "US"})
        build_subscription(account, plan, seat, quantity=seats)
        if mode == "self_serve":
            save_method(account, DECLINED_CARD if external_id == "card" else GOOD_CARD)
    bill_and_post(seller)
    collect(seller)
    rows = list_gap(seller, month=MARCH, as_of=MARCH, actor=ACTOR)
    gaps = {row.account.external_id: row for row in rows if row.difference_minor}
    told = {
        name: (row.expected_minor, [(each.reason, each.amount_minor) for each in row.reasons])
        for name, row in gaps.items()
    }
    assert told == {
        "managed": (900_00, [("unpaid_not_due", 900_00)]),
        "card": (75_00, [("charge_failed", 75_00)]),
    }
