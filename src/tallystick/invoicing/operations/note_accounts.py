"""Note on a run what came of accounts: drafted, nothing due, failed and why, posted."""

from collections.abc import Iterable

from tallystick.invoicing.models import BillRunAccount
from tallystick.invoicing.queries.input_digests import compute_digests
from tallystick.plumbing.statements import as_array, run_sql

RUN_ACCOUNTS = BillRunAccount._meta.db_table
LONGEST_REASON = 300


def note_accounts(run_id: int, *, account_ids: Iterable[int], status: str, reason: str = "") -> None:
    """Set the state of accounts in a run, with the reason; in the caller's transaction, under the accounts' locks.

    Of drafted ones it keeps what their drafts were made from, so that posting knows whether that changed since.
    """
    account_ids = list(account_ids)
    ids = as_array(account_ids)
    if not account_ids:
        return
    if status == "drafted":
        stamp_inputs(run_id, account_ids=account_ids, reason=reason)
        return
    # What was drafted in part keeps the reason for the rest when it is posted.
    told = "CASE WHEN %s = 'posted' AND status = 'drafted' THEN reason ELSE %s END"
    run_sql(
        f"UPDATE {RUN_ACCOUNTS} SET status = %s, reason = {told} WHERE run_id = %s AND account_id = ANY(%s::bigint[])",
        [status, status, reason[:LONGEST_REASON], run_id, ids],
    )


def stamp_inputs(run_id: int, *, account_ids: Iterable[int], reason: str = "") -> None:
    """Note accounts as drafted from what there is now. In the transaction that wrote the drafts."""
    digests = compute_digests(run_id, account_ids=account_ids)
    run_sql(
        f"UPDATE {RUN_ACCOUNTS} r SET status = 'drafted', reason = %s, input_digest = n.digest"
        " FROM unnest(%s::bigint[], %s::text[]) AS n (account_id, digest)"
        " WHERE r.run_id = %s AND r.account_id = n.account_id",
        [reason[:LONGEST_REASON], as_array(digests), list(digests.values()), run_id],
    )
