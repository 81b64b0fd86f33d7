"""What a run's chunk has to post: drafts with their revenue and tax parts, in bulk."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from tallystick.errors import NotFound
from tallystick.invoicing.core.posting import RevenuePart, TaxPart
from tallystick.invoicing.models import BillRunAccount, Document, DocumentLine, DocumentTaxLine
from tallystick.plumbing.statements import as_array

DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table
RUN_ACCOUNTS = BillRunAccount._meta.db_table
HEAD = (
    "id, account_id, currency, kind, invoice_on, due_on, net_minor, tax_minor, gross_minor, corrects_id, is_reversal,"
    " statement_month_on"
)


class DraftToPost(NamedTuple):
    """The head of a draft, amounts in minor units."""

    document_id: int
    account_id: int
    currency: str
    kind: str
    invoice_on: date
    due_on: date
    net_minor: int
    tax_minor: int
    gross_minor: int
    corrects_id: int | None = None
    is_reversal: bool = False
    statement_month_on: date | None = None


def list_chunk_accounts(run_id: int, *, position: int, statuses: Sequence[str]) -> list[int]:
    """Ids of a chunk's accounts in the given states, ascending."""
    rows = BillRunAccount.objects.filter(run_id=run_id, chunk_position=position, status__in=statuses)
    return list(rows.order_by("account_id").values_list("account_id", flat=True))


def list_chunk_drafts(run_id: int, *, account_ids: Sequence[int]) -> list[DraftToPost]:
    """The run's drafts of these accounts, in the order in which they get their numbers: account, then draft."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {HEAD} FROM {DOCUMENTS} WHERE run_id = %s AND account_id = ANY(%s::bigint[]) AND status = 'draft'"
            " ORDER BY account_id, id",
            [run_id, as_array(account_ids)],
        )
        return [DraftToPost(*row) for row in cursor.fetchall()]


def sum_drafts(run_id: int, *, account_id: int) -> int:
    """Gross of a run's drafts of an account, in minor units; credit notes lower it."""
    return sum(
        draft.gross_minor * (-1 if draft.kind == "credit_note" else 1)
        for draft in list_chunk_drafts(run_id, account_ids=[account_id])
    )


def get_draft(document_id: int) -> DraftToPost:
    """The head of one draft; raises NotFound when it is none (any more)."""
    drafts = list_drafts([document_id])
    if not drafts:
        raise NotFound(f"There is no draft {document_id}.", field="document")
    return drafts[0]


def list_drafts(document_ids: Sequence[int]) -> list[DraftToPost]:
    """Drafts by their ids, in the order in which they get their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {HEAD} FROM {DOCUMENTS} WHERE id = ANY(%s::bigint[]) AND status = 'draft' ORDER BY account_id, id",
            [as_array(document_ids)],
        )
        return [DraftToPost(*row) for row in cursor.fetchall()]


def list_revenue_parts(document_ids: Sequence[int]) -> dict[int, list[RevenuePart]]:
    """Net by revenue code of each document."""
    parts: dict[int, list[RevenuePart]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT document_id, revenue_code, sum(net_minor)::bigint FROM {LINES}"
            " WHERE document_id = ANY(%s::bigint[]) GROUP BY 1, 2 ORDER BY 1, 2",
            [as_array(document_ids)],
        )
        for document_id, revenue_code, net_minor in cursor.fetchall():
            parts[document_id].append(RevenuePart(revenue_code, net_minor))
    return parts


def list_tax_parts(document_ids: Sequence[int]) -> dict[int, list[TaxPart]]:
    """Tax by registration, treatment and rate of each document."""
    parts: dict[int, list[TaxPart]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT document_id, registration, treatment, tax_rate, tax_minor FROM {TAX_LINES}"
            " WHERE document_id = ANY(%s::bigint[]) ORDER BY 1, position",
            [as_array(document_ids)],
        )
        for row in cursor.fetchall():
            parts[row[0]].append(TaxPart(*row[1:]))
    return parts
