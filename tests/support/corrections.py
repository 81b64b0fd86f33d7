"""A company with posted invoices to correct, and what became of them, for tests of notes, reversals and voids."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.operations.record_payments import NewPayment, record_payments
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
from tests.support.jobs import run_jobs

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def build_company(*prices: str, accounts: int = 1, **rule: Any) -> Seller:
    """Accounts A-1, A-2, … that pay these prices a month from 1 March 2026, before 21 % VAT."""
    clock.set_clock(AT)
    seller = build_seller(**rule)
    plan = build_plan(seller)
    services = [
        build_service(seller, code=f"seat-{number}", unit_price=price) for number, price in enumerate(prices, 1)
    ]
    for number in range(1, accounts + 1):
        account = build_account(seller, external_id=f"A-{number}")
        build_subscription(account, plan, *services, external_id=f"S-{number}")
    return seller


def bill(seller: Seller, *, on: date = MARCH) -> list[Document]:
    """Bill and post what is due; the invoices by account."""
    run = start_bill_run(seller, target_on=on, invoice_on=on, at=AT, actor=ACTOR)
    run_jobs()
    if run.chunks.filter(status="drafted").exists():
        post_bill_run(run, at=AT, actor=ACTOR)
        run_jobs()
    return list(Document.objects.filter(run=BillRun.objects.get(pk=run.pk)).order_by("account_id", "pk"))


def pay(account: Account, amount_minor: int) -> None:
    """Money arrives and settles what is open, oldest first."""
    with transaction.atomic():
        add_credit_sources(
            record_payments([NewPayment(account.pk, amount_minor, account.currency, None, "", "paid")], on=MARCH, at=AT)
        )
        settle_accounts([account.pk], on=MARCH, at=AT)


def credit(document: Document, **ask: Any) -> Document:
    """Issue a credit note against a document; without amounts for all that is left."""
    return issue_correction(
        document, kind="credit_note", ask=CorrectionAsk(**ask), reason="agreed by phone", at=AT, actor=ACTOR
    )


def tell_balance(account: Account) -> tuple[int, int]:
    """What the account owes, and what we hold for it."""
    balance = find_balance(account.pk)
    return balance.receivable_minor, balance.customer_credit_minor


def tell_documents(account: Account) -> list[tuple[str, str, int, int]]:
    """Number, status, gross and open amount of each document with a number, in the order of their making."""
    rows = Document.objects.filter(account=account, number__isnull=False).order_by("pk")
    return [(str(row.number).removeprefix("ACME-"), row.status, row.gross_minor, row.open_minor) for row in rows]
