"""Once an hour: forget the answers of calls that are too old to be sent again."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from tallystick.plumbing.idempotency import remove_expired_calls


@app.periodic(cron="17 * * * *")
@app.task(name="calls.forget", queue="default", queueing_lock="calls.forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Remove them, by real time: callers live in it, whatever the business clock says."""
    remove_expired_calls(at=datetime.now(UTC))
