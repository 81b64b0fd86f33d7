"""What pay-before services lack is asked of the saved method once a run: renewed with it, queued without (CRM-16)."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from tallystick.accounts.models import Account
from tallystick.credit.models import Hold
from tallystick.interfaces.console.reads.next_bill import find_next_bill
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.models import AccountReview, BillRunAccount, CreditSource, Document
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.draft_chunk import draft_chunk
from tallystick.invoicing.operations.drop_account import regenerate_account
from tallystick.invoicing.operations.follow_up_account import follow_up_account
from tallystick.invoicing.operations.identify_population import identify_population
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.operations.start_preview import NewPreview, start_preview
from tallystick.invoicing.queries.previews import get_preview, get_preview_file
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.journeys.work_off_due import work_off_due
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.models import Payment, PaymentAttempt
from tallystick.plumbing import clock
from tallystick.sellers.models import BillingRule
from tallystick.subscriptions.models import DeactivationCandidate
from tests.support.builders import ACTOR, AT, MARCH
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.stories import EXPIRED_CARD, GOOD_CARD, GOOD_IBAN, SILENT_CARD, bill, post, save_method
from tests.support.television import Television, build_television, build_viewer, list_queue, receive_money

pytestmark = pytest.mark.rule("CRM-16")

DAY = timedelta(days=1)


@pytest.fixture
def company(fresh_database: FreshDatabase) -> Television:
    """A gateway is called between transactions: what it is told must be committed."""
    return build_television(funds_granularity="subscription")


def build_payer(company: Television, number: str, **terms: Any) -> Account:
    """All five packages at 37.00, with 25.00 of credit and a saved method."""
    account, _ = build_viewer(company, **{"billing_mode": "self_serve", **terms})
    receive_money(account, 25_00)
    if number:
        save_method(account, number)
    return account


def tell_documents(account: Account) -> list[tuple[int, str, int]]:
    documents = Document.objects.filter(account=account).order_by("pk")
    return list(documents.values_list("gross_minor", "status", "settled_minor"))


def get_outcome(account: Account) -> tuple[str, str]:
    return BillRunAccount.objects.filter(account=account).values_list("status", "reason").latest("run_id")


def assert_books_in_order() -> None:
    assert list(check_books(actor=ACTOR)) == []


def test_the_card_is_charged_twelve_and_all_five_are_renewed_settled_by_credit_and_charge(company: Television) -> None:
    account = build_payer(company, GOOD_CARD)
    run = bill(company.seller)
    assert list(Payment.objects.filter(kind="gateway").values_list("amount_minor", flat=True)) == [12_00]
    assert tell_documents(account) == [(37_00, "draft", 0)]
    assert get_outcome(account) == ("drafted", "")
    assert list(Hold.objects.filter(released_at=None).values_list("kind", "amount_minor")) == [("credit", 37_00)]
    assert_books_in_order()
    post(run)
    assert tell_documents(account) == [(37_00, "posted", 37_00)]
    assert find_balance(account.pk).customer_credit_minor == 0
    assert_books_in_order()


def test_what_the_money_renewed_is_reviewed_like_what_was_drafted_before(company: Television) -> None:
    account = build_payer(company, GOOD_IBAN)
    run = bill(company.seller)
    assert run.is_reviewed
    assert not AccountReview.objects.filter(run=run, gross_minor=37_00).exists()
    at = AT + 5 * DAY
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    review = AccountReview.objects.get(run=run, account=account)
    assert (review.gross_minor, [code for code, _ in review.risks]) == (37_00, ["first_invoice"])


def test_a_refused_card_queues_all_five_and_is_not_asked_again_by_the_same_run(company: Television) -> None:
    account = build_payer(company, EXPIRED_CARD)
    run = bill(company.seller)
    assert tell_documents(account) == []
    assert len(list_queue(account)) == 5
    assert get_outcome(account) == (
        "not_renewed",
        "5 services not renewed: not enough money; the charge failed: The card has expired.",
    )
    regenerate_account(run, account=account, at=AT, actor=ACTOR)
    run_jobs()
    assert PaymentAttempt.objects.count() == 1
    assert find_balance(account.pk).customer_credit_minor == 25_00
    assert_books_in_order()


def test_a_debit_that_takes_days_lets_the_run_complete_and_post_and_is_followed_up_posted(company: Television) -> None:
    account = build_payer(company, GOOD_IBAN)
    run = bill(company.seller)
    assert run.status == "completed"
    assert get_outcome(account)[0] == "awaiting_funds"
    assert get_outcome(account)[1].startswith("12.00 EUR short; ")
    assert list_queue(account) == {}
    assert post(run).status == "posted"
    at = AT + 5 * DAY
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    assert tell_documents(account) == [(37_00, "posted", 37_00)]
    assert get_outcome(account)[0] == "posted"
    assert_books_in_order()


@pytest.mark.rule("ZUO-19")
def test_what_the_money_renewed_after_posting_is_mailed_as_the_run_mails_all_others(company: Television) -> None:
    build_payer(company, GOOD_IBAN)
    BillingRule.objects.update(supports_auto_post=True)
    both = RunOptions(auto_posts=True, auto_emails=True)
    clock.set_clock(AT)
    start_bill_run(company.seller, target_on=MARCH, options=both, at=AT, actor=ACTOR)
    run_jobs()
    assert [message.subject for message in mail.outbox if "INV" in message.subject] == []  # its money is on its way
    at = AT + 5 * DAY
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    run_jobs()
    number = Document.objects.get().number or "none"
    assert [message.subject for message in mail.outbox if number in message.subject] != []
    work_off_due(at=at, actor=ACTOR)
    run_jobs()
    assert len([message for message in mail.outbox if number in message.subject]) == 1


def test_an_answer_that_was_lost_is_looked_up_and_never_charged_twice(company: Television) -> None:
    account = build_payer(company, SILENT_CARD)
    bill(company.seller)
    assert get_outcome(account)[0] == "awaiting_funds"
    at = AT + DAY
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    work_off_due(at=at, actor=ACTOR)
    assert Payment.objects.filter(kind="gateway").count() == 1
    assert tell_documents(account) == [(37_00, "draft", 0)]
    assert_books_in_order()


def test_a_worker_that_dies_before_it_sends_leaves_the_charge_to_the_janitor(company: Television) -> None:
    account = build_payer(company, GOOD_CARD)
    clock.set_clock(AT)
    run = start_bill_run(company.seller, target_on=AT.date(), at=AT, actor=ACTOR)
    identify_population(run.pk, at=AT, actor=ACTOR)
    draft_chunk(run.pk, position=1, at=AT, actor=ACTOR)
    assert list(PaymentAttempt.objects.values_list("status", flat=True)) == ["created"]
    work_off_due(at=AT, actor=ACTOR)
    work_off_due(at=AT, actor=ACTOR)
    assert tell_documents(account) == [(37_00, "draft", 0)]
    assert Payment.objects.filter(kind="gateway").count() == 1
    assert_books_in_order()


def test_money_for_a_renewal_pays_no_older_debt_meanwhile(company: Television) -> None:
    account = build_payer(company, GOOD_IBAN)
    run = bill(company.seller)
    at = AT + 5 * DAY
    clock.set_clock(at)
    resolve_payments(at=at, actor=ACTOR)
    held = Hold.objects.get(released_at=None)
    assert (held.purpose, held.amount_minor) == (f"shortfall:{run.pk}:{account.pk}", 12_00)
    assert_books_in_order()
    work_off_due(at=at, actor=ACTOR)
    assert tell_documents(account) == [(37_00, "draft", 0)]


def test_money_that_comes_after_the_account_was_given_up_stays_customer_credit(company: Television) -> None:
    account = build_payer(company, GOOD_IBAN)
    run = bill(company.seller)
    follow_up_account(run.pk, account_id=account.pk, at=AT + DAY, actor=ACTOR)
    assert len(list_queue(account)) == 5
    at = AT + 5 * DAY
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    assert find_balance(account.pk).customer_credit_minor == 37_00
    assert tell_documents(account) == []
    assert not Hold.objects.filter(released_at=None).exists()
    assert_books_in_order()


def test_a_canceled_run_leaves_money_that_comes_later_as_credit(company: Television) -> None:
    account = build_payer(company, GOOD_IBAN)
    run = bill(company.seller)
    cancel_bill_run(run, reason="too early", at=AT, actor=ACTOR)
    run_jobs()
    at = AT + 5 * DAY
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    assert get_outcome(account)[0] == "dropped"
    assert sum(CreditSource.objects.values_list("remaining_minor", flat=True)) == 37_00
    assert DeactivationCandidate.objects.count() == 0
    assert_books_in_order()


@pytest.mark.parametrize("case", ["no method", "managed", "switched off"])
def test_without_a_method_that_may_be_charged_the_services_are_queued_at_once(company: Television, case: str) -> None:
    number = "" if case == "no method" else GOOD_CARD
    terms = {"billing_mode": "managed"} if case == "managed" else {}
    account = build_payer(company, number, **terms)
    if case == "switched off":
        type(company.seller.billing_rule).objects.update(collects_shortfalls=False)
    bill(company.seller)
    assert len(list_queue(account)) == 5
    assert PaymentAttempt.objects.count() == 0


def test_by_service_the_shortfall_of_everything_is_asked_for_and_what_credit_pays_is_renewed_without_it(
    fresh_database: FreshDatabase,
) -> None:
    account = build_payer(build_television(), EXPIRED_CARD)
    bill(account.seller)
    assert list(PaymentAttempt.objects.values_list("amount_minor", "status")) == [(12_00, "failed")]
    assert tell_documents(account) == [(23_00, "draft", 0)]
    assert sorted(list_queue(account)) == ["hd", "sports"]


def preview_rows(company: Television) -> list[tuple[str, str, str]]:
    """Source, description and net of each row of a preview up to March."""
    made = start_preview(company.seller, new=NewPreview(MARCH), at=AT, actor=ACTOR)
    run_jobs()
    with get_preview_file(get_preview(made.pk)).open(encoding="utf-8", newline="") as file:
        return [(row["source"], row["description"], row["net"]) for row in csv.DictReader(file)]


@pytest.mark.rule("ZUO-8")
def test_a_preview_says_that_the_card_would_be_asked_and_asks_nothing(company: Television) -> None:
    account = build_payer(company, GOOD_CARD)
    ((source, told, amount),) = preview_rows(company)
    assert (source, amount) == ("would be collected", "12.00")
    assert told.startswith("12.00 EUR short; ")
    ahead = find_next_bill(account, today=MARCH)
    assert ahead is not None
    assert (ahead.gross_minor, ahead.problem) == (0, told)
    assert not PaymentAttempt.objects.exists()


@pytest.mark.rule("ZUO-8")
def test_a_preview_lists_what_would_not_be_renewed_and_queues_nothing(company: Television) -> None:
    account = build_payer(company, "")
    rows = preview_rows(company)
    assert [source for source, _, _ in rows] == ["not renewed"] * 5
    assert all(told.endswith(": not enough money") for _, told, _ in rows)
    assert list_queue(account) == {}
