"""Put what waits for the printer into one batch, and ask for its file."""

from datetime import datetime

from django.db import transaction

from tallystick.delivery.core.batching import compose_file_name
from tallystick.delivery.core.lifecycle import PDF, PRINT, PRINT_FORMATS, QUEUED
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.errors import NothingToPrint, PrintFormatUnknown
from tallystick.delivery.models import Delivery, PrintBatch
from tallystick.plumbing.actor import Actor, actor_as_json
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import DELIVERIES_SEND
from tallystick.sellers.models import Seller

EVERYTHING = Selection()


def make_print_batch(
    seller: Seller, *, at: datetime, actor: Actor, file_format: str = PDF, selection: Selection = EVERYTHING
) -> PrintBatch:
    """Take every queued print delivery of the seller (or of a run, or of some documents) into a new batch (ZUO-48).

    Each waits in one batch only. The file is written by a job; its deliveries count as sent when it is complete.
    Refuses when nothing waits: what was printed before is asked for again by `queue_deliveries(is_repeat=True)`.
    """
    actor.require(DELIVERIES_SEND)
    if file_format not in PRINT_FORMATS:
        raise PrintFormatUnknown(file_format=file_format, field="file_format")
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # numbers are counted one at a time
        number = f"PB-{PrintBatch.objects.filter(seller=seller).count() + 1:06d}"
        batch = PrintBatch.objects.create(
            seller=seller,
            number=number,
            file_format=file_format,
            document_count=0,
            file_name=compose_file_name(seller_code=seller.code, number=number, file_format=file_format),
            requested_by=actor.label,
            created_at=at,
        )
        batch.document_count = _take(batch, selection)
        if not batch.document_count:
            raise NothingToPrint
        batch.save(update_fields=["document_count"])
        enqueue("delivery.print_batch", queue="delivery", batch_id=batch.pk, actor=actor_as_json(actor))
    return batch


def _take(batch: PrintBatch, selection: Selection) -> int:
    waiting = Delivery.objects.filter(channel=PRINT, status=QUEUED, batch=None, document__seller_id=batch.seller_id)
    if selection.run_id is not None:
        waiting = waiting.filter(document__run_id=selection.run_id)
    if selection.document_ids:
        waiting = waiting.filter(document_id__in=selection.document_ids)
    return Delivery.objects.filter(pk__in=waiting.values("pk"), batch=None).update(batch=batch)
