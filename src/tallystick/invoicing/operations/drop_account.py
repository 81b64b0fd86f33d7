"""Take one account out of a run under review, or draft it again."""

from datetime import datetime

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.credit.operations.release_holds import release_holds
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.run_lifecycle import require_under_review
from tallystick.invoicing.core.shortfall import shortfall_subject
from tallystick.invoicing.errors import AccountNotInRun, DrawStated
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.draft_accounts import draft_accounts
from tallystick.invoicing.operations.record_events import note_run_event
from tallystick.invoicing.operations.release_drafts import release_drafts
from tallystick.invoicing.operations.reverse_draws import reverse_run_draws
from tallystick.invoicing.operations.review_accounts import review_accounts
from tallystick.invoicing.queries.draws import count_stated_of_run
from tallystick.invoicing.queries.run_documents import list_chunk_drafts, sum_drafts
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.money.amount import format_minor
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT
from tallystick.subscriptions.operations.queue_candidates import undo_run_candidates


def drop_account(
    run: BillRun, *, account: Account, reason: str, at: datetime, actor: Actor, is_told: bool = True
) -> None:
    """Cancel the account's drafts and draws in a completed run; what they charged can be billed again. A reason is
    mandatory, and stands in the run's history where `is_told`. Refuses DrawStated.
    """
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the account is dropped; the reason stays on the run.", field="reason")
    with transaction.atomic():
        allowed = ["drafted", "drawn", "failed", "not_renewed", "awaiting_funds"]
        chunk = _lock_chunk_under_review(run, account, event="drop", allowed=allowed)
        _release(run, account, at=at, actor=actor, reason=reason)
        BillRunAccount.objects.filter(run=run, account=account).update(status="dropped", reason=reason[:300])
        count_chunk(chunk, status=chunk.status, at=at)
        review_accounts(run, account_ids=[account.pk])
        if is_told:
            told = f"{account.external_id} dropped: {reason}"
            note_run_event(run.pk, event="drop_account", at=at, actor=actor, reason=told)


def regenerate_account(
    run: BillRun,
    *,
    account: Account,
    at: datetime,
    actor: Actor,
    reason: str = "",
    was_minor: int | None = None,
) -> None:
    """Draft an account of a completed run again from today's data, whatever came of it before.

    The run's history tells that, with the gross of before (`was_minor` where the drafts are gone already) and now; with
    a `reason`, which is none of the reviewer's own, the review does too.
    """
    actor.require(BILL_RUNS_EDIT)
    with transaction.atomic():
        allowed = ["drafted", "drawn", "failed", "not_renewed", "dropped"]
        before_minor = sum_drafts(run.pk, account_id=account.pk) if was_minor is None else was_minor
        chunk = _lock_chunk_under_review(run, account, event="regenerate", allowed=allowed)
        _release(run, account, at=at, actor=actor, reason="drafted again")
        BillRunAccount.objects.filter(run=run, account=account).update(status="due", reason="")
        fresh_run = BillRun.objects.select_related("seller").get(pk=run.pk)
        draft_accounts(fresh_run, account_ids=[account.pk], at=at, actor=actor)
        count_chunk(chunk, status=chunk.status, at=at)
        now_minor = sum_drafts(run.pk, account_id=account.pk)
        told = (
            f"{format_minor(before_minor, account.currency)} before, {format_minor(now_minor, account.currency)} now;"
            f" {reason or 'on request'}"
        )
        BillRunAccount.objects.filter(run=run, account=account).update(redrafted_because=told[:200] if reason else "")
        review_accounts(fresh_run, account_ids=[account.pk])
        told = f"{account.external_id} drafted again: {told}"
        note_run_event(run.pk, event="draft_again", at=at, actor=actor, reason=told)


def _lock_chunk_under_review(run: BillRun, account: Account, *, event: str, allowed: list[str]) -> BillRunChunk:
    locked = BillRun.objects.select_for_update().get(pk=run.pk)
    require_under_review(locked.status, event=event, number=locked.number)
    row = BillRunAccount.objects.filter(run=locked, account=account, status__in=allowed).first()
    if row is None:
        raise AccountNotInRun(account=account.external_id, number=locked.number, field="account")
    return BillRunChunk.objects.select_for_update().get(run=locked, position=row.chunk_position)


def _release(run: BillRun, account: Account, *, at: datetime, actor: Actor, reason: str) -> None:
    lock_balances([account.pk])
    release_holds([shortfall_subject(run.pk, account_id=account.pk)], at=at)
    drafts = list_chunk_drafts(run.pk, account_ids=[account.pk])
    release_drafts([draft.document_id for draft in drafts], at=at, actor=actor, reason=reason)
    stated = count_stated_of_run(run.pk, account_id=account.pk)
    if stated:
        raise DrawStated(count=stated, field="account")
    undo_run_candidates([account.pk], run=run.number, reason=reason, at=at, actor=actor)
    reverse_run_draws(run.seller, run_id=run.pk, account_ids=[account.pk], reason=reason, at=at)
