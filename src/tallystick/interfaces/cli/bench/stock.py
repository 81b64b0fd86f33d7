"""The stock of a benchmark: a database with the company in it, of which each measurement gets a fresh copy."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import ProgrammingError, connection, connections

from tallystick.interfaces.cli.bench_database import BENCH_DATABASE
from tallystick.interfaces.cli.databases import drop_database, held_database, make_database

STOCK_DATABASE = f"{BENCH_DATABASE}_stock"


@contextmanager
def stocked(make: Callable[[], None]) -> Iterator[None]:
    """Keep a stock that `make` filled while the block lasts; all of it is dropped afterwards."""
    with held_database(BENCH_DATABASE):
        try:
            connections.close_all()
            make_database(BENCH_DATABASE)
            call_command("migrate", interactive=False, verbosity=0)
            make()
            connections.close_all()
            make_database(STOCK_DATABASE, template=BENCH_DATABASE)
            yield
        finally:
            connections.close_all()
            drop_database(BENCH_DATABASE)
            drop_database(STOCK_DATABASE)


def take_fresh_copy() -> None:
    """Make the benchmark's database a copy of the stock: statistics known, everything written out, nobody connected."""
    connections.close_all()
    make_database(BENCH_DATABASE, template=STOCK_DATABASE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        try:
            cursor.execute("CHECKPOINT")
        except ProgrammingError as error:
            # a server of the operator's own may not let us; then a checkpoint may fall into the measured time
            if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
