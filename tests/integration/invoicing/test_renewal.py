"""Terms that are due for renewal are renewed in the run, unless it is told not to (ZUO-6)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.models import BillRun, Document, DocumentLine
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.journeys.work_off_due import work_off_due
from tallystick.subscriptions.errors import NoTermToRenew, WrongSubscriptionState
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.set_auto_renewal import set_auto_renewal
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-6")]

STARTS, ENDS, RENEWED = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)
JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def agree(**terms: Any) -> Subscription:
    """Three months from March at 100.00 a month, in advance."""
    seller = build_seller()
    options = {"commitment_months": 3, "is_auto_renewed": True, "ends_on": ENDS, **terms}
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller), starts_on=STARTS, **options)
    return Subscription.objects.get()


def run(subscription: Subscription, *, target_on: date = ENDS, **options: Any) -> BillRun:
    seller = subscription.account.seller
    started = start_bill_run(seller, target_on=target_on, options=RunOptions(**options), at=JUNE, actor=ACTOR)
    run_jobs()
    subscription.refresh_from_db()
    return BillRun.objects.get(pk=started.pk)


def periods(made: BillRun) -> list[date | None]:
    return list(DocumentLine.objects.filter(document__run=made).values_list("period_start_on", flat=True))


def test_a_term_that_ends_by_the_target_date_is_renewed_and_billed_in_the_run() -> None:
    subscription = agree()
    made = run(subscription)
    assert subscription.ends_on == RENEWED
    assert subscription.services.get().ends_on == RENEWED
    assert periods(made) == [STARTS, date(2026, 4, 1), date(2026, 5, 1), ENDS]
    event = subscription.events.get(event="renew")
    assert (event.from_status, event.to_status) == ("active", "active")
    assert event.reason == "2026-06-01 to 2026-09-01: bill run BR-000001"
    assert list(check_books(actor=ACTOR)) == []


def test_it_is_not_renewed_when_the_run_is_told_not_to_and_the_next_run_makes_up_for_it() -> None:
    subscription = agree()
    assert len(periods(run(subscription, renews_terms=False))) == 3
    assert subscription.ends_on == ENDS
    assert periods(run(subscription)) == [ENDS]


def test_several_terms_are_made_up_for_at_once() -> None:
    subscription = agree()
    run(subscription, target_on=date(2027, 1, 15))
    assert subscription.ends_on == date(2027, 3, 1)


@pytest.mark.parametrize(
    "terms", [{"is_auto_renewed": False}, {"commitment_months": 0}, {"status": "suspended"}, {"status": "canceled"}]
)
def test_what_does_not_renew_itself_ends(terms: dict[str, Any]) -> None:
    subscription = agree(**terms)
    run(subscription)
    assert subscription.ends_on == ENDS


def test_what_somebody_canceled_ends_as_agreed() -> None:
    subscription = agree()
    cancel_subscription(subscription.pk, ends_on=ENDS, reason="moved", at=AT, actor=ACTOR)
    run(subscription)
    assert subscription.ends_on == ENDS
    work_off_due(at=JUNE, actor=ACTOR)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.services.get().status) == ("canceled", "ended")


def test_a_term_that_renews_itself_does_not_expire_before_the_run() -> None:
    subscription = agree()
    work_off_due(at=JUNE, actor=ACTOR)
    subscription.refresh_from_db()
    assert (subscription.status, subscription.services.get().status) == ("active", "effective")
    assert ENDS in periods(run(subscription))


def test_canceling_the_run_takes_back_the_drafts_and_not_the_renewal() -> None:
    subscription = agree()
    made = run(subscription)
    cancel_bill_run(made, reason="wrong price", at=JUNE, actor=ACTOR)
    run_jobs()
    subscription.refresh_from_db()
    assert subscription.ends_on == RENEWED
    assert Document.objects.get().status == "canceled"
    assert len(periods(run(subscription))) == 4


def test_renewal_can_be_switched_off_and_on_until_the_term_ends() -> None:
    subscription = agree(is_auto_renewed=False)
    for is_auto_renewed in (True, True, False, True):
        set_auto_renewal(subscription.pk, is_auto_renewed=is_auto_renewed, reason="agreed", at=AT, actor=ACTOR)
    events = subscription.events.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["renew_from_now_on", "renew_no_more", "renew_from_now_on"]
    run(subscription)
    assert subscription.ends_on == RENEWED


def test_without_a_term_there_is_nothing_to_renew() -> None:
    for terms in ({"ends_on": None}, {"commitment_months": 0}):
        with transaction.atomic():
            subscription = agree(is_auto_renewed=False, **terms)
            with pytest.raises(NoTermToRenew):
                set_auto_renewal(subscription.pk, is_auto_renewed=True, reason="agreed", at=AT, actor=ACTOR)
            transaction.set_rollback(True)
    ended = agree(status="canceled")
    with pytest.raises(WrongSubscriptionState):
        set_auto_renewal(ended.pk, is_auto_renewed=True, reason="agreed", at=AT, actor=ACTOR)
