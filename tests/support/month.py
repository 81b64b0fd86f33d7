"""What happens in a month, for tests of what it adds up to: billed and posted, charged, transferred."""

from __future__ import annotations

from datetime import date, timedelta

from tallystick.accounts.models import Account
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.collect_attempts import collect_attempts, resolve_attempts
from tallystick.payments.models import Payment, PaymentAttempt
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.payments.queries import list_default_methods
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.jobs import run_jobs

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
EXPIRED_CARD = "4000 0000 0000 0069"
LOST_ANSWER_CARD = "4000 0099 0000 0004"
SLOW_IBAN = "NL77 SAND 0000 0000 01"


def begin_month() -> Seller:
    """1 March, and a seller in dollars without VAT, so that gross is net and worked figures are round."""
    clock.set_clock(AT)
    return build_seller(country="US", currency="USD")


def bill(seller: Seller, *accounts: Account, on: date = MARCH, post: bool = True) -> list[Document]:
    """Bill what is due, of all accounts or of these, and post it; the documents in the order of their accounts."""
    filters = RunFilters(account_external_ids=tuple(each.external_id for each in accounts))
    run = start_bill_run(seller, target_on=on, filters=filters, at=clock.now(), actor=ACTOR)
    run_jobs()
    if post:
        post_bill_run(run, at=clock.now(), actor=ACTOR)
        run_jobs()
    return list(Document.objects.filter(run=run).order_by("account_id"))


def save_method(account: Account, number: str) -> None:
    """Store a card or IBAN of the sandbox as the account's default."""
    new = NewMethod(account.pk, number)
    store_methods(account.seller, methods=[new], gateway_kind="sandbox", at=clock.now(), actor=ACTOR)


def charge(document: Document) -> PaymentAttempt:
    """Charge what is open of an invoice to its account's default method."""
    document.refresh_from_db()
    method = list_default_methods([document.account_id])[document.account_id]
    new = NewAttempt(
        document.account_id,
        method.method_id,
        method.gateway_account_id,
        f"document:{document.pk}",
        document.open_minor,
        document.currency,
        document.number or "",
    )
    (attempt_id,) = create_attempts([new], at=clock.now(), actor=ACTOR)
    collect_attempts([attempt_id], at=clock.now(), actor=ACTOR)
    return PaymentAttempt.objects.get(pk=attempt_id)


def resolve_after(days: int) -> None:
    """Let days pass, and ask after every charge whose outcome is open."""
    clock.advance(timedelta(days=days))
    resolve_attempts(at=clock.now(), actor=ACTOR)


def transfer(document: Document, amount_minor: int, *, on: date, reference: str = "") -> Payment:
    """Record that money came by bank transfer for an invoice, and settle it first."""
    new = NewPayment(document.account_id, amount_minor, document.currency, None, "", reference)
    payments = record_payments([new], on=on, at=clock.now())
    add_credit_sources(payments)
    settle_accounts([document.account_id], on=on, at=clock.now(), first=[document.pk])
    return payments[0]
