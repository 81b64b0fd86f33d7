"""Put documents into a print batch at once, those too that nobody has asked to print yet."""

from datetime import datetime

from django.db import transaction

from tallystick.delivery.core.lifecycle import PDF, PRINT
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import PrintBatch
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller


def print_documents(
    seller: Seller,
    *,
    selection: Selection,
    at: datetime,
    actor: Actor,
    file_format: str = PDF,
    is_repeat: bool = False,
) -> PrintBatch:
    """Queue the documents for the printer whatever their accounts prefer, and take all of them that wait into a batch.

    Those that were printed before are left out unless `is_repeat`. One transaction: a batch without its documents, or
    documents queued for no batch, never stay behind.
    """
    with transaction.atomic():
        queue_deliveries(selection, channels=(PRINT,), is_repeat=is_repeat, at=at, actor=actor)
        return make_print_batch(seller, file_format=file_format, selection=selection, at=at, actor=actor)
