"""Golden scenario 26: the rank tables come out of a run in their order, whatever order things were agreed in."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPlan
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.drop_account import regenerate_account
from tallystick.invoicing.queries.accounts_to_bill import preview_bill
from tallystick.subscriptions.models import Subscription
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_seller, build_service, build_subscription
from tests.support.stories import bill
from tests.support.television import build_television, build_viewer

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CRM-9", "CRM-10", "CRM-11", "CRM-12")]


def list_lines(account: Account) -> list[str]:
    documents = Document.objects.filter(account=account, status="draft")
    return list(documents.order_by("pk", "lines__position").values_list("lines__description", flat=True))


def test_services_of_a_bill_stand_in_the_order_of_their_rank_in_run_preview_and_when_drafted_again() -> None:
    company = build_television(billing_model="prebill_pay_after")
    account, _ = build_viewer(company)
    ranked = ["Basic", "Dvr", "Movies", "Sports", "Hd"]
    preview = preview_bill(company.seller, account_id=account.pk, target_on=MARCH)
    assert [line.description for document in preview.documents for line in document.lines] == ranked
    run: BillRun = bill(company.seller)
    assert list_lines(account) == ranked
    regenerate_account(run, account=account, at=AT, actor=ACTOR)
    assert list_lines(account) == ranked


def test_subscriptions_of_a_bill_come_by_level_activation_and_creation() -> None:
    seller = build_seller()
    plans = {
        level: create_plan(seller, plan=NewPlan(f"level-{level}", f"Level {level}", ranking_level=level), actor=ACTOR)
        for level in (1, 2)
    }
    account = build_account(seller)
    for name, level, active_on, created_on in (
        ("A", 2, date(2024, 1, 5), date(2024, 1, 1)),
        ("B", 1, date(2024, 3, 1), date(2023, 12, 1)),
        ("C", 1, date(2024, 2, 1), date(2024, 1, 20)),
        ("D", 1, None, date(2023, 1, 1)),
    ):
        service = build_service(seller, code=name.lower(), unit_price="10")
        build_subscription(account, plans[level], service, external_id=name, first_active_on=active_on)
        created_at = datetime(created_on.year, created_on.month, created_on.day, tzinfo=UTC)
        Subscription.objects.filter(external_id=name).update(created_at=created_at)
    bill(seller)
    assert list_lines(account) == ["C", "B", "D", "A"]


@pytest.mark.parametrize("granularity", ["service", "subscription"])
def test_golden_26_whatever_the_order_of_agreeing_each_bill_has_the_order_of_the_table(granularity: str) -> None:
    company = build_television(billing_model="prebill_pay_after", funds_granularity=granularity)
    orders = list(permutations(("basic", "dvr", "movies", "sports", "hd")))[:: 120 // 8]
    accounts = [build_viewer(company, *order, external_id=f"A-{n}")[0] for n, order in enumerate(orders)]
    bill(company.seller)
    assert [list_lines(account) for account in accounts] == [["Basic", "Dvr", "Movies", "Sports", "Hd"]] * 8
