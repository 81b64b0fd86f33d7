"""Golden scenario 5: a link of a managed account that is not paid leaves all as it was; a paid one brings it in force,
managed as before. And what a link asks for where nobody names an amount."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tallystick.accounts.models import Account
from tallystick.catalog.models import Price
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.models import Document
from tallystick.journeys.issue_link import issue_link
from tallystick.journeys.pay_on_page import follow_page
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.errors import LinkRefused
from tallystick.payments.gateways.sandbox.pages import cancel_page, expire_page, pay_page
from tallystick.payments.models import GatewayAccount, Payment, PaymentAttempt, PaymentLink, SandboxPayment
from tallystick.payments.operations.close_link import cancel_link
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.queries.scheduled_ends import SCHEDULED
from tests.scenarios.test_payment_links import GOOD, open_it
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
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

#: What a link that is not paid may never touch: each table of these rooms, in whole rows.
GRANTED = ("accounts", "subscriptions", "invoicing", "credit", "ledger")
DECLINED = "4000000000000002"


def build_managed(seller: Seller, *, external_id: str = "A-1", months: int = 1, **options: Any) -> Account:
    account = build_account(seller, external_id=external_id)
    plan = build_plan(seller, code=f"plan-{external_id}", interval_months=months)
    seat = build_service(seller, code=f"seat-{external_id}", unit_price="10.00", price_model="per_unit")
    if months != 1:
        Price.objects.filter(service=seat).update(interval_months=months, unit_price="100.00")
    build_subscription(account, plan, seat, external_id=external_id, quantity="5", **options)
    return account


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    seller = build_seller()
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return seller


def read_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the rooms that a payment could change."""
    models = [model for room in GRANTED for model in apps.get_app_config(room).get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}  # type: ignore[attr-defined]


def decline(link: PaymentLink) -> None:
    """Three cards are declined; then the customer gives up."""
    page = open_it(link)
    for _ in range(3):
        assert pay_page(page.attempt.gateway_ref, number=DECLINED, at=clock.now()) == "card_declined"
    cancel_page(page.attempt.gateway_ref, at=clock.now())
    assert follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) == "canceled"


def let_page_expire(link: PaymentLink) -> None:
    page = open_it(link)
    expire_page(page.attempt.gateway_ref, at=clock.now())
    assert follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) == "expired"


def cancel(link: PaymentLink) -> None:
    cancel_link(link.pk, at=clock.now(), actor=ACTOR)


NOT_PAID: tuple[Callable[[PaymentLink], None], ...] = (decline, let_page_expire, cancel)


@pytest.mark.rule("DEM-16", "DEM-17")
def test_a_link_that_fails_changes_no_row_and_one_that_is_paid_brings_the_account_in_force(seller: Seller) -> None:
    account = build_managed(seller, status="trialing", trial_until_on=date(2026, 3, 15), trial_converts=False)
    before = read_rows()
    for refuse in NOT_PAID:
        refuse(issue_link(account.pk, at=AT, actor=ACTOR))
        assert read_rows() == before, refuse.__name__
    assert set(PaymentAttempt.objects.values_list("status", flat=True)) == {"canceled", "expired"}
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    page = open_it(link)
    assert pay_page(page.attempt.gateway_ref, number=GOOD, at=AT) == ""
    # the gateway is told where each page's news go: an address of its own, with a token; no metadata says whose it is
    urls = set(SandboxPayment.objects.values_list("notify_url", flat=True))
    assert len(urls) == SandboxPayment.objects.count() and all("/hooks/sandbox/acme/test/" in each for each in urls)
    assert follow_page(page.attempt_id, at=AT, actor=ACTOR) == "succeeded"
    link.refresh_from_db()
    account.refresh_from_db()
    subscription = Subscription.objects.get()
    assert (link.state, Payment.objects.get().amount_minor, page.link) == ("paid", 50_00, link)
    assert (subscription.status, subscription.trial_converts, account.billing_mode) == ("active", True, "managed")
    assert SubscriptionEvent.objects.filter(subscription=subscription, event="keep_without_card").count() == 1


@pytest.mark.rule("DEM-16")
def test_what_ends_by_a_cancellation_goes_on_once_a_link_is_paid(seller: Seller) -> None:
    account = build_managed(seller, ends_on=date(2026, 4, 1))
    record_event(Subscription.objects.get(), event=SCHEDULED, from_status="active", at=AT, actor=ACTOR, reason="left")
    pay = open_it(issue_link(account.pk, at=AT, actor=ACTOR))
    pay_page(pay.attempt.gateway_ref, number=GOOD, at=AT)
    follow_page(pay.attempt_id, at=AT, actor=ACTOR)
    assert Subscription.objects.get().ends_on is None


@pytest.mark.rule("DEM-15")
def test_where_nobody_names_an_amount_it_is_what_is_open_else_seats_times_price_for_the_cadence(seller: Seller) -> None:
    monthly, yearly = build_managed(seller), build_managed(seller, external_id="A-2", months=12)
    link = issue_link(monthly.pk, at=AT, actor=ACTOR)
    assert (link.amount_minor, link.purposes, link.description) == (50_00, [], "Plan-A-1")
    assert issue_link(yearly.pk, at=AT, actor=ACTOR).amount_minor == 500_00
    SubscriptionService.objects.filter(account=monthly).update(quantity=7)
    assert issue_link(monthly.pk, at=AT, actor=ACTOR).amount_minor == 70_00
    assert issue_link(monthly.pk, amount_minor=1, description="less", at=AT, actor=ACTOR).amount_minor == 1
    bill_and_post(seller)
    document = Document.objects.get(account=monthly)
    link = issue_link(monthly.pk, at=AT, actor=ACTOR)
    assert (link.amount_minor, link.purposes) == (84_70, [[f"document:{document.pk}", 84_70]])


@pytest.mark.rule("DEM-15")
def test_without_a_price_or_with_less_than_a_cent_there_is_no_link(seller: Seller) -> None:
    account = build_managed(seller)
    for price, told in (("0.0009", "cost nothing"), (None, "There is no price for Seat A 1")):
        if price is None:
            Price.objects.all().delete()
        Price.objects.update(unit_price=price or "0")
        with pytest.raises(LinkRefused, match=told):
            issue_link(account.pk, at=AT, actor=ACTOR)
    Subscription.objects.update(status="expired", ends_on=MARCH)
    with pytest.raises(NothingToPay):
        issue_link(account.pk, at=AT, actor=ACTOR)
    assert PaymentLink.objects.count() == 0


@pytest.mark.rule("DEM-16")
def test_an_expired_link_takes_nothing_with_it(seller: Seller) -> None:
    account = build_managed(seller, status="active")
    link = issue_link(account.pk, at=AT, actor=ACTOR)
    before = read_rows()
    later = AT + timedelta(days=31)
    clock.set_clock(later)
    work_off_due(at=later, actor=ACTOR)
    link.refresh_from_db()
    assert (link.state, read_rows()) == ("expired", before)
    assert Client().get(f"/pay/l{link.pk}~forged/").status_code == 404
