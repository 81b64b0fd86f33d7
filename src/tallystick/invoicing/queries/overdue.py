"""What accounts owe past its due date, in bulk."""

from collections.abc import Collection
from datetime import date

from tallystick.invoicing.models import Document
from tallystick.plumbing.statements import as_array, fetch_rows

DOCUMENTS = Document._meta.db_table


def sum_overdue(account_ids: Collection[int], *, on: date) -> dict[int, int]:
    """Open amounts of posted documents due before `on`, by account, in minor units; who has none is left out."""
    rows = fetch_rows(
        "SELECT account_id, sum(gross_minor - settled_minor - written_off_minor - difference_minor)::bigint"
        f" FROM {DOCUMENTS} WHERE account_id = ANY(%s::bigint[]) AND status = 'posted' AND kind <> 'credit_note'"
        " AND due_on < %s AND gross_minor > settled_minor + written_off_minor + difference_minor GROUP BY 1",
        [as_array(account_ids), on],
    )
    return {row[0]: row[1] for row in rows}
