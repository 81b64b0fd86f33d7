"""Golden scenarios 27 and 28: what a run renews under the three billing models, what it queues, what it holds."""

from datetime import date

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPlan
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.credit.models import Hold
from tallystick.invoicing.models import BillRun, BillRunAccount, Document
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.queries.accounts_to_bill import preview_bill
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance
from tallystick.subscriptions.models import DeactivationCandidate, SubscriptionEvent, SubscriptionService
from tests.support.builders import ACTOR, AT, MARCH, build_service
from tests.support.jobs import run_jobs
from tests.support.stories import bill, post
from tests.support.television import Television, agree, build_television, build_viewer, list_queue, receive_money

pytestmark = pytest.mark.django_db

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def tell_bill(account: Account) -> list[tuple[str, int, str]]:
    """Gross and status of the account's documents, with the names on their lines."""
    documents = Document.objects.filter(account=account).exclude(status="canceled").order_by("pk")
    return [
        (
            " ".join(document.lines.order_by("position").values_list("description", flat=True)),
            document.gross_minor,
            document.status,
        )
        for document in documents
    ]


def tell_outcome(run: BillRun, account: Account) -> tuple[str, str]:
    row = BillRunAccount.objects.get(run=run, account=account)
    return row.status, row.reason


def assert_books_in_order() -> None:
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("CRM-14", "CRM-15", "CRM-21", "CRM-37")
def test_by_service_25_renews_three_services_settled_at_posting_and_queues_two() -> None:
    company = build_television()
    account, agreed = build_viewer(company)
    receive_money(account, 25_00)
    run = bill(company.seller)
    assert tell_bill(account) == [("Basic Dvr Movies", 23_00, "draft")]
    assert list_queue(account) == {"sports": "no_funds", "hd": "no_prerequisite"}
    assert tell_outcome(run, account)[0] == "drafted"
    assert tell_outcome(run, account)[1].startswith("2 services not renewed: not enough money")
    assert set(SubscriptionService.objects.values_list("status", flat=True)) == {"effective"}, "queued is not off"
    post(run)
    document = Document.objects.get(account=account)
    assert (document.status, document.open_minor) == ("posted", 0)
    assert find_balance(account.pk).customer_credit_minor == 2_00
    assert agreed["sports"].billed_through == MARCH
    assert_books_in_order()


@pytest.mark.rule("CRM-15", "CRM-37")
def test_by_subscription_25_renews_nothing_makes_no_bill_and_queues_all_five() -> None:
    company = build_television(funds_granularity="subscription")
    account, _ = build_viewer(company)
    receive_money(account, 25_00)
    run = bill(company.seller)
    assert tell_bill(account) == []
    assert sorted(list_queue(account)) == ["basic", "dvr", "hd", "movies", "sports"]
    assert tell_outcome(run, account) == ("not_renewed", "5 services not renewed: not enough money")
    assert find_balance(account.pk).customer_credit_minor == 25_00
    assert_books_in_order()


@pytest.mark.rule("CRM-21", "CRM-23", "CRM-19")
def test_who_pays_what_is_missing_is_renewed_and_billed_by_the_next_run_and_leaves_the_queue() -> None:
    company = build_television(funds_granularity="subscription")
    account, _ = build_viewer(company)
    receive_money(account, 25_00)
    bill(company.seller)
    bill(company.seller)
    assert DeactivationCandidate.objects.count() == 5, "queued once, however often it fails"
    receive_money(account, 12_00)
    post(bill(company.seller))
    assert tell_bill(account) == [("Basic Dvr Movies Sports Hd", 37_00, "posted")]
    assert list_queue(account) == {}
    assert set(DeactivationCandidate.objects.values_list("status", flat=True)) == {"cleared"}
    happened = SubscriptionEvent.objects.exclude(subscription_service=None).values_list("event", flat=True)
    assert sorted(set(happened)) == ["clear_from_queue", "queue_for_deactivation"]
    assert find_balance(account.pk).customer_credit_minor == 0
    assert_books_in_order()


def owe(company: Television, account: Account, amount: str) -> None:
    """Let the account owe an amount that was invoiced before."""
    service = build_service(company.seller, code=f"owed-{amount.replace('.', '-')}", unit_price=amount, kind="one_off")
    agree(account, company.plan, service, external_id=f"S-{amount}", ends_on=date(2026, 3, 2))
    post(bill(company.seller))


@pytest.mark.rule("CRM-13")
@pytest.mark.parametrize(("price", "is_renewed"), [("20.00", True), ("20.01", False)])
def test_pay_after_owing_80_of_100_a_bill_of_20_passes_and_a_cent_more_fails(price: str, is_renewed: bool) -> None:
    company = build_television(billing_model="prebill_pay_after")
    account, _ = build_viewer(company, "movies", receivable_limit_minor=None)
    SubscriptionService.objects.update(starts_on=APRIL, billed_through=APRIL)
    owe(company, account, "80.00")
    Account.objects.filter(pk=account.pk).update(receivable_limit_minor=100_00)
    renewed = build_service(company.seller, code="renewed", unit_price=price)
    agree(account, company.plan, renewed, external_id="S-renewed")
    bill(company.seller)
    assert [gross for _, gross, status in tell_bill(account) if status == "draft"] == ([20_00] if is_renewed else [])
    assert list_queue(account) == ({} if is_renewed else {"renewed": "over_limit"})
    if is_renewed:
        assert Hold.objects.get(released_at=None).kind == "room"


@pytest.mark.rule("CRM-13", "CRM-37")
@pytest.mark.parametrize(("owed", "is_renewed"), [("99.99", True), ("100.00", False)])
def test_postbill_owing_a_cent_less_than_the_limit_any_bill_passes_and_at_the_limit_none(
    owed: str, is_renewed: bool
) -> None:
    company = build_television(billing_model="postbill_pay_after")
    account, _ = build_viewer(company, "movies")
    owe(company, account, owed)
    Account.objects.filter(pk=account.pk).update(receivable_limit_minor=100_00)
    used = build_service(company.seller, code="used", unit_price="50.00")
    (agreed,) = (agree(account, company.plan, used, external_id="S-used"),)
    SubscriptionService.objects.exclude(pk=agreed.pk).update(billed_through=MAY)
    run = bill(company.seller, target_on=date(2026, 3, 31))
    assert [gross for _, gross, status in tell_bill(account) if status == "draft"] == ([50_00] if is_renewed else [])
    if is_renewed:
        post(run)
        assert find_balance(account.pk).receivable_minor == 149_99
    else:
        assert list_queue(account) == {"used": "over_limit"}


@pytest.mark.rule("CRM-37")
def test_a_used_period_that_failed_stays_due_and_is_billed_by_the_next_run_that_passes() -> None:
    company = build_television(billing_model="postbill_pay_after")
    account, _ = build_viewer(company, "movies", receivable_limit_minor=0)
    bill(company.seller, target_on=date(2026, 3, 31))
    assert tell_bill(account) == []
    Account.objects.filter(pk=account.pk).update(receivable_limit_minor=100_00)
    bill(company.seller, target_on=date(2026, 4, 30))
    assert tell_bill(account) == [("Movies Movies", 16_00, "draft")]
    assert list_queue(account) == {}


@pytest.mark.rule("CRM-17")
def test_a_free_service_is_renewed_without_money_and_never_queued() -> None:
    company = build_television()
    account, _ = build_viewer(company, "movies")
    free = build_service(company.seller, code="radio", unit_price="0")
    agree(account, company.plan, free, external_id="S-radio")
    bill(company.seller)
    assert tell_bill(account) == [("Radio", 0, "draft")]
    assert list_queue(account) == {"movies": "no_funds"}


@pytest.mark.rule("CRM-14")
def test_credit_that_a_draft_holds_goes_to_that_draft_and_not_to_older_debt() -> None:
    company = build_television()
    account, _ = build_viewer(company, "basic")
    receive_money(account, 10_00)
    run = bill(company.seller)
    plan = create_plan(company.seller, plan=NewPlan("after", "Paid after"), actor=ACTOR)
    older = build_service(company.seller, code="older", unit_price="7.00")
    agree(account, plan, older, external_id="S-older")
    post(bill(company.seller, invoice_on=date(2026, 2, 1)))
    post(run)
    settled = dict(Document.objects.values_list("gross_minor", "settled_minor"))
    assert settled == {10_00: 10_00, 7_00: 0}
    assert_books_in_order()


def test_a_canceled_run_gives_the_credit_back_and_a_changed_line_holds_its_new_amount() -> None:
    company = build_television()
    account, _ = build_viewer(company, "basic")
    receive_money(account, 10_00)
    run = bill(company.seller)
    draft = Document.objects.get(account=account)
    change_draft_line(draft, position=1, net_minor=6_00, reason="a gesture", at=AT, actor=ACTOR)
    live = Hold.objects.get(released_at=None)
    assert (live.kind, live.amount_minor) == ("credit", 6_00)
    cancel_bill_run(run, reason="too early", at=AT, actor=ACTOR)
    run_jobs()
    assert not Hold.objects.filter(released_at=None).exists()
    again = preview_bill(company.seller, account_id=account.pk, target_on=MARCH)
    assert [document.gross_minor for document in again.documents] == [10_00]


@pytest.mark.rule("CRM-16")
def test_a_preview_says_what_would_not_be_renewed_and_what_is_short_and_queues_nothing() -> None:
    company = build_television(funds_granularity="subscription")
    account, _ = build_viewer(company)
    receive_money(account, 25_00)
    preview = preview_bill(company.seller, account_id=account.pk, target_on=MARCH)
    assert (preview.documents, len(preview.not_renewed), preview.shortfall_minor) == ((), 5, 12_00)
    assert list_queue(account) == {}
