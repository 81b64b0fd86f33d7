"""A worker's connections to its queue: few, and loud when the database is gone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
import psycopg_pool
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from tallystick.errors import Refusal

CONNECTIONS = 4
PATIENCE_SECONDS = 5.0
"""How long a statement waits for a connection before it fails."""


class QueueLost(Refusal):
    """The database that keeps the queue does not answer, so this worker ends; its jobs come back. {reason}"""

    code = "queue_lost"
    can_retry = True


class QueueConnector(PsycopgConnector):
    """Procrastinate's connector, which remembers whether a statement ever failed for want of a connection.

    Then it may be that what became of a job was not written down: the job would wait for ever on a worker that lives.
    Nobody else can tell, so whoever runs the worker waits for `wait_until_lost` and ends it.
    """

    def __init__(self) -> None:
        super().__init__(kwargs=connector_params(), min_size=1, max_size=CONNECTIONS, timeout=PATIENCE_SECONDS)
        self._is_lost = asyncio.Event()

    async def wait_until_lost(self) -> None:
        """Return once a statement has failed for want of a connection."""
        await self._is_lost.wait()

    async def open_async(self, pool: psycopg_pool.AsyncConnectionPool | None = None) -> None:
        """Connect; raises QueueLost when that takes half a minute."""
        try:
            await super().open_async(pool)
        except psycopg.OperationalError as error:
            raise QueueLost(reason=str(error)) from error

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Run a statement."""
        with self._watched():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        """Run a query for one row."""
        with self._watched():
            row: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
        return row

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:
        """Run a query for all its rows."""
        with self._watched():
            rows: list[dict[str, Any]] = await super().execute_query_all_async(query, **arguments)
        return rows

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException as error:
            if isinstance(error.__cause__, psycopg.OperationalError):
                self._is_lost.set()
            raise
