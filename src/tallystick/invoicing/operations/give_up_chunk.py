"""End the work on a chunk that fails again and again, so that its run ends and says what was not done."""

from datetime import datetime

from django.db import transaction

from tallystick.invoicing.models import BillRunAccount, BillRunChunk
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.draft_chunk import complete_if_drafted
from tallystick.invoicing.operations.post_chunk import finish_if_posted
from tallystick.plumbing.actor import Actor


def give_up_drafting(run_id: int, *, position: int, reason: str, at: datetime, actor: Actor) -> None:
    """List the chunk's accounts as failed with the reason; nothing of them was drafted."""
    with transaction.atomic():
        chunk = BillRunChunk.objects.select_for_update().get(run_id=run_id, position=position)
        if chunk.status == "pending":
            BillRunAccount.objects.filter(run_id=run_id, chunk_position=position, status="due").update(
                status="failed", reason=f"Drafting broke: {reason}"[:300]
            )
            count_chunk(chunk, status="drafted", at=at)
    complete_if_drafted(run_id, at=at, actor=actor)


def give_up_posting(run_id: int, *, position: int, reason: str, at: datetime, actor: Actor) -> None:
    """Leave the chunk's drafts unposted with the reason; the run returns to completed and can be posted again."""
    with transaction.atomic():
        chunk = BillRunChunk.objects.select_for_update().get(run_id=run_id, position=position)
        if chunk.status == "posting":
            BillRunAccount.objects.filter(run_id=run_id, chunk_position=position, status="drafted").update(
                status="failed", reason=f"Posting broke: {reason}"[:300]
            )
            count_chunk(chunk, status="drafted", at=at)
    finish_if_posted(run_id, at=at, actor=actor)
