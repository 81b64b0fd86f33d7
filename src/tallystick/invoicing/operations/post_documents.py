"""Post drafts in bulk: ledger entries, customer credit oldest first, numbers last. One way for one or for thousands."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from tallystick.accounts.models import Account
from tallystick.accounts.queries import list_prepaid
from tallystick.credit.operations.release_holds import release_holds
from tallystick.errors import InvariantBroken
from tallystick.invoicing.core.credit_rules import CREDIT_NOTE
from tallystick.invoicing.core.drawing import statement_entries
from tallystick.invoicing.core.numbering import format_number
from tallystick.invoicing.core.posting import RevenuePart, TaxPart, credit_entries, document_subject, post_entries
from tallystick.invoicing.errors import NotEnoughFunds
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.apply_credit import apply_credit
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.invoicing.queries.run_documents import DraftToPost, list_revenue_parts, list_tax_parts
from tallystick.ledger.core.entries import Entry, NewTransaction
from tallystick.ledger.operations.open_book import open_book
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.money.amount import format_minor
from tallystick.payments.models import GatewayAccount, PaymentMethod
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.outbox import announce
from tallystick.plumbing.statements import as_array, run_sql
from tallystick.sellers.models import BankAccount, Seller
from tallystick.sellers.operations.take_numbers import take_numbers

DOCUMENTS, ACCOUNTS = Document._meta.db_table, Account._meta.db_table

# What is printed and could change later is written down with the number (UNI-4): whom it speaks to, how it asks for
# its money. Looked up row by row by keys, so that no plan depends on statistics.
FREEZE_PRINTED = f"""
    language = a.language, buyer_reference = a.buyer_reference,
    bank_account_id = (SELECT b.id FROM {BankAccount._meta.db_table} b
                        WHERE b.seller_id = d.seller_id AND b.currency = d.currency AND b.is_default),
    method_label = coalesce((SELECT m.label FROM {PaymentMethod._meta.db_table} m
                               JOIN {GatewayAccount._meta.db_table} g ON g.id = m.gateway_account_id AND g.is_active
                              WHERE m.account_id = d.account_id AND m.is_default AND m.state = 'valid'), '')"""


class Posted(NamedTuple):
    """A draft that got its number."""

    document_id: int
    number: str


def post_documents(
    seller: Seller, *, drafts: Sequence[DraftToPost], on: date, at: datetime, actor: Actor
) -> list[Posted]:
    """Post drafts: receivable against revenue and tax (of a credit note the reverse), free credit applied, holds
    released, numbers given last.

    Runs in the caller's transaction, under the accounts' locks. `on` is the booking day of allocations.
    """
    if not drafts:
        return []
    books = {
        currency: open_book(seller, currency=currency).pk for currency in sorted({draft.currency for draft in drafts})
    }
    _record_postings(drafts, books, at)
    settled = apply_credit(drafts, books=books, on=on, at=at)
    _require_prepaid_settled(drafts, settled)
    release_holds([document_subject(draft.document_id) for draft in drafts], at=at)
    record_document_events(
        [draft.document_id for draft in drafts],
        event="post",
        from_status="draft",
        to_status="posted",
        at=at,
        actor=actor,
    )
    return _give_numbers(seller, drafts, settled, at)


def _record_postings(drafts: Sequence[DraftToPost], books: dict[str, int], at: datetime) -> None:
    ids = [draft.document_id for draft in drafts]
    revenue, taxes = list_revenue_parts(ids), list_tax_parts(ids)
    transactions = []
    for draft in drafts:
        net_parts, tax_parts = revenue.get(draft.document_id, []), taxes.get(draft.document_id, [])
        if (sum(p.net_minor for p in net_parts), sum(p.tax_minor for p in tax_parts)) != (
            draft.net_minor,
            draft.tax_minor,
        ):
            raise InvariantBroken(f"draft {draft.document_id}: its lines do not sum to its totals")
        entries = _compose(draft, net_parts, tax_parts)
        if entries:  # a document of zero with nothing inside moves no money and has no transaction
            transactions.append(
                NewTransaction(
                    books[draft.currency], draft.kind, document_subject(draft.document_id), draft.invoice_on, entries
                )
            )
    record_transactions(transactions, at=at)


def _compose(draft: DraftToPost, revenue: Sequence[RevenuePart], taxes: Sequence[TaxPart]) -> tuple[Entry, ...]:
    if draft.statement_month_on is not None:
        return statement_entries(draft.account_id, kind=draft.kind, gross_minor=draft.gross_minor, taxes=taxes)
    compose = credit_entries if draft.kind == "credit_note" else post_entries
    return compose(draft.account_id, gross_minor=draft.gross_minor, revenue=revenue, taxes=taxes)


def _require_prepaid_settled(drafts: Sequence[DraftToPost], settled: dict[int, int]) -> None:
    """A prepaid account's charges are paid from its own funds as they are posted, or are not posted (BIL-1, BIL-4).

    Corrections and statements ask for what is owed already, and are posted whatever is there.
    """
    charges = [
        draft
        for draft in drafts
        if draft.kind == "invoice"
        and draft.statement_month_on is None
        and settled.get(draft.document_id, 0) < draft.gross_minor
    ]
    prepaid = list_prepaid({draft.account_id for draft in charges}) if charges else set()
    for draft in charges:
        if draft.account_id in prepaid:
            missing = format_minor(draft.gross_minor - settled.get(draft.document_id, 0), draft.currency)
            raise NotEnoughFunds(missing=missing, currency=draft.currency)


def _give_numbers(seller: Seller, drafts: Sequence[DraftToPost], settled: dict[int, int], at: datetime) -> list[Posted]:
    posted: list[Posted] = []
    rows: list[tuple[int, int, int, int, str, str, int]] = []
    for kind in sorted({draft.kind for draft in drafts}):
        of_kind = [draft for draft in drafts if draft.kind == kind]
        block = take_numbers(
            seller.pk, kind=kind, count=len(of_kind), dated_on=max(draft.invoice_on for draft in of_kind)
        )
        for sequence_number, draft in enumerate(of_kind, block.first):
            number = format_number(block.prefix, digits=block.digits, sequence_number=sequence_number)
            posted.append(Posted(draft.document_id, number))
            rows.append(
                (
                    draft.document_id,
                    draft.account_id,
                    block.series_id,
                    sequence_number,
                    number,
                    secrets.token_urlsafe(16),
                    settled.get(draft.document_id, 0),
                )
            )
    ids, account_ids, series_ids, sequence_numbers, numbers, tokens, settled_amounts = zip(*rows, strict=True)
    touched = run_sql(
        f"""
        UPDATE {DOCUMENTS} d SET status = 'posted', number_series_id = n.series_id,
               sequence_number = n.sequence_number, number = n.number, public_token = n.token,
               settled_minor = n.settled_minor, posted_at = %s, {FREEZE_PRINTED}
          FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
               AS n (id, account_id, series_id, sequence_number, settled_minor, number, token)
               JOIN LATERAL (SELECT * FROM {ACCOUNTS} x WHERE x.id = n.account_id OFFSET 0) a ON true
         WHERE d.id = n.id AND d.status = 'draft'
        """,
        [
            at,
            *(as_array(column) for column in (ids, account_ids, series_ids, sequence_numbers, settled_amounts)),
            list(numbers),
            list(tokens),
        ],
    )
    if touched != len(rows):
        raise InvariantBroken("a draft changed its state while it was being posted")
    announce("document", _list_paid(drafts, settled), event="settle", at=at)
    return posted


def _list_paid(drafts: Sequence[DraftToPost], settled: dict[int, int]) -> list[int]:
    """What free credit paid at once. A credit note asks for nothing."""
    return [
        draft.document_id
        for draft in drafts
        if draft.kind != CREDIT_NOTE and 0 < draft.gross_minor == settled.get(draft.document_id)
    ]
