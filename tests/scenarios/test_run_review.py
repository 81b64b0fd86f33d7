"""The review of a run finds the mistakes: what stands out and why, and what differs from the run before (ZUO-47)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.models import Price
from tallystick.invoicing.models import AccountReview, BillRun, Document
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.review_accounts import review_run
from tallystick.invoicing.queries.reviews import count_differences, list_differences, list_risky_accounts
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import (
    ACTOR,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.stories import bill, bill_and_post

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-47")]

MONTHS = [date(2026, 1, 1), date(2026, 2, 1), MARCH]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def build_company(*names: str) -> Seller:
    """Accounts with a seat of 100.00 each, without VAT, billed and posted for January and February."""
    seller = build_seller(country="US", currency="USD")
    plan, seat = build_plan(seller), build_service(seller, price_model="per_unit")
    for name in names:
        build_subscription(build_account(seller, external_id=name), plan, seat, external_id=name, starts_on=MONTHS[0])
    for month in MONTHS[:2]:
        bill_and_post(seller, target_on=month, invoice_on=month, at=at(month))
    return seller


def bill_march(seller: Seller) -> BillRun:
    return bill(seller, target_on=MARCH, invoice_on=MARCH, at=at(MARCH))


def service_of(name: str) -> SubscriptionService:
    return SubscriptionService.objects.get(account__external_id=name)


def tell_risks(run: BillRun) -> dict[str, list[str]]:
    return {row.account.external_id: [code for code, _ in row.risks] for row in list_risky_accounts(run.pk)}


def tell_differences(run: BillRun, at_least_percent: int = 0) -> dict[str, tuple[str, int | None]]:
    rows = list_differences(run.pk, at_least_percent=at_least_percent)
    return {row.account.external_id: (row.change, row.change_basis_points) for row in rows}


def test_accounts_stand_in_the_order_of_their_risk_with_reasons_and_those_as_ever_do_not() -> None:
    seller = build_company("same", "dear", "free", "priced")
    service = service_of("dear")
    SubscriptionService.objects.filter(pk=service.pk).update(quantity=Decimal(4))
    build_discount(service_of("free"), value="100")
    SubscriptionService.objects.filter(account__external_id="priced").update(unit_price_override=Decimal("110"))
    fresh = build_account(seller, external_id="fresh")
    build_subscription(fresh, build_plan(seller, code="gold"), service.service, external_id="fresh", starts_on=MARCH)
    run = bill_march(seller)
    assert run.is_reviewed is True
    assert tell_risks(run) == {
        "free": ["amount_far", "zero"],
        "dear": ["amount_far"],
        "priced": ["changed_price"],
        "fresh": ["first_invoice"],
    }
    priced = AccountReview.objects.get(run=run, account__external_id="priced")
    assert priced.risks == [["changed_price", "Seat 100.00 → 110.00"]]


def test_a_failed_account_is_looked_at_first() -> None:
    seller = build_company("same", "broken")
    Price.objects.update(valid_until=MARCH)
    SubscriptionService.objects.filter(account__external_id="same").update(unit_price_override=Decimal("100"))
    run = bill_march(seller)
    assert next(iter(tell_risks(run).items())) == ("broken", ["failed"])


def test_the_difference_to_the_run_before_is_new_missing_up_or_down() -> None:
    seller = build_company("same", "dear", "gone", "cheap")
    SubscriptionService.objects.filter(account__external_id="dear").update(quantity=Decimal("1.25"))
    SubscriptionService.objects.filter(account__external_id="cheap").update(unit_price_override=Decimal("98"))
    SubscriptionService.objects.filter(account__external_id="gone").update(ends_on=MARCH)
    fresh = build_account(seller, external_id="fresh")
    build_subscription(fresh, build_plan(seller, code="gold"), service_of("dear").service, external_id="fresh")
    run = bill_march(seller)
    assert tell_differences(run) == {
        "cheap": ("down", 2_00),
        "dear": ("up", 25_00),
        "fresh": ("new", None),
        "gone": ("missing", None),
    }
    assert tell_differences(run, at_least_percent=10).keys() == {"dear", "fresh", "gone"}
    assert {row.change: row.accounts for row in count_differences(run.pk)} == {
        "down": 1,
        "missing": 1,
        "new": 1,
        "up": 1,
    }
    review_run(run.pk)  # a job that runs twice writes the same
    assert len(tell_differences(run)) == 4


def test_what_is_changed_from_the_review_is_reviewed_anew() -> None:
    seller = build_company("dear")
    account = Account.objects.get()
    run = bill_march(seller)
    assert tell_risks(run) == {}
    draft = Document.objects.get(run=run, status="draft")
    change_draft_line(draft, position=1, net_minor=200_00, reason="agreed", at=at(MARCH), actor=ACTOR)
    assert tell_risks(run) == {"dear": ["amount_far", "changed_price"]}
    regenerate_account(run, account=account, at=at(MARCH) + timedelta(hours=1), actor=ACTOR)
    assert tell_risks(run) == {}
    drop_account(run, account=account, reason="disputed", at=at(MARCH) + timedelta(hours=2), actor=ACTOR)
    assert tell_differences(run) == {"dear": ("missing", None)}
