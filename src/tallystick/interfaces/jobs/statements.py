"""The job of statements."""

from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY
from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.task(name="statements.make", queue="billing", retry=RETRY)
def make(statement_run_id: int) -> None:
    """Make and post the statements of a month that are missing."""
    make_statements(statement_run_id, at=clock.now(), actor=system_actor("the statements of the month"))
