"""What was billed of services and still stands: posted lines with what earlier credits left of them."""

from collections.abc import Collection
from datetime import date

from tallystick.invoicing.core.repair import BilledLine
from tallystick.invoicing.models import BillingClaim, Document, DocumentLine, StatedDraw
from tallystick.plumbing.statements import as_array, fetch_rows

CLAIMS = BillingClaim._meta.db_table
DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
STATED = StatedDraw._meta.db_table


def list_billed_lines(subscription_service_ids: Collection[int], *, beyond: date) -> list[BilledLine]:
    """Lines of posted documents for periods of these services that end after a day, by service, period and document.

    Only of periods that are claimed: what was reversed or voided is billable again and does not stand any more. What
    was drawn stands on the statement that asks for it.
    """
    rows = fetch_rows(
        f"SELECT l.document_id, l.position, l.subscription_service_id, l.kind, l.description, l.period_start_on,"
        " l.period_end_on, l.net_minor - coalesce((SELECT sum(c.net_minor)"
        f" FROM {LINES} c JOIN {DOCUMENTS} n ON n.id = c.document_id AND n.kind = 'credit_note'"
        " AND n.status IN ('draft', 'posted') WHERE c.corrects_document_id = l.document_id"
        " AND c.corrects_position = l.position), 0)::bigint"
        f" FROM {CLAIMS} k LEFT JOIN {STATED} s ON s.draw_id = k.draw_id"
        f" JOIN {DOCUMENTS} d ON d.id = coalesce(k.document_id, s.document_id)"
        " AND d.status = 'posted' AND d.kind = 'invoice'"
        f" JOIN {LINES} l ON l.document_id = d.id AND l.subscription_service_id = k.subscription_service_id"
        " AND l.period_start_on = k.start_on"
        " WHERE k.subscription_service_id = ANY(%s::bigint[]) AND k.released_at IS NULL AND k.end_on > %s"
        " ORDER BY l.subscription_service_id, l.period_start_on, l.document_id, l.position",
        [as_array(subscription_service_ids), beyond],
    )
    return [BilledLine(*row) for row in rows]
