"""Make the statements of a month: documents over what was drawn, posted at once, in chunks (BIL-6 to BIL-8)."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.queries import BillingFacts, list_billing_facts
from tallystick.errors import InvariantBroken, Refusal
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.statement import Statement, compose_statements
from tallystick.invoicing.core.terms import BillingContext
from tallystick.invoicing.models import Document, StatedDraw, StatementRun
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.invoicing.queries.draws import list_drawing_accounts, list_drawn_charges
from tallystick.invoicing.queries.run_documents import DraftToPost
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows
from tallystick.plumbing.collector import paused_collector
from tallystick.plumbing.statements import as_array, run_sql

DOCUMENTS = Document._meta.db_table
STATED = StatedDraw._meta.db_table
CHUNK = 1000


class AccountStatements(NamedTuple):
    """The statements of one account."""

    facts: BillingFacts
    statements: list[Statement]


def make_statements(statement_run_id: int, *, at: datetime, actor: Actor) -> StatementRun:
    """Make and post every statement of the run that is missing, and complete it.

    Posted at once, because nothing is left to decide: what they ask for is owed since it was drawn. Each chunk is a
    transaction, so that a killed job leaves whole statements and goes on with the rest. An account whose statement is
    refused is left out, with the reason on the run; the next month, or asking again, makes up for it.
    """
    run = StatementRun.objects.select_related("seller").get(pk=statement_run_id)
    if run.status == StatementRun.COMPLETED:
        return run
    context, profile_id = load_billing_context(run.seller)
    header = DraftHeader(run.seller_id, None, profile_id, run.invoice_on)
    account_ids = list_drawing_accounts(run.seller_id, month_on=run.month_on)
    for start in range(0, len(account_ids), CHUNK):
        _make_chunk(run, context, header, account_ids[start : start + CHUNK], at, actor)
    with transaction.atomic():
        run = StatementRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        made = Document.objects.filter(seller_id=run.seller_id, invoice_on=run.invoice_on).exclude(status="draft")
        made = made.filter(statement_month_on__lte=run.month_on)
        run.documents, run.accounts = made.count(), made.values("account_id").distinct().count()
        run.status, run.completed_at = StatementRun.COMPLETED, at
        run.save(update_fields=["documents", "accounts", "status", "completed_at"])
    return run


def _make_chunk(
    run: StatementRun,
    context: BillingContext,
    header: DraftHeader,
    account_ids: Sequence[int],
    at: datetime,
    actor: Actor,
) -> None:
    """A chunk as a whole, or else account by account, so that one that is refused keeps only itself back."""
    with paused_collector(), transaction.atomic():
        lock_balances(account_ids)
        composed = _compose(run, context, account_ids)
        try:
            _post(run, header, composed, at, actor)
        except (Refusal, InvariantBroken):
            for own in composed:
                _post_account(run, header, own, at, actor)


def _post_account(run: StatementRun, header: DraftHeader, own: AccountStatements, at: datetime, actor: Actor) -> None:
    try:
        _post(run, header, [own], at, actor)
    except (Refusal, InvariantBroken) as refusal:
        locked = StatementRun.objects.select_for_update().get(pk=run.pk)
        locked.failed[own.facts.external_id] = str(refusal)
        locked.save(update_fields=["failed"])


def _compose(run: StatementRun, context: BillingContext, account_ids: Sequence[int]) -> list[AccountStatements]:
    facts = {each.account_id: each for each in list_billing_facts(account_ids)}
    charges = list_drawn_charges(account_ids, month_on=run.month_on)
    composed = []
    for account_id, own in groupby(charges, key=lambda charge: charge.group.account_id):
        fact = facts[account_id]
        terms_days = context.net_terms(fact.net_terms_days if fact.credit_term_days is None else fact.credit_term_days)
        statements = compose_statements(own, invoice_on=run.invoice_on, terms_days=terms_days)
        if statements:
            composed.append(AccountStatements(fact, statements))
    return composed


def _post(
    run: StatementRun, header: DraftHeader, composed: Sequence[AccountStatements], at: datetime, actor: Actor
) -> None:
    with transaction.atomic():
        drafts = _write(header, composed, at, actor)
        on = at.astimezone(ZoneInfo(run.seller.time_zone)).date()
        post_documents(run.seller, drafts=drafts, on=on, at=at, actor=actor)


def _write(header: DraftHeader, composed: Sequence[AccountStatements], at: datetime, actor: Actor) -> list[DraftToPost]:
    """Write the drafts with the places of their draws; nothing is held for them, their draws count already."""
    bills = [
        BillToWrite(
            DraftBill(own.facts.account_id, tuple(each.document for each in own.statements), ()),
            own.facts.currency,
            own.facts.profile_id,
        )
        for own in composed
    ]
    ids = write_drafts(header, bills=bills, at=at, actor=actor)
    written = [(own.facts.currency, each) for own in composed for each in own.statements]
    run_sql(
        f"UPDATE {DOCUMENTS} d SET statement_month_on = s.month_on"
        " FROM unnest(%s::bigint[], %s::date[]) AS s (id, month_on) WHERE d.id = s.id",
        [as_array(ids), [each.month_on for _, each in written]],
    )
    copy_rows(
        STATED,
        ("document_id", "draw_id", "position"),
        ((i, *place) for i, (_, each) in zip(ids, written, strict=True) for place in each.draws),
    )
    return [
        DraftToPost(
            document_id=i,
            account_id=each.document.account_id,
            currency=currency,
            kind=each.document.kind,
            invoice_on=header.invoice_on,
            due_on=each.document.due_on,
            net_minor=each.document.net_minor,
            tax_minor=each.document.tax_minor,
            gross_minor=each.document.gross_minor,
            statement_month_on=each.month_on,
        )
        for i, (currency, each) in zip(ids, written, strict=True)
    ]
