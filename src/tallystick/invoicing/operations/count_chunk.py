"""Count what came of a chunk, so that a run's progress and totals are a sum over its chunks."""

from datetime import datetime

from django.db import connection

from tallystick.invoicing.models import BillRunAccount, BillRunChunk, Document, Draw
from tallystick.plumbing.statements import fetch_rows

DOCUMENTS = Document._meta.db_table
DRAWS = Draw._meta.db_table
RUN_ACCOUNTS = BillRunAccount._meta.db_table


def count_chunk(chunk: BillRunChunk, *, status: str, at: datetime) -> None:
    """Set the chunk's status and its counts and totals from the documents and accounts that it really has."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.currency, count(*), count(*) FILTER (WHERE d.status = 'posted'),
                   sum(s.sign * d.net_minor)::bigint, sum(s.sign * d.tax_minor)::bigint,
                   sum(s.sign * d.gross_minor)::bigint
              FROM {RUN_ACCOUNTS} a JOIN {DOCUMENTS} d ON d.run_id = a.run_id AND d.account_id = a.account_id,
                   LATERAL (SELECT CASE WHEN d.kind = 'credit_note' THEN -1 ELSE 1 END AS sign) s
             WHERE a.run_id = %s AND a.chunk_position = %s AND d.status IN ('draft', 'posted')
             GROUP BY d.currency ORDER BY d.currency
            """,
            [chunk.run_id, chunk.position],
        )
        rows = cursor.fetchall()
    chunk.status = status
    chunk.documents = sum(row[1] for row in rows)
    chunk.posted_documents = sum(row[2] for row in rows)
    chunk.totals = {row[0]: list(row[3:]) for row in rows}
    chunk.drawn_totals = _sum_draws(chunk)
    chunk.failed_accounts = BillRunAccount.objects.filter(
        run_id=chunk.run_id, chunk_position=chunk.position, status="failed"
    ).count()
    chunk.finished_at = at
    chunk.save()


def _sum_draws(chunk: BillRunChunk) -> dict[str, list[int]]:
    """What the run drew on the chunk's accounts, by currency: net, tax, gross, less what was taken back."""
    rows = fetch_rows(
        "SELECT c.currency, sum(d.net_minor)::bigint, sum(d.tax_minor)::bigint, sum(d.net_minor + d.tax_minor)::bigint"
        f" FROM {RUN_ACCOUNTS} a JOIN {DRAWS} d ON d.run_id = a.run_id AND d.account_id = a.account_id"
        " JOIN accounts_account c ON c.id = d.account_id WHERE a.run_id = %s AND a.chunk_position = %s"
        " GROUP BY 1 ORDER BY 1",
        [chunk.run_id, chunk.position],
    )
    return {row[0]: list(row[1:]) for row in rows}
