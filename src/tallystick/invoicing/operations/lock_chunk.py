"""Take a chunk for the time of a transaction: what keeps two workers from doing its work twice."""

from tallystick.invoicing.models import BillRunChunk


def lock_chunk(run_id: int, *, position: int, status: str) -> BillRunChunk | None:
    """Lock the chunk if it is in `status`; None when that work is done already.

    Waits for another worker that holds it, rather than leave it to that one: should it die, its work is undone, and by
    then this job may be the only one left that knows of the chunk.
    """
    return BillRunChunk.objects.select_for_update().filter(run_id=run_id, position=position, status=status).first()
