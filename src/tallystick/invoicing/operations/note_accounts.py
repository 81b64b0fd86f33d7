"""Note on a run what came of accounts: drafted, nothing due, failed and why, posted."""

from collections.abc import Iterable

from tallystick.invoicing.models import BillRunAccount
from tallystick.plumbing.statements import as_array, run_sql

RUN_ACCOUNTS = BillRunAccount._meta.db_table
LONGEST_REASON = 300


def note_accounts(run_id: int, *, account_ids: Iterable[int], status: str, reason: str = "") -> None:
    """Set the state of accounts in a run, with the reason; in the caller's transaction, under the accounts' locks."""
    ids = as_array(account_ids)
    if ids != "{}":
        # What was drafted in part keeps the reason for the rest when it is posted.
        told = "CASE WHEN %s = 'posted' AND status = 'drafted' THEN reason ELSE %s END"
        run_sql(
            f"UPDATE {RUN_ACCOUNTS} SET status = %s, reason = {told}"
            " WHERE run_id = %s AND account_id = ANY(%s::bigint[])",
            [status, status, reason[:LONGEST_REASON], run_id, ids],
        )
