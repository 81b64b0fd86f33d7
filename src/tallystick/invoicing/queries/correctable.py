"""What can still be corrected of a document: its lines and tax with what was credited of them."""

from typing import Any, NamedTuple

from django.db import connection

from tallystick.invoicing.core.correction import CorrectionAsk, plan_correction
from tallystick.invoicing.core.crediting import Correctable, CorrectableLine, CorrectableTax, CorrectionPlan, plan_rest
from tallystick.invoicing.errors import AlreadyReversed, NotCorrectable
from tallystick.invoicing.models import Document, DocumentLine, DocumentTaxLine

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table

CREDITING = "n.status = 'posted' AND n.kind = %(by)s AND (n.kind = 'credit_note' OR n.is_reversal)"
"""Posted notes that give back: credit notes, and of a credit note the debit note that reverses it."""


class CorrectionPreview(NamedTuple):
    """What a correction would say, how much of it the corrected document would take, and what stays as credit."""

    plan: CorrectionPlan
    allocated_minor: int
    left_as_credit_minor: int


def require_correctable(document: Document) -> None:
    """Refuse what nothing may correct: drafts, canceled and voided documents, reversed ones and what reversed them."""
    if document.reversed_at is not None or document.is_reversal:
        raise AlreadyReversed(name=str(document), field="document")
    if document.status != "posted":
        advice = "it can still be changed or rejected" if document.status == "draft" else "nothing is left of it"
        raise NotCorrectable(name=str(document).capitalize(), what=document.status, advice=advice, field="document")


def load_correctable(document: Document) -> Correctable:
    """The lines and taxes of a posted document with what notes have given back of each."""
    params = {"id": document.pk, "by": "debit_note" if document.kind == "credit_note" else "credit_note"}
    lines = _fetch(
        f"""
        SELECT l.position, l.net_minor, coalesce(c.net, 0)::bigint, coalesce(t.registration, ''), l.treatment,
               l.tax_rate
          FROM {LINES} l
          LEFT JOIN {TAX_LINES} t ON t.document_id = l.document_id AND t.treatment = l.treatment
                AND t.tax_rate = l.tax_rate
          LEFT JOIN (SELECT x.corrects_position, sum(x.net_minor) AS net
                       FROM {LINES} x JOIN {DOCUMENTS} n ON n.id = x.document_id
                      WHERE x.corrects_document_id = %(id)s AND {CREDITING} GROUP BY 1) c
            ON c.corrects_position = l.position
         WHERE l.document_id = %(id)s ORDER BY l.position
        """,
        params,
    )
    taxes = _fetch(
        f"""
        SELECT t.registration, t.treatment, t.tax_rate, t.tax_minor, coalesce(c.tax, 0)::bigint
          FROM {TAX_LINES} t
          LEFT JOIN (SELECT x.registration, x.treatment, x.tax_rate, sum(x.tax_minor) AS tax
                       FROM {TAX_LINES} x JOIN {DOCUMENTS} n ON n.id = x.document_id
                      WHERE n.corrects_id = %(id)s AND {CREDITING} GROUP BY 1, 2, 3) c
            USING (registration, treatment, tax_rate)
         WHERE t.document_id = %(id)s
        """,
        params,
    )
    return Correctable(
        document.currency,
        document.gross_minor,
        tuple(CorrectableLine(row[0], row[1], row[2], (row[3], row[4], row[5])) for row in lines),
        {(row[0], row[1], row[2]): CorrectableTax(row[3], row[4]) for row in taxes},
    )


def preview_correction(document: Document, *, kind: str, ask: CorrectionAsk) -> CorrectionPreview:
    """What a note over `ask` would be, nothing written. Refuses what issuing it would refuse."""
    require_correctable(document)
    return _preview(document, plan_correction(load_correctable(document), kind=kind, ask=ask), kind)


def preview_reversal(document: Document) -> CorrectionPreview:
    """What a reversing document would be: all that is left. It settles the document, payments are set free for it."""
    require_correctable(document)
    plan = plan_rest(load_correctable(document))
    return CorrectionPreview(plan, plan.gross_minor, 0)


def _preview(document: Document, plan: CorrectionPlan, kind: str) -> CorrectionPreview:
    if kind == "debit_note":
        return CorrectionPreview(plan, 0, 0)
    allocated = min(plan.gross_minor, document.open_minor)
    return CorrectionPreview(plan, allocated, plan.gross_minor - allocated)


def _fetch(query: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())
