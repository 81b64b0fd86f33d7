"""Payment runs on real PostgreSQL: whom they take, in which order, what they refuse, how they are resumed."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.collection.errors import BillRunOfAnotherSeller, TargetAfterRun, WrongPaymentRunState
from tallystick.collection.models import PaymentRun, PaymentRunEvent, PaymentRunItem
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.freeze_items import freeze_items
from tallystick.collection.operations.prepare_wave import prepare_wave
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries.runs import get_payment_run, get_payment_run_progress, is_run_working
from tallystick.errors import InvalidInput, NotFound
from tallystick.invoicing.core.filters import RunFilters
from tallystick.journeys.collect_payment_run import collect_chunk
from tallystick.payments.models import GatewayAccount, PaymentAttempt
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_seller, build_subscription
from tests.support.databases import FreshDatabase
from tests.support.stories import (
    GOOD_CARD,
    POOR_CARD,
    bill_and_post,
    build_payers,
    collect,
    tell_skipped,
)

CLERK = Actor(kind="staff", id="7", label="Clerk", permissions=frozenset({"bill_runs.create"}))


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    return build_seller()


def start(seller: Seller, *, at: datetime = AT, **options: object) -> PaymentRun:
    return start_payment_run(seller, target_on=MARCH, at=at, actor=ACTOR, **options)  # type: ignore[arg-type]


def list_taken(run: PaymentRun) -> list[str]:
    return sorted(run.items.values_list("account__external_id", flat=True))


@pytest.mark.rule("ZUO-35")
def test_it_takes_automatic_invoices_only_and_says_why_it_leaves_one(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD, "bare": ""})
    plan = seller.plans.get()
    managed = build_account(seller, external_id="managed", billing_mode="managed")
    build_subscription(managed, plan, seller.services.get(), external_id="S-managed")
    bill_and_post(seller)
    run = collect(seller)
    assert list_taken(run) == ["bare", "good"]
    assert tell_skipped(run) == {"bare": "no_method"}


@pytest.mark.rule("ZUO-35")
def test_nothing_is_charged_through_a_gateway_that_is_switched_off(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD})
    bill_and_post(seller)
    GatewayAccount.objects.update(is_active=False)
    assert tell_skipped(collect(seller)) == {"good": "gateway_inactive"}


@pytest.mark.rule("ZUO-36")
def test_filters_narrow_what_is_taken(seller: Seller) -> None:
    build_payers(seller, {"A-1": "", "A-2": "", "A-3": ""})
    seller.accounts.filter(external_id="A-2").update(segment="retail")
    seller.accounts.filter(external_id="A-3").update(anchor_day=15)
    first = bill_and_post(seller, filters=RunFilters(account_external_ids=("A-1",)))
    bill_and_post(seller)
    assert list_taken(collect(seller)) == ["A-1", "A-2", "A-3"]
    assert list_taken(collect(seller, filters=CollectionFilters(account_external_ids=("A-1", "A-3")))) == ["A-1", "A-3"]
    assert list_taken(collect(seller, filters=CollectionFilters(segments=("retail",)))) == ["A-2"]
    assert list_taken(collect(seller, filters=CollectionFilters(anchor_days=(15,)))) == ["A-3"]
    assert list_taken(collect(seller, bill_run=first)) == ["A-1"]


@pytest.mark.rule("ZUO-38")
def test_a_target_after_the_day_of_the_run_is_refused_while_credits_are_applied(seller: Seller) -> None:
    tomorrow = MARCH + timedelta(days=1)
    with pytest.raises(TargetAfterRun):
        start_payment_run(seller, target_on=tomorrow, at=AT, actor=ACTOR)
    run = start_payment_run(
        seller, target_on=tomorrow, at=AT, actor=ACTOR, options=CollectOptions(applies_credits=False)
    )
    assert run.run_on == MARCH


@pytest.mark.rule("ZUO-37")
def test_the_day_of_the_run_is_that_of_the_seller(seller: Seller) -> None:
    late = datetime.fromisoformat("2026-03-01T23:30:00+00:00")  # half past midnight in Amsterdam
    assert start(seller, at=late).run_on == date(2026, 3, 2)


@pytest.mark.rule("ZUO-46", "ZUO-39")
def test_inside_an_account_the_oldest_due_date_goes_first_and_each_invoice_is_a_payment(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller, target_on=MARCH, invoice_on=date(2026, 2, 20))
    bill_and_post(seller, target_on=date(2026, 4, 1), invoice_on=date(2026, 2, 10))
    run = collect(seller)
    attempts = PaymentAttempt.objects.order_by("pk")
    dues = [item.document.due_on for a in attempts for item in a.payment_run_items.all()]
    assert dues == [date(2026, 2, 10), date(2026, 2, 20)]
    assert get_payment_run_progress(run.pk).totals[0].payments == 2


@pytest.mark.rule("ZUO-42")
def test_a_method_that_reached_its_limit_within_the_run_is_not_asked_for_the_next_invoice(
    fresh_database: FreshDatabase,
) -> None:
    seller = build_seller(max_consecutive_failures=1)
    build_payers(seller, {"A-1": POOR_CARD})
    bill_and_post(seller)
    bill_and_post(seller, target_on=date(2026, 4, 1), invoice_on=MARCH)
    run = collect(seller)
    assert list(run.items.order_by("pk").values_list("status", "reason_code")) == [
        ("failed", "insufficient_funds"),
        ("skipped", "failure_limit"),
    ]


@pytest.mark.rule("ZUO-44")
def test_the_summary_adds_up(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD, "poor": POOR_CARD, "bare": ""})
    bill_and_post(seller)
    progress = get_payment_run_progress(collect(seller).pk)
    total = progress.totals[0]
    assert (progress.items_total, progress.items_done, progress.open_failures) == (3, 3, 1)
    assert (total.invoices, total.invoices_minor) == (3, 363_00)
    assert (total.payments_minor, total.errors_minor, total.unprocessed_minor) == (121_00, 121_00, 121_00)


@pytest.mark.rule("ZUO-41")
def test_only_a_pending_run_can_be_canceled_and_its_job_then_does_nothing(seller: Seller) -> None:
    build_payers(seller, {"good": GOOD_CARD})
    bill_and_post(seller)
    run = start(seller)
    with pytest.raises(InvalidInput):
        cancel_payment_run(run, reason=" ", at=AT, actor=ACTOR)
    run = cancel_payment_run(run, reason="wrong date", at=AT, actor=ACTOR)
    freeze_items(run.pk, at=AT, actor=ACTOR)
    assert (run.status, run.reason, run.items.count()) == ("canceled", "wrong date", 0)
    with pytest.raises(WrongPaymentRunState, match="it has charged; money goes back by refunds"):
        cancel_payment_run(collect(seller), reason="too late", at=AT, actor=ACTOR)


def test_it_is_refused_without_the_permission_and_for_another_sellers_bill_run(seller: Seller) -> None:
    with pytest.raises(PermissionMissing):
        start_payment_run(seller, target_on=MARCH, at=AT, actor=CLERK)
    other = build_seller(code="other")
    build_payers(other, {"A-1": ""})
    with pytest.raises(BillRunOfAnotherSeller):
        start(seller, bill_run=bill_and_post(other))
    with pytest.raises(PermissionMissing):
        cancel_payment_run(start(seller), reason="no", at=AT, actor=CLERK)
    with pytest.raises(NotFound):
        get_payment_run("PR-999999")


def test_who_creates_a_run_need_not_be_allowed_to_charge_by_hand(seller: Seller) -> None:
    creator = Actor(kind="staff", id="8", label="Ada", permissions=frozenset({PAYMENT_RUNS_CREATE}))
    run = start_payment_run(seller, target_on=MARCH, at=AT, actor=creator)
    assert (run.number, run.created_by) == ("PR-000001", "Ada")


def test_starting_twice_takes_the_invoices_once(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    run = start(seller)
    for _ in range(2):
        freeze_items(run.pk, at=AT, actor=ACTOR)
    assert run.items.count() == 1
    assert is_run_working(run.pk)


def test_a_worker_killed_before_the_gateway_was_called_loses_and_doubles_nothing(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD, "A-2": GOOD_CARD})
    bill_and_post(seller)
    run = start(seller)
    freeze_items(run.pk, at=AT, actor=ACTOR)
    prepare_wave(run.pk, position=1, at=AT, actor=ACTOR)  # committed, and then the worker dies
    assert set(PaymentAttempt.objects.values_list("status", flat=True)) == {"created"}
    for _ in range(2):  # its job comes back, and comes twice
        collect_chunk(run.pk, position=1, at=AT, actor=ACTOR)
    run.refresh_from_db()
    assert run.status == "completed"
    assert list(PaymentAttempt.objects.values_list("status", flat=True)) == ["succeeded", "succeeded"]


def test_the_database_takes_an_invoice_once_a_run_and_keeps_events(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    item = PaymentRunItem.objects.get(run=collect(seller))
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentRunItem.objects.create(
            run=item.run,
            account=item.account,
            document=item.document,
            chunk_position=1,
            currency="EUR",
            amount_minor=1,
        )
    assert list(PaymentRunEvent.objects.order_by("pk").values_list("event", flat=True)) == [
        "create",
        "start",
        "complete",
    ]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM collection_paymentrunevent")
