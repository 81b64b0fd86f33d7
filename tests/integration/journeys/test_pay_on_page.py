"""Paying on the gateway's page, at the sandbox: one page, one payment, whatever the customer does."""

from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.collection.errors import AmountHasChanged
from tallystick.invoicing.errors import NothingToPay
from tallystick.invoicing.models import Document
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_attempts import resolve_attempts
from tallystick.journeys.pay_on_page import Asked, find_due_now, follow_page, open_pay_page
from tallystick.payments.errors import AlreadyBeingPaid
from tallystick.payments.gateways.sandbox.pages import expire_page, pay_page
from tallystick.payments.models import AttemptPage, GatewayAccount, Payment, PaymentAttempt, PaymentMethod
from tallystick.plumbing import clock
from tests.interfaces.portal.test_portal import build_payer
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.stories import bill_and_post

pytestmark = pytest.mark.django_db

GOOD, DECLINED, SLOW = "4242424242424242", "4000000000000002", "NL77SAND0000000001"


@pytest.fixture
def account() -> Account:
    """Owes 121.00 by one invoice, and has no saved method."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_payer(seller, "A-1")
    bill_and_post(seller)
    GatewayAccount.objects.create(seller=seller, kind="sandbox")
    return account


def ask(account: Account) -> Asked:
    document = Document.objects.get(account=account)
    return Asked(account.pk, ((f"document:{document.pk}", document.gross_minor),), f"Invoice {document.number}")


def open_it(account: Account, minor: int = 121_00) -> AttemptPage:
    return open_pay_page(ask(account), asked_minor=minor, return_url="https://x/{attempt}", at=clock.now(), actor=ACTOR)


def test_an_invoice_is_paid_on_the_page_and_booked_once(account: Account) -> None:
    page = open_it(account)
    assert page.action_url and str(page.attempt.our_id) in page.return_url
    assert (page.attempt.kind, page.attempt.method, page.attempt.status) == ("checkout", None, "action_required")
    assert pay_page(page.attempt.gateway_ref, number=GOOD, at=clock.now()) == ""
    assert [follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) for _ in range(2)] == ["succeeded"] * 2
    assert (Document.objects.get().open_minor, Payment.objects.get().amount_minor) == (0, 121_00)
    assert PaymentMethod.objects.count() == 0
    with pytest.raises(NothingToPay):
        open_it(account)
    assert list(check_books(actor=ACTOR)) == []


def test_asking_again_shows_the_same_page(account: Account) -> None:
    assert open_it(account).pk == open_it(account).pk
    assert PaymentAttempt.objects.count() == 1


def test_a_page_that_is_about_to_end_is_taken_back_before_another_is_opened(account: Account) -> None:
    first = open_it(account)
    clock.set_clock(AT + timedelta(minutes=58))
    second = open_it(account)
    first.attempt.refresh_from_db()
    assert (first.attempt.status, second.attempt.status) == ("canceled", "action_required")
    assert pay_page(first.attempt.gateway_ref, number=GOOD, at=clock.now()) == "bad_request"


def test_who_has_paid_and_presses_again_pays_nothing_more(account: Account) -> None:
    page = open_it(account)
    pay_page(page.attempt.gateway_ref, number=GOOD, at=clock.now())
    clock.set_clock(AT + timedelta(minutes=58))
    with pytest.raises(NothingToPay):
        open_it(account)
    assert Payment.objects.count() == 1


def test_a_debit_that_a_bank_works_on_is_waited_for(account: Account) -> None:
    page = open_it(account)
    pay_page(page.attempt.gateway_ref, number=SLOW, at=clock.now())
    assert follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) == "processing"
    assert find_due_now(ask(account)).is_under_way
    with pytest.raises(AlreadyBeingPaid):
        open_it(account)


def test_a_declined_card_leaves_the_page_open_for_another(account: Account) -> None:
    page = open_it(account)
    assert pay_page(page.attempt.gateway_ref, number=DECLINED, at=clock.now()) == "card_declined"
    assert follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) == "action_required"
    assert pay_page(page.attempt.gateway_ref, number=GOOD, at=clock.now()) == ""
    assert follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) == "succeeded"


def test_who_never_comes_back_is_found_by_the_janitor(account: Account) -> None:
    page = open_it(account)
    pay_page(page.attempt.gateway_ref, number=GOOD, at=clock.now())
    later = AT + timedelta(minutes=6)
    clock.set_clock(later)
    resolve_attempts(at=later, actor=ACTOR)
    assert Document.objects.get().open_minor == 0


def test_an_expired_page_frees_the_invoice(account: Account) -> None:
    page = open_it(account)
    expire_page(page.attempt.gateway_ref, at=clock.now())
    assert follow_page(page.attempt_id, at=clock.now(), actor=ACTOR) == "expired"
    assert not find_due_now(ask(account)).is_under_way
    assert open_it(account).pk != page.pk
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.parametrize("minor", [1, 120_99, 121_01])
def test_another_amount_than_was_shown_opens_nothing(account: Account, minor: int) -> None:
    with pytest.raises(AmountHasChanged):
        open_it(account, minor)
    assert PaymentAttempt.objects.count() == 0
