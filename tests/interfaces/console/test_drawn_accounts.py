"""Accounts that are drawn on, on the pages of a bill run: listed with what was drawn and why, and reviewed."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tallystick.access.operations.set_role import set_role
from tallystick.invoicing.models import AccountReview, BillRun
from tallystick.invoicing.operations.drop_account import drop_account
from tests.support.builders import (
    ACTOR,
    AT,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.drawn import fund
from tests.support.stories import bill

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-47", "BIL-6")]


@pytest.fixture
def run() -> BillRun:
    """One postpaid account, 100.00 and 21 % VAT, drawn."""
    seller = build_seller()
    account = build_account(seller, external_id="A-1")
    build_subscription(account, build_plan(seller), build_service(seller))
    fund(account, "postpaid")
    return bill(seller)


def read(address: str) -> str:
    user = User.objects.create_user("eva", "eva@example.com", "a long enough secret", is_staff=True)
    set_role(user, role="finance", at=AT, actor=ACTOR)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address)
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_the_run_lists_what_it_drew_with_the_explanation_and_says_so_instead_of_nothing_due(run: BillRun) -> None:
    page = read(f"{reverse('admin:bill_run', args=[run.pk])}?show=drawn")
    assert "drawn on accounts" in page and "Nothing was due" not in page
    assert "1 × 100.00" in page and "121.00" in page and "?tab=draws" in page


def test_the_list_of_runs_counts_what_was_drawn(run: BillRun) -> None:
    assert "121.00" in read(reverse("admin:bill_runs"))


def test_a_drawn_account_is_reviewed_and_its_review_goes_when_it_is_dropped(run: BillRun) -> None:
    (review,) = AccountReview.objects.filter(run=run)
    assert (review.gross_minor, [code for code, _ in review.risks]) == (121_00, ["first_invoice"])
    drop_account(run, account=review.account, reason="ask them", at=AT, actor=ACTOR)
    assert not AccountReview.objects.filter(run=run, gross_minor=121_00).exists()
