"""Accounts that are drawn on: made, billed and told, for stories and tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from tallystick.accounts.core.funding import CREDIT_LIMIT, FundingTerms
from tallystick.accounts.models import Account
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.invoicing.models import Document, DocumentLine, Draw
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance
from tallystick.money.amount import format_minor
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT


def fund(account: Account, policy: str, *, limit_minor: int = 100_00, term: int = 14, grace: int = 0) -> Account:
    """Set the account's funding policy."""
    limit: dict[str, Any] = {}
    if policy == CREDIT_LIMIT:
        limit = {"credit_limit_minor": limit_minor, "credit_term_days": term, "credit_grace_days": grace}
    terms = FundingTerms(policy, **limit)
    return set_funding_policy(account.pk, terms=terms, reason="agreed", at=AT, actor=ACTOR)


def pay_in(account: Account, amount_minor: int, *, on: date) -> None:
    """Money of the customer arrives and settles what is open."""
    payments = record_payments([NewPayment(account.pk, amount_minor, account.currency, None, "", "")], on=on, at=AT)
    add_credit_sources(payments)
    settle_accounts([account.pk], on=on, at=clock.now())


def tell_balance(account: Account) -> str:
    """Balance, and what it is made of: credit, receivable, unbilled."""
    row = find_balance(account.pk)
    parts = (row.balance_minor, row.customer_credit_minor, row.receivable_minor, row.unbilled_minor)
    return "{} = {} - {} - {}".format(*(format_minor(minor, account.currency) for minor in parts))


def tell_draws(account: Account) -> list[str]:
    """Every draw in a line: month, net and tax."""
    draws = Draw.objects.filter(account=account).order_by("pk")
    return [f"{each.statement_month_on:%b} {each.net_minor} {each.tax_minor}" for each in draws]


def tell_statements(account: Account) -> list[str]:
    """Every statement in a line: number, date, month, due date, gross, its lines."""
    told = []
    for document in Document.objects.filter(account=account, statement_month_on__isnull=False).order_by("pk"):
        lines = DocumentLine.objects.filter(document=document).order_by("position")
        nets = ", ".join(format_minor(line.net_minor, document.currency) for line in lines)
        told.append(
            f"{document.number} of {document.invoice_on:%d %b} for {document.statement_month_on:%b}, due"
            f" {document.due_on:%d %b}: {format_minor(document.gross_minor, document.currency)} ({nets})"
        )
    return told


def require_books() -> None:
    """The books are in order."""
    assert [f"{breach.subject}: {breach.problem}" for breach in check_books(actor=ACTOR)] == []
