"""Write the file of a print batch, and count its deliveries as sent when it is complete."""

import os
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from tallystick.delivery.core.batching import Sheet, compose_member_name
from tallystick.delivery.core.lifecycle import FAILED, MADE, PENDING, QUEUED, ZIP
from tallystick.delivery.models import Delivery, PrintBatch
from tallystick.delivery.operations.record_delivery_events import record_delivery_events
from tallystick.delivery.queries.batches import get_print_folder, list_sheets
from tallystick.documents.queries import list_document_pdfs
from tallystick.documents.rendering.merging import merge_pdfs
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.session_lock import hold_session_lock

NOTED_EVERY = 50


def write_print_batch(batch_id: int, *, at: datetime, actor: Actor) -> None:
    """Write the batch's file beside its final name, put it in place whole, then mark everything at once.

    Does nothing when it is made; waits for another worker that is at it. A killed worker leaves a partial file that the
    next try replaces.
    """
    with hold_session_lock(f"print_batch:{batch_id}"):
        batch = PrintBatch.objects.get(pk=batch_id)
        if batch.status == MADE:
            return
        sheets = list_sheets(batch_id)
        path = get_print_folder() / batch.file_name
        partial = path.with_name(f".{path.name}.partial")
        with partial.open("wb") as file:
            _write(batch, sheets, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _mark_made(batch_id, at=at, actor=actor)


def give_up_printing(batch_id: int, *, reason: str, at: datetime, actor: Actor) -> None:
    """After the last try of a job: the batch is failed with the reason, and its documents wait for another batch."""
    with transaction.atomic():
        batch = PrintBatch.objects.select_for_update().get(pk=batch_id)
        if batch.status == PENDING:
            batch.status, batch.reason = FAILED, reason[:300]
            batch.save(update_fields=["status", "reason"])
            Delivery.objects.filter(batch_id=batch_id, status=QUEUED).update(batch=None)


def _write(batch: PrintBatch, sheets: list[Sheet], file: BinaryIO) -> None:
    pdfs = _count_written(batch, list_document_pdfs([sheet.document_id for sheet in sheets]))
    if batch.file_format != ZIP:
        merge_pdfs(pdfs, into=file)
        return
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        for position, (sheet, pdf) in enumerate(zip(sheets, pdfs, strict=True), 1):
            archive.writestr(zipfile.ZipInfo(compose_member_name(sheet, position=position)), pdf)


def _count_written(batch: PrintBatch, pdfs: Iterable[bytes]) -> Iterator[bytes]:
    """The same PDFs, and every now and then a note of how far we are, for whoever waits."""
    for count, pdf in enumerate(pdfs):
        if count % NOTED_EVERY == 0:
            PrintBatch.objects.filter(pk=batch.pk).update(written_count=count)
        yield pdf


def _mark_made(batch_id: int, *, at: datetime, actor: Actor) -> None:
    with transaction.atomic():
        batch = PrintBatch.objects.select_for_update().get(pk=batch_id)
        waiting = Delivery.objects.filter(batch_id=batch_id, status=QUEUED)
        delivery_ids = list(waiting.order_by("pk").values_list("pk", flat=True))
        status = record_delivery_events(
            delivery_ids, event="send", from_status=QUEUED, at=at, actor=actor, reason=f"print batch {batch.number}"
        )
        waiting.update(status=status, sent_at=at)
        batch.status, batch.made_at, batch.written_count = MADE, at, batch.document_count
        batch.save(update_fields=["status", "made_at", "written_count"])
