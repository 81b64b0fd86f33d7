"""Lists of runs, their accounts and documents in pages by key: as quick on the last page as on the first."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import F

from tallystick.errors import NotFound
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunEvent, Document, DocumentEvent

#: In which orders documents are listed; pages by key go with "oldest" alone.
DOCUMENT_ORDERS: dict[str, tuple[str, ...]] = {
    "oldest": ("pk",),
    "newest": ("-pk",),
    "date": ("invoice_on", "pk"),
    "due": ("due_on", "pk"),
    "largest": ("-gross_minor", "pk"),
}


class DocumentFilters(NamedTuple):
    """What documents must be; None does not ask. `is_open`: posted and not fully settled."""

    seller_id: int | None = None
    account_id: int | None = None
    run_id: int | None = None
    kind: str | None = None
    status: str | None = None
    number: str | None = None
    is_open: bool = False


def get_run(run_id: int) -> BillRun:
    """A bill run by its id; raises NotFound."""
    run = BillRun.objects.select_related("seller").filter(pk=run_id).first()
    if run is None:
        raise NotFound(f"There is no bill run {run_id}.", field="run_id")
    return run


def list_runs(
    *, seller_id: int | None = None, status: str | None = None, after_id: int = 0, limit: int = 100
) -> Sequence[BillRun]:
    """Bill runs in the order of their creation, from the one after `after_id`."""
    runs = BillRun.objects.select_related("seller").filter(pk__gt=after_id)
    if seller_id is not None:
        runs = runs.filter(seller_id=seller_id)
    if status is not None:
        runs = runs.filter(status=status)
    return list(runs.order_by("pk")[:limit])


def list_run_accounts(
    run_id: int, *, status: str | None = None, after_id: int = 0, limit: int = 100
) -> Sequence[BillRunAccount]:
    """Accounts in a run by account id, from the one after `after_id`, with why those that were not drafted were not."""
    rows = BillRunAccount.objects.select_related("account").filter(run_id=run_id, account_id__gt=after_id)
    if status is not None:
        rows = rows.filter(status=status)
    return list(rows.order_by("account_id")[:limit])


def list_run_events(run_id: int) -> Sequence[BillRunEvent]:
    """What happened to a run, oldest first."""
    return list(BillRunEvent.objects.filter(run_id=run_id).order_by("pk"))


def list_documents(
    *, filters: DocumentFilters, after_id: int = 0, limit: int = 100, order: str = "oldest"
) -> Sequence[Document]:
    """Documents in the order of their creation, from the one after `after_id`, or the first ones in another order."""
    asked = {name: value for name, value in filters._asdict().items() if name != "is_open" and value is not None}
    documents = Document.objects.select_related("seller", "account", "run").filter(pk__gt=after_id, **asked)
    if filters.is_open:
        settled = F("settled_minor") + F("written_off_minor") + F("difference_minor")
        documents = documents.filter(status="posted", gross_minor__gt=settled).exclude(kind="credit_note")
    return list(documents.order_by(*DOCUMENT_ORDERS[order])[:limit])


def list_document_events(document_id: int) -> Sequence[DocumentEvent]:
    """What happened to a document, oldest first."""
    return list(DocumentEvent.objects.filter(document_id=document_id).order_by("pk"))


def list_runs_by_id(run_ids: Collection[int]) -> Sequence[BillRun]:
    """These bill runs, as far as they are there."""
    return list(BillRun.objects.select_related("seller").filter(pk__in=run_ids).order_by("pk"))


def list_documents_by_id(document_ids: Collection[int]) -> Sequence[Document]:
    """These documents, as far as they are there, with their sellers, accounts and runs."""
    found = Document.objects.select_related("seller", "account", "run").filter(pk__in=document_ids)
    return list(found.order_by("pk"))
