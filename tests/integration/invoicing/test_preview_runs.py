"""Preview runs: a file that says what a run would draft, and no document (ZUO-8)."""

import csv
from datetime import date
from typing import Any

import pytest

from tallystick.accounts.models import Account
from tallystick.errors import InvalidInput
from tallystick.interfaces.console.reads.next_bill import NextBill, find_next_bill
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.errors import PreviewNotReady, PreviewRunning
from tallystick.invoicing.models import Document, PreviewRun
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.operations.start_preview import NewPreview, start_preview
from tallystick.invoicing.queries.previews import get_preview_file
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
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
from tests.support.drawn import fund
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-8")]

JUNE = date(2026, 6, 1)


@pytest.fixture
def seller() -> Seller:
    """evergreen: no end. self-renewing and by-hand: a term to 1 May. broken: no price before 2030."""
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    term = {"ends_on": date(2026, 5, 1), "commitment_months": 2}
    agreements: dict[str, dict[str, Any]] = {
        "evergreen": {},
        "self-renewing": {**term, "is_auto_renewed": True},
        "by-hand": term,
    }
    for external_id, options in agreements.items():
        account = build_account(seller, external_id=external_id, segment="retail")
        build_subscription(account, plan, seat, external_id=f"S-{external_id}", **options)
    later = build_service(seller, code="later", valid_from=date(2030, 1, 1))
    build_subscription(build_account(seller, external_id="broken"), plan, later, external_id="S-broken")
    return seller


def preview(seller: Seller, *, target_on: date = JUNE, **asked: Any) -> PreviewRun:
    made = start_preview(seller, new=NewPreview(target_on, **asked), at=AT, actor=ACTOR)
    run_jobs()
    return PreviewRun.objects.get(pk=made.pk)


def read(made: PreviewRun, *, is_failures: bool = False) -> list[dict[str, str]]:
    with get_preview_file(made, is_failures=is_failures).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count_lines(made: PreviewRun) -> dict[str, int]:
    accounts = [row["account"] for row in read(made)]
    return {account: accounts.count(account) for account in dict.fromkeys(accounts)}


def test_it_writes_a_file_and_nothing_else(seller: Seller) -> None:
    made = preview(seller, target_on=MARCH)
    assert (made.number, made.status, made.lines, made.accounts, made.failed_accounts) == (
        "PV-000001", "completed", 3, 3, 1,
    )  # fmt: skip
    first = read(made)[0]
    assert (first["account"], first["net"], first["invoice_tax"], first["invoice_gross"], first["currency"]) == (
        "evergreen", "100.00", "21.00", "121.00", "EUR",
    )  # fmt: skip
    assert (first["quantity"], first["unit_price"], first["explanation"]) == ("1", "100.00", "1 × 100.00 = 100.00")
    assert not Document.objects.exists()
    assert set(SubscriptionService.objects.values_list("billed_through", flat=True)) == {MARCH}


def test_failed_accounts_are_listed_apart(seller: Seller) -> None:
    (failed,) = read(preview(seller), is_failures=True)
    assert failed["account"] == "broken"
    assert "Later" in failed["reason"]


@pytest.mark.parametrize(
    ("renewal", "expected"),
    [
        ("none", {"evergreen": 4, "self-renewing": 2, "by-hand": 2}),
        ("automatic", {"evergreen": 4, "self-renewing": 4, "by-hand": 2}),
        ("all", {"evergreen": 4, "self-renewing": 4, "by-hand": 4}),
    ],
)
def test_terms_are_taken_to_be_renewed_as_assumed_and_are_not(
    seller: Seller, renewal: str, expected: dict[str, int]
) -> None:
    assert count_lines(preview(seller, renewal=renewal)) == expected
    assert set(Subscription.objects.values_list("ends_on", flat=True)) == {None, date(2026, 5, 1)}
    assert not SubscriptionEvent.objects.filter(event="renew").exists()


def test_evergreen_subscriptions_and_drafts_may_be_shown_or_not(seller: Seller) -> None:
    start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR, filters=RunFilters(account_external_ids=("by-hand",)))
    run_jobs()
    assert count_lines(preview(seller, includes_evergreen=False)) == {"self-renewing": 2, "by-hand": 1}
    shown = read(preview(seller, includes_drafts=True, includes_evergreen=False))
    assert sorted((row["account"], row["source"]) for row in shown) == [
        ("by-hand", "draft"),
        ("by-hand", "preview"),
        ("self-renewing", "preview"),
        ("self-renewing", "preview"),
    ]
    amounts = {tuple(row[name] for name in ("quantity", "unit_price", "net", "explanation")) for row in shown}
    assert amounts == {("1", "100.00", "100.00", "1 × 100.00 = 100.00")}  # a draft's as a preview's


def test_one_runs_at_a_time_for_a_segment(seller: Seller) -> None:
    def start(*segments: str) -> PreviewRun:
        new = NewPreview(JUNE, RunFilters(segments=segments))
        return start_preview(seller, new=new, at=AT, actor=ACTOR)

    for segment in ("wholesale", "other"):
        build_account(seller, external_id=segment, segment=segment)
    running = start("retail")
    start("wholesale")
    for segments in (("retail",), ("retail", "other"), ()):
        with pytest.raises(PreviewRunning, match="PV-000001"):
            start(*segments)
    with pytest.raises(PreviewNotReady):
        get_preview_file(running)
    run_jobs()
    start("retail")


def test_an_assumption_that_there_is_not_is_refused(seller: Seller) -> None:
    with pytest.raises(InvalidInput, match="none, all, automatic"):
        preview(seller, renewal="some")


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(seller: Seller) -> None:
    account = build_account(seller, external_id="odd", party={"name": "=1+1"})
    build_subscription(account, seller.plans.get(), seller.services.get(code="seat"), external_id="S-odd")
    assert [row["name"] for row in read(preview(seller)) if row["account"] == "odd"] == ["'=1+1"] * 4


@pytest.mark.rule("BIL-6")
def test_what_would_be_drawn_says_so_and_shows_no_document(seller: Seller) -> None:
    fund(Account.objects.get(external_id="evergreen"), "postpaid")
    row = next(each for each in read(preview(seller, target_on=MARCH)) if each["account"] == "evergreen")
    assert (row["source"], row["net"]) == ("drawn from balance", "100.00")
    assert [row[name] for name in ("invoice", "due_on", "invoice_net", "invoice_tax", "invoice_gross")] == [""] * 5
    assert find_next_bill(Account.objects.get(external_id="evergreen"), today=MARCH) == NextBill(
        MARCH, 121_00, "EUR", is_drawn=True
    )
