"""What posting a document writes in the ledger (model: "invoice posted, lines not drawn before"). Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.ledger.core.chart import CUSTOMER_CREDIT, RECEIVABLE, REVENUE, TAX_PAYABLE
from tallystick.ledger.core.entries import Entry, NewTransaction


class RevenuePart(NamedTuple):
    """Net of a document under one revenue code, in minor units."""

    revenue_code: str
    net_minor: int


class TaxPart(NamedTuple):
    """Tax of a document under one registration, treatment and rate, in minor units."""

    registration: str
    treatment: str
    tax_rate: Decimal
    tax_minor: int


def tax_detail(registration: str, *, treatment: str, tax_rate: Decimal) -> str:
    """The detail under which tax is booked: registration, treatment and rate, such as "NL0001B01 standard 21"."""
    return f"{registration} {treatment} {tax_rate.normalize():f}".strip()


def document_subject(document_id: int) -> str:
    """The text by which ledger, holds and purposes name a document."""
    return f"document:{document_id}"


def read_document_subject(subject: str) -> int | None:
    """The document that such a text names, None for any other."""
    kind, _, number = subject.partition(":")
    return int(number) if kind == "document" and number.isdecimal() else None


def post_entries(
    account_id: int,
    *,
    gross_minor: int,
    revenue: Sequence[RevenuePart],
    taxes: Sequence[TaxPart],
    owed: str = RECEIVABLE,
    tax_owed: str = TAX_PAYABLE,
) -> tuple[Entry, ...]:
    """Receivable (gross) against revenue (net, by code) and tax payable. Sides of amount 0 are left out.

    What is drawn before it is asked for stands on other ledger accounts (`owed`, `tax_owed`).
    """
    entries = [Entry(owed, gross_minor, account_id)]
    entries += [Entry(REVENUE, -part.net_minor, account_id, part.revenue_code) for part in revenue]
    entries += [
        Entry(
            tax_owed,
            -part.tax_minor,
            None,
            tax_detail(part.registration, treatment=part.treatment, tax_rate=part.tax_rate),
        )
        for part in taxes
    ]
    return tuple(entry for entry in entries if entry.amount_minor != 0)


def credit_entries(
    account_id: int, *, gross_minor: int, revenue: Sequence[RevenuePart], taxes: Sequence[TaxPart]
) -> tuple[Entry, ...]:
    """Of a credit note: revenue and tax payable against customer credit, the sides of `post_entries` swapped."""
    swapped = post_entries(account_id, gross_minor=gross_minor, revenue=revenue, taxes=taxes)
    return tuple(
        entry._replace(
            ledger_account=CUSTOMER_CREDIT if entry.ledger_account == RECEIVABLE else entry.ledger_account,
            amount_minor=-entry.amount_minor,
        )
        for entry in swapped
    )


def allocation_transaction(
    document_id: int, *, account_id: int, amount_minor: int, book_id: int, occurred_on: date
) -> NewTransaction:
    """Customer credit against receivable, for an allocation (amount above zero) or its undoing (below)."""
    return NewTransaction(
        book_id=book_id,
        kind="allocation" if amount_minor > 0 else "allocation_undone",
        subject=document_subject(document_id),
        occurred_on=occurred_on,
        entries=(
            Entry(CUSTOMER_CREDIT, amount_minor, account_id),
            Entry(RECEIVABLE, -amount_minor, account_id),
        ),
    )
