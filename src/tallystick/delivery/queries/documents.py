"""Which documents a selection means, and whether they may be delivered."""

from typing import NamedTuple

from django.db.models import BigIntegerField, Case, Count, F, Sum, Value, When

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.errors import DocumentsNotPosted, DocumentsUnknown, NothingSelected, RunNotPosted
from tallystick.errors import NotFound
from tallystick.invoicing.models import BillRun, Document


def require_deliverable(selection: Selection) -> None:
    """Refuse a selection of nothing, of a run that is not posted, or of documents that are not (ZUO-20)."""
    if selection.run_id is None and not selection.document_ids:
        raise NothingSelected(field="documents")
    if selection.run_id is not None:
        run = BillRun.objects.filter(pk=selection.run_id).first()
        if run is None:
            raise NotFound("There is no such bill run.", field="run")
        if run.status != "posted":
            raise RunNotPosted(number=run.number, status=run.status, field="run")
    if selection.document_ids:
        _require_posted(selection.document_ids)


def _require_posted(document_ids: tuple[int, ...]) -> None:
    found = dict(Document.objects.filter(pk__in=document_ids).values_list("pk", "status"))
    missing = len(set(document_ids) - found.keys())
    if missing:
        raise DocumentsUnknown(count=missing, field="documents")
    unposted = sum(1 for status in found.values() if status != "posted")
    if unposted:
        raise DocumentsNotPosted(count=unposted, field="documents")


class SelectedTotal(NamedTuple):
    """Documents that are to be delivered, in one currency; `gross_minor` is what they come to, less credit notes."""

    currency: str
    documents: int
    gross_minor: int


def add_up_selected(selection: Selection) -> list[SelectedTotal]:
    """What a selection comes to, by currency: for the question before it is delivered. Refuses as delivering does."""
    require_deliverable(selection)
    minus = When(kind="credit_note", then=F("gross_minor") * Value(-1, output_field=BigIntegerField()))
    gross = Case(minus, default=F("gross_minor"), output_field=BigIntegerField())
    rows = (
        Document.objects.filter(pk__in=list_selected_documents(selection)).values_list("currency").order_by("currency")
    )
    return [SelectedTotal(*row) for row in rows.annotate(many=Count("pk"), gross=Sum(gross))]


def list_selected_documents(selection: Selection) -> list[int]:
    """Ids of the posted documents selected, ascending."""
    documents = Document.objects.filter(status="posted")
    if selection.run_id is not None:
        documents = documents.filter(run_id=selection.run_id)
    if selection.document_ids:
        documents = documents.filter(pk__in=selection.document_ids)
    return list(documents.order_by("pk").values_list("pk", flat=True))
