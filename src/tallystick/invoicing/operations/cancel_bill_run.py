"""Cancel a run nothing of which is posted: every draft and draw is taken back and every charge can be billed again."""

from datetime import datetime

from django.db import transaction

from tallystick.credit.operations.release_holds import release_holds
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.run_options import CATCH_UP
from tallystick.invoicing.core.shortfall import shortfall_subject
from tallystick.invoicing.errors import CatchUpHasNoInvoices, DrawStated, RunHasPostedDocuments
from tallystick.invoicing.models import BillRun, BillRunAccount, Document
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.lock_chunk import lock_chunk
from tallystick.invoicing.operations.record_events import advance_run
from tallystick.invoicing.operations.release_drafts import release_drafts, require_last_billed
from tallystick.invoicing.operations.reverse_draws import reverse_run_draws
from tallystick.invoicing.operations.schedule_runs import lock_schedule, plan_next_run
from tallystick.invoicing.queries.draws import count_stated_of_run
from tallystick.invoicing.queries.run_documents import list_chunk_accounts, list_chunk_drafts
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor, actor_as_json
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_EDIT
from tallystick.subscriptions.operations.queue_candidates import undo_run_candidates


def cancel_bill_run(run: BillRun, *, reason: str, at: datetime, actor: Actor) -> BillRun:
    """Set a pending or completed run to canceling and enqueue its chunks (ZUO-11). A reason is mandatory.

    Of a schedule this is the one occurrence: where it had not begun, the next one is written down. Refuses when any
    document of it is posted or a draw of it stated, when later documents billed its services further, and a catch-up
    run that is completed.
    """
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the run is canceled; the reason stays in its history.", field="reason")
    with transaction.atomic():
        schedule = lock_schedule(run.schedule_id) if run.schedule_id else None
        run = BillRun.objects.select_for_update().get(pk=run.pk)
        if run.kind == CATCH_UP and run.status == "completed":
            raise CatchUpHasNoInvoices(number=run.number, event="canceled; what it moved stays moved")
        was_waiting, was_paused = run.queued_at is None, run.status == "paused"
        advance_run(run, event="cancel", at=at, actor=actor, reason=reason)
        _require_nothing_final(run)
        positions = list(run.chunks.order_by("position").values_list("position", flat=True))
        run.chunks.update(status="canceling")
        for position in positions:
            enqueue(
                "bill_run.cancel_chunk",
                queue="billing",
                run_id=run.pk,
                position=position,
                actor=actor_as_json(actor),
                reason=reason,
            )
        if not positions:
            advance_run(run, event="finish_cancel", at=at, actor=actor)
        if schedule is not None and was_waiting:
            following = plan_next_run(schedule, after=run.occurrence_on, at=at, actor=actor)
            if following is not None and was_paused:
                advance_run(following, event="pause", at=at, actor=actor, reason="the schedule is paused")
    return run


def _require_nothing_final(run: BillRun) -> None:
    posted = Document.objects.filter(run=run, status__in=["posted", "voided"]).count()
    if posted:
        raise RunHasPostedDocuments(number=run.number, count=posted, field="status")
    stated = count_stated_of_run(run.pk)
    if stated:
        raise DrawStated(count=stated, field="status")
    require_last_billed(run_id=run.pk)


def cancel_chunk(run_id: int, *, position: int, reason: str, at: datetime, actor: Actor) -> None:
    """Take back the drafts and draws of one chunk in one transaction; the last chunk ends the cancellation."""
    with transaction.atomic():
        chunk = lock_chunk(run_id, position=position, status="canceling")
        if chunk is not None:
            account_ids = list_chunk_accounts(
                run_id,
                position=position,
                statuses=["drafted", "drawn", "failed", "not_renewed", "awaiting_funds", "dropped"],
            )
            lock_balances(account_ids)
            drafts = list_chunk_drafts(run_id, account_ids=account_ids)
            release_drafts([draft.document_id for draft in drafts], at=at, actor=actor, reason=reason)
            release_holds([shortfall_subject(run_id, account_id=account_id) for account_id in account_ids], at=at)
            of_run = BillRun.objects.select_related("seller").get(pk=run_id)
            told = f"run canceled: {reason}"
            undo_run_candidates(account_ids, run=of_run.number, reason=told, at=at, actor=actor)
            reverse_run_draws(of_run.seller, run_id=run_id, account_ids=account_ids, reason=told, at=at)
            # What was dropped before keeps the reason that was given for it.
            left = BillRunAccount.objects.filter(run_id=run_id, account_id__in=account_ids).exclude(status="dropped")
            left.update(status="dropped", reason=f"Run canceled: {reason}"[:300])
            count_chunk(chunk, status="canceled", at=at)
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=run_id)
        if run.status == "canceling" and not run.chunks.filter(status="canceling").exists():
            advance_run(run, event="finish_cancel", at=at, actor=actor)
