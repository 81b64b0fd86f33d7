"""Reads of preview runs and of where their files are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tallystick.accounts.models import Account
from tallystick.errors import NotFound
from tallystick.invoicing.core.preview_line import PreviewLine, write_line_cells, write_plain
from tallystick.invoicing.errors import PreviewNotReady
from tallystick.invoicing.models import Document, DocumentLine, PreviewRun
from tallystick.plumbing.home import make_home
from tallystick.plumbing.statements import as_array, fetch_rows

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
ACCOUNTS = Account._meta.db_table


def get_preview(preview_id: int) -> PreviewRun:
    """A preview run by its id; raises NotFound."""
    preview = PreviewRun.objects.select_related("seller").filter(pk=preview_id).first()
    if preview is None:
        raise NotFound(f"There is no preview run {preview_id}.", field="preview_id")
    return preview


def list_previews(*, after_id: int = 0, limit: int = 100) -> Sequence[PreviewRun]:
    """Preview runs in the order of their creation, from the one after `after_id`."""
    return list(PreviewRun.objects.select_related("seller").filter(pk__gt=after_id).order_by("pk")[:limit])


def get_preview_folder() -> Path:
    """Where previews are written on this machine: the folder `previews` of the data folder."""
    folder = make_home() / "previews"
    folder.mkdir(exist_ok=True)
    return folder


def get_preview_file(preview: PreviewRun, *, is_failures: bool = False) -> Path:
    """The file of a completed preview, or that of its failed accounts, on the machine whose worker wrote it."""
    if preview.status != "completed":
        raise PreviewNotReady(number=preview.number, status=preview.status, can_retry=preview.status == "pending")
    path = get_preview_folder() / (preview.failures_name if is_failures else preview.file_name)
    if not path.is_file():
        raise NotFound(f"The file {path.name} is not on this machine; make the preview again.", field="preview_id")
    return path


def list_draft_rows(account_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The lines of accounts' waiting drafts, as rows of a preview's file."""
    rows = fetch_rows(
        "SELECT a.external_id, a.name, d.id, d.collection_method, d.due_on, l.kind, l.description, l.period_start_on,"
        " l.period_end_on, l.quantity, l.unit_price, l.net_minor, d.net_minor, d.tax_minor, d.gross_minor, d.currency,"
        " l.part_days, l.full_days, l.percent, l.percent_of_minor"
        f" FROM {DOCUMENTS} d JOIN {LINES} l ON l.document_id = d.id JOIN {ACCOUNTS} a ON a.id = d.account_id"
        " WHERE d.account_id = ANY(%s::bigint[]) AND d.status = 'draft' ORDER BY d.account_id, d.id, l.position",
        [as_array(account_ids)],
    )
    return [_write_draft_row(row) for row in rows]


def _write_draft_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    kind, currency, (quantity, unit_price, net_minor) = row[5], row[15], row[9:12]
    part_days, full_days, percent, percent_of_minor = row[16:20]
    line = PreviewLine(kind, quantity, unit_price, part_days, full_days, percent, percent_of_minor, net_minor)
    cells = write_line_cells(line, currency=currency)
    sums = (write_plain(minor, currency=currency) for minor in row[12:15])
    return (*row[:2], "draft", *row[2:9], *cells[:3], *sums, currency, cells.explanation)
