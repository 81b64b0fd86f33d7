"""Reads of print batches: what they hold, in which order, and where their file is."""

from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from tallystick.delivery.core.batching import Sheet, sort_for_printer
from tallystick.delivery.core.lifecycle import MADE
from tallystick.delivery.errors import PrintBatchNotReady, PrintBatchUnknown
from tallystick.delivery.models import Delivery, PrintBatch
from tallystick.plumbing.home import make_home


def get_print_batch(number: str, *, seller_code: str = "") -> PrintBatch:
    """A batch by its number, of one seller where several have it; raises PrintBatchUnknown."""
    batches = PrintBatch.objects.select_related("seller").filter(number=number)
    batch = (batches.filter(seller__code=seller_code) if seller_code else batches).order_by("seller__code").first()
    if batch is None:
        raise PrintBatchUnknown(number=number, field="batch")
    return batch


def list_print_batches(seller_code: str = "") -> QuerySet[PrintBatch]:
    """Batches, newest first."""
    batches = PrintBatch.objects.select_related("seller").order_by("-created_at", "-pk")
    return batches.filter(seller__code=seller_code) if seller_code else batches


def list_sheets(batch_id: int) -> list[Sheet]:
    """What a batch prints, in printer order."""
    deliveries = Delivery.objects.filter(batch_id=batch_id).select_related("account", "document")
    return sort_for_printer(
        Sheet(each.pk, each.document_id, each.account.name, each.document.number or "")
        for each in deliveries.iterator(chunk_size=2000)
    )


def get_print_folder() -> Path:
    """Where batches are kept: as set, else `print` in the data folder; made if missing, closed to others."""
    folder = Path(settings.PRINT_FOLDER) if settings.PRINT_FOLDER else make_home() / "print"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def get_print_file(batch: PrintBatch) -> Path:
    """The batch's file. Refuses while it is not made (PrintBatchNotReady)."""
    path = get_print_folder() / batch.file_name
    if batch.status != MADE or not path.exists():
        raise PrintBatchNotReady(number=batch.number, status=batch.status, field="batch")
    return path
