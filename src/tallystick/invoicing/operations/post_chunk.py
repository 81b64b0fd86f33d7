"""Step 4 of a bill run: post one chunk in one transaction. The last chunk ends the run's posting."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import InvariantBroken, Refusal
from tallystick.invoicing.core.input_digest import tell_changed
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.lock_chunk import lock_chunk
from tallystick.invoicing.operations.note_accounts import note_accounts
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.record_events import advance_run, follow_up
from tallystick.invoicing.queries.input_digests import list_changed_accounts
from tallystick.invoicing.queries.run_documents import DraftToPost, list_chunk_accounts, list_chunk_drafts
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.collector import paused_collector


def post_chunk(run_id: int, *, position: int, at: datetime, actor: Actor) -> None:
    """Post the chunk's drafts, unless they are posted already; then finish the run.

    When the chunk as a whole is refused, its accounts are tried one by one, so that one that can't be posted keeps only
    itself back: its drafts stay, with the reason on the run, and the run returns to completed (ZUO 2.2).
    """
    with paused_collector(), transaction.atomic():
        chunk = lock_chunk(run_id, position=position, status="posting")
        if chunk is not None:
            run = BillRun.objects.select_related("seller").get(pk=run_id)
            account_ids = list_chunk_accounts(run_id, position=position, statuses=["drafted", "failed"])
            lock_balances(account_ids)
            drafts = list_chunk_drafts(run_id, account_ids=account_ids)
            left_out = _post_or_leave_out(run, drafts, at=at, actor=actor)
            count_chunk(chunk, status="drafted" if left_out else "posted", at=at)
    finish_if_posted(run_id, at=at, actor=actor)


def _post_or_leave_out(run: BillRun, drafts: list[DraftToPost], *, at: datetime, actor: Actor) -> bool:
    """Post all whose inputs are still those of the review, or else account by account; return whether any was left
    out."""
    changed = list_changed_accounts(run.pk, account_ids={draft.account_id for draft in drafts})
    for account_id, topics in changed.items():
        _leave_out(run, account_id, tell_changed(topics))
    drafts = [draft for draft in drafts if draft.account_id not in changed]
    return _post_unchanged(run, drafts, at=at, actor=actor) or bool(changed)


def _post_unchanged(run: BillRun, drafts: list[DraftToPost], *, at: datetime, actor: Actor) -> bool:
    if not drafts:
        return False
    try:
        _post(run, drafts, at=at, actor=actor)
    except (Refusal, InvariantBroken):
        by_account: dict[int, list[DraftToPost]] = {}
        for draft in drafts:
            by_account.setdefault(draft.account_id, []).append(draft)
        outcomes = [_post_account(run, own, at=at, actor=actor) for own in by_account.values()]
        return not all(outcomes)
    return False


def _post_account(run: BillRun, drafts: list[DraftToPost], *, at: datetime, actor: Actor) -> bool:
    account_id = drafts[0].account_id
    try:
        _post(run, drafts, at=at, actor=actor)
    except (Refusal, InvariantBroken) as reason:
        _leave_out(run, account_id, str(reason))
        return False
    return True


def _leave_out(run: BillRun, account_id: int, reason: str) -> None:
    note_accounts(run.pk, account_ids=[account_id], status="failed", reason=f"Not posted: {reason}")


def _post(run: BillRun, drafts: list[DraftToPost], *, at: datetime, actor: Actor) -> None:
    with transaction.atomic():
        on = at.astimezone(ZoneInfo(run.seller.time_zone)).date()
        post_documents(run.seller, drafts=drafts, on=on, at=at, actor=actor)
        note_accounts(run.pk, account_ids={draft.account_id for draft in drafts}, status="posted")


def finish_if_posted(run_id: int, *, at: datetime, actor: Actor) -> None:
    """End the posting when no chunk is left: posted, or back to completed when drafts were left out."""
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=run_id)
        if run.status != "posting" or run.chunks.filter(status="posting").exists():
            return
        if run.chunks.filter(status="drafted").exists():
            advance_run(run, event="fail_post", at=at, actor=actor, reason="some invoices could not be posted")
        else:
            advance_run(run, event="finish_post", at=at, actor=actor)
        follow_up(run_id)
