"""Jobs of payment runs: start, collect a chunk, submit what staff try again."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tallystick.collection.operations.cancel_payment_run import give_up_run
from tallystick.collection.operations.freeze_items import freeze_items
from tallystick.interfaces.jobs.retrying import RETRY, is_last_attempt
from tallystick.journeys import collect_payment_run
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor


@app.task(name="payment_run.start", queue="payments", retry=RETRY, pass_context=True)
def start(context: JobContext, run_id: int) -> None:
    """Freeze the invoices that the run takes and enqueue its chunks; after the last failed try the run is failed."""
    actor = system_actor("collection")
    try:
        freeze_items(run_id, at=clock.now(), actor=actor)
    except Exception as error:
        if not is_last_attempt(context):
            raise
        give_up_run(run_id, reason=repr(error), at=clock.now(), actor=actor)
        raise


@app.task(name="payment_run.collect_chunk", queue="payments", retry=RETRY)
def collect_chunk(run_id: int, position: int) -> None:
    """Charge one chunk, wave by wave."""
    collect_payment_run.collect_chunk(run_id, position=position, at=clock.now(), actor=system_actor("collection"))


@app.task(name="payment_run.submit_attempts", queue="payments", retry=RETRY)
def submit_attempts(run_id: int, attempt_ids: list[int]) -> None:
    """Charge what staff try again."""
    collect_payment_run.submit_attempts(
        run_id, attempt_ids=attempt_ids, at=clock.now(), actor=system_actor("collection")
    )
