"""Stories of accounts that are drawn on: charges of the month, the statement of day 1, payment (golden 20-22, 32)."""

from datetime import date, timedelta

import pytest

from tallystick.accounts.errors import FundingPolicyClash
from tallystick.accounts.models import Account
from tallystick.invoicing.models import BillRunAccount, Document, StatementRun
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing import clock
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
from tests.support.drawn import fund, pay_in, require_books, tell_balance, tell_draws, tell_statements
from tests.support.jobs import run_jobs
from tests.support.schedules import advance_to, make_schedule
from tests.support.stories import bill, post

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def subscribe(seller: Seller, policy: str, *, unit_price: str = "100.00", **limit: int) -> Account:
    """A-1 with a monthly service from 1 March."""
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller, unit_price=unit_price))
    return fund(account, policy, **limit)


@pytest.mark.rule("BIL-6", "BIL-8", "UNI-2")
def test_what_is_drawn_in_march_is_asked_for_on_the_first_of_april_and_the_balance_stays(seller: Seller) -> None:
    account = subscribe(seller, "postpaid")
    run = bill(seller)
    assert tell_draws(account) == ["Mar 10000 2100"]
    assert tell_balance(account) == "-121.00 = 0.00 - 0.00 - 121.00"
    assert list(BillRunAccount.objects.values_list("status", flat=True)) == ["drawn"]
    assert not Document.objects.exists()
    post(run)
    require_books()
    advance_to(APRIL)
    assert tell_statements(account) == ["ACME-INV-000001 of 01 Apr for Mar, due 01 May: 121.00 (100.00)"]
    assert tell_balance(account) == "-121.00 = 0.00 - 121.00 - 0.00"
    require_books()
    pay_in(account, 121_00, on=APRIL)
    assert tell_balance(account) == "0.00 = 0.00 - 0.00 - 0.00"
    require_books()


@pytest.mark.rule("BIL-7", "UNI-10")
def test_statements_that_were_missed_are_made_once_and_dated_the_first(seller: Seller) -> None:
    account = subscribe(seller, "credit_limit", limit_minor=500_00)
    idle = fund(build_account(seller, external_id="A-idle"), "postpaid")
    bill(seller)
    clock.set_clock(AT.replace(month=4, day=3))  # nobody was there on the first
    run = start_statements(seller, at=clock.now(), actor=ACTOR)
    run_jobs()
    again = start_statements(seller, at=clock.now(), actor=ACTOR)
    run_jobs()
    make_statements(run.pk, at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 4, 9))
    assert again.pk == run.pk
    assert tell_statements(account) == ["ACME-INV-000001 of 01 Apr for Mar, due 15 Apr: 121.00 (100.00)"]
    assert tell_statements(idle) == []
    assert StatementRun.objects.get().documents == 1


@pytest.mark.rule("BIL-6", "BIL-30")
def test_the_statement_asks_for_all_that_was_drawn_whatever_the_policy_is_by_then(seller: Seller) -> None:
    account = subscribe(seller, "postpaid")
    bill(seller)
    fund(account, "prepaid")
    advance_to(APRIL)
    assert tell_statements(account) == ["ACME-INV-000001 of 01 Apr for Mar, due 01 May: 121.00 (100.00)"]
    require_books()


@pytest.mark.rule("BIL-1", "BIL-2")
def test_golden_20_both_postpaid_modes_at_once_are_refused(seller: Seller) -> None:
    account = subscribe(seller, "postpaid")
    with pytest.raises(FundingPolicyClash):
        fund(account, "credit_limit")
    account.refresh_from_db()
    assert (account.funding_policy, account.credit_limit_minor) == ("postpaid", None)


@pytest.mark.rule("BIL-4", "BIL-5")
@pytest.mark.parametrize(
    ("price", "status", "balance"), [("30.00", "drawn", -100_00), ("30.01", "not_renewed", -70_00)]
)
def test_golden_21_at_minus_70_with_a_limit_of_100_only_30_more_is_drawn(price: str, status: str, balance: int) -> None:
    clock.set_clock(AT)
    seller = build_seller(country="US", currency="USD")  # no VAT: gross is net
    account = subscribe(seller, "credit_limit", unit_price="70.00", limit_minor=100_00)
    bill(seller)
    more = build_service(seller, code="more", unit_price=price)
    build_subscription(account, build_plan(seller, code="extra"), more, external_id="S-2")
    run = bill(seller)
    row = BillRunAccount.objects.get(run=run)
    assert row.status == status
    assert find_balance(account.pk).balance_minor == balance
    if status == "not_renewed":
        assert row.reason.startswith("1 service not renewed")
    require_books()


@pytest.mark.rule("BIL-9")
def test_golden_22_a_postpaid_account_renews_at_minus_10_000(seller: Seller) -> None:
    account = subscribe(seller, "postpaid", unit_price="10000.00")
    make_schedule(seller)
    advance_to(date(2026, 5, 2))
    assert tell_draws(account) == ["Apr 1000000 210000", "Apr 1000000 210000", "May 1000000 210000"]
    assert tell_balance(account) == "-36,300.00 = 0.00 - 24,200.00 - 12,100.00"
    require_books()


@pytest.mark.rule("UNI-2")
def test_golden_32_customer_owes_documents_and_draws_less_credit(seller: Seller) -> None:
    account = subscribe(seller, "postpaid")
    pay_in(account, 50_00, on=MARCH)
    bill(seller)
    assert tell_balance(account) == "-71.00 = 50.00 - 0.00 - 121.00"
    advance_to(APRIL)
    assert tell_balance(account) == "-71.00 = 0.00 - 71.00 - 0.00"
    require_books()


@pytest.mark.rule("ZUO-11")
def test_a_run_that_is_canceled_before_it_is_posted_gives_its_draws_back(seller: Seller) -> None:
    account = subscribe(seller, "postpaid")
    run = bill(seller)
    cancel_bill_run(run, reason="wrong prices", at=AT, actor=ACTOR)
    run_jobs()
    assert tell_draws(account) == ["Mar 10000 2100", "Mar -10000 -2100"]
    assert tell_balance(account) == "0.00 = 0.00 - 0.00 - 0.00"
    require_books()
    bill(seller)
    assert tell_balance(account) == "-121.00 = 0.00 - 0.00 - 121.00"
    advance_to(APRIL + timedelta(days=1))
    assert tell_statements(account) == ["ACME-INV-000001 of 01 Apr for Mar, due 01 May: 121.00 (100.00)"]
    require_books()
