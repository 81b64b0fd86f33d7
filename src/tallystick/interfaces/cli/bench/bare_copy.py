"""The yardstick: COPY of the very rows that a bill run wrote, into the same tables, with nothing else to do.

The rows are read out of the finished run first, one file a chunk and table, in PostgreSQL's own binary form. Then
another copy of the same stock, with all its indexes, constraints and triggers, takes them in: as many processes as the
run had workers, one transaction a chunk. Nothing is decided, locked, updated or even converted there, so no program
that writes these rows through one connection a worker can be quicker.
"""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

_OF_RUN = "run_id = (SELECT max(id) FROM invoicing_billrun)"
_ACCOUNTS = f"SELECT account_id FROM invoicing_billrunaccount WHERE {_OF_RUN} AND chunk_position = %(position)s"
_DOCUMENTS = f"SELECT id FROM invoicing_document WHERE {_OF_RUN} AND account_id IN ({_ACCOUNTS})"
_TRANSACTIONS = (
    f"SELECT id FROM ledger_ledgertransaction WHERE subject IN (SELECT 'document:' || d.id FROM ({_DOCUMENTS}) d)"
)

TABLES: dict[str, str] = {
    "invoicing_billrunaccount": f"{_OF_RUN} AND chunk_position = %(position)s",
    "invoicing_bill": f"{_OF_RUN} AND account_id IN ({_ACCOUNTS})",
    # before their documents, whose keys are checked at the end: a posted document takes no lines any more
    "invoicing_documentline": f"document_id IN ({_DOCUMENTS})",
    "invoicing_documenttaxline": f"document_id IN ({_DOCUMENTS})",
    "invoicing_document": f"id IN ({_DOCUMENTS})",
    "invoicing_billingclaim": f"document_id IN ({_DOCUMENTS})",
    "invoicing_documentevent": f"document_id IN ({_DOCUMENTS})",
    "credit_hold": f"account_id IN ({_ACCOUNTS})",
    "ledger_ledgertransaction": f"id IN ({_TRANSACTIONS})",
    "ledger_ledgerentry": f"transaction_id IN ({_TRANSACTIONS})",
    "ledger_accountbalance": f"account_id IN ({_ACCOUNTS})",
}
"""What a bill run writes a row or more of for each invoice, and which of them belong to a chunk."""

PARENTS = ("invoicing_billrun", "invoicing_billrunchunk", "ledger_ledgerbook")
"""The few rows that those refer to and that no worker writes for an invoice: copied before the clock starts."""


class CopyFigures(NamedTuple):
    """How long the bare COPY took, and how many rows it wrote."""

    seconds: float
    rows: int


def read_out_rows(url: str, folder: Path) -> list[int]:
    """Write the rows of the run in the database at `url` into files; return the positions of its chunks."""
    with psycopg.connect(url) as connection:
        for table in PARENTS:
            _copy_out(connection, f"SELECT * FROM {table}", {}, folder / table)
        query = f"SELECT position FROM invoicing_billrunchunk WHERE {_OF_RUN} ORDER BY position"
        positions = [row[0] for row in connection.execute(query).fetchall()]
        for position in positions:
            for table, condition in TABLES.items():
                statement = f"SELECT * FROM {table} WHERE {condition} ORDER BY 1"
                _copy_out(connection, statement, {"position": position}, _file(folder, position, table))
    return positions


def _copy_out(connection: psycopg.Connection[Any], statement: str, values: dict[str, int], path: Path) -> None:
    # COPY takes no parameters: the values are numbers of our own
    query = sql.SQL("COPY (") + sql.SQL(statement % values) + sql.SQL(") TO STDOUT (FORMAT BINARY)")
    with connection.cursor() as cursor, cursor.copy(query) as copy, path.open("wb") as file:
        for block in copy:
            file.write(block)


def time_bare_copy(url: str, folder: Path, *, positions: Sequence[int], processes: int) -> CopyFigures:
    """Copy all chunks into the database at `url` by that many processes; time it from the first to the last commit."""
    with psycopg.connect(url) as connection:
        for table in PARENTS:
            _copy_in(connection, table, folder / table)
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawning, initializer=_connect, initargs=(url,)) as pool:
        list(pool.map(_wait, [1.0] * processes))  # interpreters and connections are up before the clock starts
        started = time.perf_counter()
        rows = sum(pool.map(_copy_chunk, [(str(folder), position) for position in positions]))
        seconds = time.perf_counter() - started
    return CopyFigures(seconds, rows)


_connection: psycopg.Connection[Any]


def _connect(url: str) -> None:
    global _connection  # one connection a process of the pool
    _connection = psycopg.connect(url)


def _wait(seconds: float) -> None:
    # long enough that no process takes the wait of another
    time.sleep(seconds)


def _copy_chunk(work: tuple[str, int]) -> int:
    folder, position = work
    rows = sum(_copy_in(_connection, table, _file(Path(folder), position, table)) for table in TABLES)
    _connection.commit()
    return rows


def _copy_in(connection: psycopg.Connection[Any], table: str, path: Path) -> int:
    query = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))
    with connection.cursor() as cursor:
        with cursor.copy(query) as copy:
            copy.write(path.read_bytes())
        return cursor.rowcount


def _file(folder: Path, position: int, table: str) -> Path:
    return folder / f"{position}.{table}"
