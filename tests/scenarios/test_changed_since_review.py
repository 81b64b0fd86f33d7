"""Posting leaves out what changed since the review, and says which and what; drafting it again mends it (ZUO-47)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account, AccountDiscount, AccountProfile
from tallystick.catalog.models import Price, Service
from tallystick.invoicing.models import BillRun, BillRunAccount, Document
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.drop_account import regenerate_account
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription, SubscriptionDiscount, SubscriptionService
from tallystick.taxes.models import TaxRate
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.stories import bill, post

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-47", "ZUO-10")]

APRIL = date(2026, 4, 1)


def build_company() -> Seller:
    """Two Dutch accounts, each with a service of its own."""
    seller = build_seller()
    for number in (1, 2):
        plan = build_plan(seller, code=f"plan-{number}")
        seat = build_service(seller, code=f"seat-{number}", price_model="per_unit")
        account = build_account(seller, external_id=f"A-{number}")
        build_subscription(account, plan, seat, external_id=f"S-{number}")
    return seller


def first(run: BillRun) -> BillRunAccount:
    return BillRunAccount.objects.get(run=run, account__external_id="A-1")


def change_quantity() -> None:
    SubscriptionService.objects.filter(account__external_id="A-1").update(quantity=Decimal(2))


def end_in_the_period() -> None:
    Subscription.objects.filter(external_id="S-1").update(ends_on=date(2026, 3, 20))


def rest() -> None:
    Subscription.objects.filter(external_id="S-1").update(status="resting")


def change_price() -> None:
    Price.objects.filter(service__code="seat-1").update(unit_price=Decimal("90"))


def give_discount() -> None:
    build_discount(SubscriptionService.objects.get(account__external_id="A-1"))


def give_subscription_discount() -> None:
    SubscriptionDiscount.objects.create(
        subscription=Subscription.objects.get(external_id="S-1"), position=1, kind="percent", value=10
    )


def give_account_discount() -> None:
    account = Account.objects.get(external_id="A-1")
    AccountDiscount.objects.create(account=account, position=1, percent=10, added_at=AT, actor_label="Ann")


def prolong_trial() -> None:
    Subscription.objects.filter(external_id="S-1").update(trial_until_on=date(2026, 3, 20))


def change_terms() -> None:
    Account.objects.filter(external_id="A-1").update(net_terms_days=7)


def move_house() -> None:
    old = AccountProfile.objects.get(account__external_id="A-1")
    AccountProfile.objects.filter(pk=old.pk).update(is_current=False)
    AccountProfile.objects.create(
        account=old.account, version=2, name="Moved", country="NL", city="Utrecht", created_at=AT
    )


@pytest.mark.parametrize(
    ("change", "topic"),
    [
        (change_quantity, "services"),
        (end_in_the_period, "services"),
        (rest, "services"),
        (change_price, "prices"),
        (give_discount, "discounts"),
        (give_subscription_discount, "discounts"),
        (give_account_discount, "discounts"),
        (prolong_trial, "services"),
        (change_terms, "account or bill-to"),
        (move_house, "account or bill-to"),
    ],
)
def test_an_account_whose_inputs_changed_since_the_review_is_left_out_with_the_reason(
    change: Callable[[], None], topic: str
) -> None:
    run = bill(build_company())
    change()
    run = post(run)
    row = first(run)
    assert (run.status, row.status) == ("completed", "failed")
    assert row.reason == f"Not posted: its {topic} changed since the review; draft it again"
    statuses = dict(Document.objects.filter(run=run).values_list("account__external_id", "status"))
    assert statuses == {"A-1": "draft", "A-2": "posted"}


def test_drafted_again_it_is_posted_with_what_counts_now() -> None:
    run = bill(build_company())
    change_price()
    run = post(run)
    regenerate_account(run, account=Account.objects.get(external_id="A-1"), at=AT, actor=ACTOR)
    run = post(run)
    document = Document.objects.get(account__external_id="A-1", status="posted")
    assert (run.status, document.net_minor) == ("posted", 90_00)


def add_later_price() -> None:
    price = Price.objects.get(service__code="seat-1")
    Price.objects.filter(pk=price.pk).update(valid_until=APRIL)
    Price.objects.create(service=price.service, currency="EUR", unit_price=Decimal(120), valid_from=APRIL)


def agree_another_service() -> None:
    plan = build_plan(Seller.objects.get(), code="gold")
    gold = build_service(Seller.objects.get(), code="gold")
    build_subscription(Account.objects.get(external_id="A-1"), plan, gold, external_id="S-9")


def end_after_the_period() -> None:
    Subscription.objects.filter(external_id="S-1").update(ends_on=APRIL)


def add_a_later_rate() -> None:
    TaxRate.objects.filter(country="NL", category="standard").update(valid_until=APRIL)
    TaxRate.objects.create(country="NL", category="standard", rate=Decimal(22), valid_from=APRIL)


def give_discounts_from_april_on() -> None:
    give_subscription_discount()
    give_account_discount()
    for kind in (SubscriptionDiscount, AccountDiscount):
        kind.objects.update(from_on=APRIL)


def sell_something_else() -> None:
    Service.objects.create(seller=Seller.objects.get(), code="new", name="New")


def change_by_hand() -> None:
    draft = Document.objects.get(account__external_id="A-1")
    change_draft_line(draft, position=1, net_minor=80_00, reason="agreed", at=AT, actor=ACTOR)


@pytest.mark.parametrize(
    "change",
    [
        add_later_price,
        agree_another_service,
        end_after_the_period,
        add_a_later_rate,
        give_discounts_from_april_on,
        sell_something_else,
        change_by_hand,
    ],
)
def test_what_the_billed_periods_do_not_look_at_keeps_nothing_back(change: Callable[[], None]) -> None:
    run = bill(build_company())
    change()
    assert post(run).status == "posted"


def test_a_changed_tax_rate_keeps_back_whom_it_concerns() -> None:
    run = bill(build_company())
    TaxRate.objects.filter(country="NL", category="standard").update(rate=Decimal(22))
    run = post(run)
    assert (run.status, first(run).reason.startswith("Not posted: its taxes changed")) == ("completed", True)


def test_what_is_left_of_an_account_after_a_rejection_is_posted() -> None:
    seller = build_company()
    account = Account.objects.get(external_id="A-1")
    service = build_service(seller, code="extra")
    build_subscription(
        account, build_plan(seller, code="more"), service, external_id="S-7", is_invoiced_separately=True
    )
    run = bill(seller, target_on=MARCH)
    reject_draft(Document.objects.get(lines__description="Extra"), reason="agreed otherwise", at=AT, actor=ACTOR)
    assert post(run).status == "posted"
    assert Document.objects.get(account=account, status="posted").net_minor == 100_00
