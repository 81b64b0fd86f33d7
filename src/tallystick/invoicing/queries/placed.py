"""Allocations that stand: what can be undone."""

from collections.abc import Sequence

from django.db import connection

from tallystick.invoicing.core.undoing import Placed
from tallystick.invoicing.models import Allocation, Document
from tallystick.ledger.models import LedgerBook

ALLOCATIONS = Allocation._meta.db_table
DOCUMENTS = Document._meta.db_table
BOOKS = LedgerBook._meta.db_table


def list_placed(*, document_id: int | None = None, source_ids: Sequence[int] | None = None) -> list[Placed]:
    """Allocations that stand: to a document, of some sources, or of these to that; oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT a.id, a.account_id, a.source_id, a.document_id, b.id, a.amount_minor
              FROM {ALLOCATIONS} a JOIN {DOCUMENTS} d ON d.id = a.document_id
              JOIN {BOOKS} b ON b.seller_id = d.seller_id AND b.currency = d.currency
             WHERE a.amount_minor > 0 AND NOT EXISTS (
                   SELECT 1 FROM {ALLOCATIONS} u WHERE u.undoes_id = a.id)
               AND (%(document)s::bigint IS NULL OR a.document_id = %(document)s)
               AND (%(sources)s::bigint[] IS NULL OR a.source_id = ANY(%(sources)s)) ORDER BY a.id
            """,
            {"document": document_id, "sources": None if source_ids is None else list(source_ids)},
        )
        return [Placed(*row) for row in cursor.fetchall()]
