"""Whom and what a run takes: segments, modes, plans, subscriptions, charge types; and how its failures are told."""

from datetime import date
from typing import Any

import pytest

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.errors import RunHasNoInvoices
from tallystick.invoicing.models import BillRun, BillRunAccount, Document, DocumentLine
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import list_troubled_accounts
from tallystick.journeys.check_books import check_books
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
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """A-1 (retail, managed): seat and setup under basic, seat under gold. B-1 (wholesale, self-serve): seat."""
    seller = build_seller()
    basic, gold = build_plan(seller), build_plan(seller, code="gold")
    seat = build_service(seller, unit_price="100.00")
    setup = build_service(seller, code="setup", unit_price="50.00", kind="one_off")
    retail = build_account(seller, external_id="A-1", segment="retail")
    wholesale = build_account(seller, external_id="B-1", segment="wholesale", billing_mode="self_serve")
    build_subscription(retail, basic, seat, external_id="S-basic")
    build_subscription(retail, basic, setup, external_id="S-setup", ends_on=date(2026, 3, 2))
    build_subscription(retail, gold, seat, external_id="S-gold")
    build_subscription(wholesale, basic, seat, external_id="S-other")
    return seller


def run(seller: Seller, **asked: Any) -> BillRun:
    started = start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR, **asked)
    run_jobs()
    return BillRun.objects.get(pk=started.pk)


def billed(run: BillRun) -> list[tuple[str, str]]:
    lines = DocumentLine.objects.filter(document__run=run).exclude(document__status="canceled")
    rows = lines.values_list("document__account__external_id", "subscription_service__subscription__external_id")
    return sorted(set(rows))


EVERYTHING = [("A-1", "S-basic"), ("A-1", "S-gold"), ("A-1", "S-setup"), ("B-1", "S-other")]


@pytest.mark.rule("ZUO-4")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (RunFilters(), EVERYTHING),
        (RunFilters(segments=("all",)), EVERYTHING),
        (RunFilters(segments=("retail",)), EVERYTHING[:3]),
        (RunFilters(segments=("retail", "wholesale")), EVERYTHING),
        (RunFilters(account_external_ids=("B-1",)), EVERYTHING[3:]),
        (RunFilters(billing_modes=("managed",)), EVERYTHING[:3]),
        (RunFilters(billing_modes=("self_serve",)), EVERYTHING[3:]),
        (RunFilters(plans=("gold",)), [("A-1", "S-gold")]),
        (RunFilters(plans=("basic",), segments=("wholesale",)), EVERYTHING[3:]),
        (RunFilters(subscriptions=("S-basic", "S-setup")), [EVERYTHING[0], EVERYTHING[2]]),
    ],
)
def test_filters_choose_accounts_and_what_of_them_is_billed(
    seller: Seller, filters: RunFilters, expected: list[tuple[str, str]]
) -> None:
    assert billed(run(seller, filters=filters)) == expected


@pytest.mark.rule("ZUO-4")
def test_what_a_filter_left_out_a_later_run_bills(seller: Seller) -> None:
    run(seller, filters=RunFilters(plans=("gold",)))
    assert billed(run(seller)) == [EVERYTHING[0], EVERYTHING[2], EVERYTHING[3]]
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-4")
@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        (("one_off",), [EVERYTHING[0], EVERYTHING[1], EVERYTHING[3]]),
        (("recurring",), [EVERYTHING[2]]),
        (("recurring", "usage"), [EVERYTHING[2]]),
        (("one_off", "recurring"), []),
    ],
)
def test_charge_types_can_be_left_out_and_are_billed_by_the_next_run(
    seller: Seller, excluded: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    first = run(seller, options=RunOptions(excluded_kinds=excluded))
    assert billed(first) == expected
    assert sorted(billed(first) + billed(run(seller))) == EVERYTHING
    assert list(check_books(actor=ACTOR)) == []


@pytest.fixture
def half_broken(seller: Seller) -> Seller:
    """A-1 has besides an invoice of its own for a service that has no price before 2030."""
    later = build_service(seller, code="later", valid_from=date(2030, 1, 1))
    account = seller.accounts.get(external_id="A-1")
    plan = seller.plans.get(code="basic")
    build_subscription(account, plan, later, external_id="S-later", is_invoiced_separately=True)
    return seller


@pytest.mark.rule("ZUO-13")
def test_by_account_one_failure_leaves_out_all_invoices_of_its_account_and_nobody_elses(half_broken: Seller) -> None:
    made = run(half_broken)
    assert (made.status, billed(made)) == ("completed", [("B-1", "S-other")])
    assert BillRunAccount.objects.get(run=made, account__external_id="A-1").status == "failed"


@pytest.mark.rule("ZUO-13")
def test_by_invoice_only_the_failing_one_is_left_out_and_the_run_says_which_and_why(half_broken: Seller) -> None:
    made = run(half_broken, options=RunOptions(failure_rule="invoice"))
    assert billed(made) == EVERYTHING
    (told,) = list_troubled_accounts(made.pk)
    assert (told.account.external_id, told.status) == ("A-1", "drafted")
    assert told.reason.startswith("In part: ") and "Later" in told.reason
    post_bill_run(made, at=AT, actor=ACTOR)
    run_jobs()
    made.refresh_from_db()
    assert made.status == "posted"
    (told,) = list_troubled_accounts(made.pk)
    assert told.status == "posted" and told.reason.startswith("In part: ")
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-13")
def test_by_invoice_an_account_with_nothing_but_failures_has_failed(half_broken: Seller) -> None:
    later = RunFilters(subscriptions=("S-later",))
    made = run(half_broken, filters=later, options=RunOptions(failure_rule="invoice"))
    assert (made.status, Document.objects.count()) == ("failed", 0)


@pytest.mark.rule("ZUO-13")
def test_a_run_is_completed_when_nothing_was_due_and_failed_when_everyone_due_failed(half_broken: Seller) -> None:
    later = RunFilters(subscriptions=("S-later",))
    assert run(half_broken, filters=later).status == "failed"
    assert run(half_broken, filters=RunFilters(anchor_days=(27,))).status == "completed"
    cancel_bill_run(run(half_broken), reason="try again", at=AT, actor=ACTOR)


def test_a_run_for_which_nothing_was_due_is_not_posted_and_may_be_canceled(seller: Seller) -> None:
    empty = run(seller, filters=RunFilters(anchor_days=(27,)))
    with pytest.raises(RunHasNoInvoices):
        post_bill_run(empty, at=AT, actor=ACTOR)
    cancel_bill_run(empty, reason="nothing was due", at=AT, actor=ACTOR)
    run_jobs()
    assert BillRun.objects.get(pk=empty.pk).status == "canceled"


@pytest.mark.rule("ZUO-4")
@pytest.mark.parametrize(
    ("filters", "missing"),
    [
        (RunFilters(account_external_ids=("A-1", "NOPE")), "no account NOPE"),
        (RunFilters(segments=("nope",)), "no segment nope"),
        (RunFilters(plans=("nope",)), "no plan nope"),
        (RunFilters(subscriptions=("S-nope",)), "no subscription S-nope"),
    ],
)
def test_what_there_is_not_is_refused_and_spends_no_number(seller: Seller, filters: RunFilters, missing: str) -> None:
    with pytest.raises(InvalidInput, match=missing):
        run(seller, filters=filters)
    assert run(seller).number == "BR-000001"
