"""The job queue, by name. Operations ask for work here; the bodies live in `interfaces/jobs` under the same names."""

from django.db import transaction
from procrastinate.contrib.django import app


def enqueue(name: str, *, queue: str = "default", lock: str | None = None, **arguments: object) -> None:
    """Defer the job `name` with JSON-able arguments in the caller's database transaction.

    It exists exactly when the change that asked for it does. Raises TransactionManagementError-like RuntimeError when
    called outside a transaction, since the two could then part.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"job {name} must be enqueued in the transaction of the change that needs it")
    app.configure_task(name, queue=queue, lock=lock, allow_unknown=True).defer(**arguments)  # type: ignore[arg-type]
