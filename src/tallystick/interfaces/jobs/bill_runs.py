"""Jobs of bill runs: identify, draft a chunk, post a chunk, cancel a chunk."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.retrying import RETRY, is_last_attempt
from tallystick.invoicing.operations.cancel_bill_run import cancel_chunk
from tallystick.invoicing.operations.draft_chunk import draft_chunk
from tallystick.invoicing.operations.give_up_chunk import give_up_drafting, give_up_posting
from tallystick.invoicing.operations.identify_population import identify_population
from tallystick.invoicing.operations.post_chunk import post_chunk
from tallystick.invoicing.operations.review_accounts import review_run
from tallystick.invoicing.operations.write_preview import give_up_preview, write_preview
from tallystick.journeys.collect_shortfalls import collect_shortfalls
from tallystick.journeys.follow_bill_run import follow_bill_run
from tallystick.plumbing import clock
from tallystick.plumbing.actor import actor_from_json, system_actor


@app.task(name="bill_run.identify", queue="billing", retry=RETRY)
def identify(run_id: int) -> None:
    """Freeze the population and enqueue its chunks."""
    identify_population(run_id, at=clock.now(), actor=system_actor("billing"))


@app.task(name="bill_run.draft_chunk", queue="billing", retry=RETRY, pass_context=True)
def draft(context: JobContext, run_id: int, position: int) -> None:
    """Draft one chunk; after the last failed try the chunk's accounts are listed as failed, so that the run can end."""
    actor = system_actor("billing")
    try:
        draft_chunk(run_id, position=position, at=clock.now(), actor=actor)
    except Exception as error:
        if not is_last_attempt(context):
            raise
        give_up_drafting(run_id, position=position, reason=repr(error), at=clock.now(), actor=actor)
        raise


@app.task(name="bill_run.post_chunk", queue="billing", retry=RETRY, pass_context=True)
def post(context: JobContext, run_id: int, position: int, actor: dict[str, str]) -> None:
    """Post one chunk; after the last failed try its drafts stay and the run returns to completed."""
    on_behalf = actor_from_json(actor)
    try:
        post_chunk(run_id, position=position, at=clock.now(), actor=on_behalf)
    except Exception as error:
        if not is_last_attempt(context):
            raise
        give_up_posting(run_id, position=position, reason=repr(error), at=clock.now(), actor=on_behalf)
        raise


@app.task(name="bill_run.follow_up", queue="billing", retry=RETRY)
def follow_up(run_id: int) -> None:
    """Post and mail a run that is to do so by itself, tell its runner, start the next occurrence that is due."""
    follow_bill_run(run_id, at=clock.now(), actor=system_actor("the bill run itself"))


@app.task(name="bill_run.collect_shortfalls", queue="payments", retry=RETRY)
def collect(run_id: int) -> None:
    """Charge what accounts lack for their renewal, and follow up those whose answer is final."""
    collect_shortfalls(run_id, at=clock.now(), actor=system_actor("billing"))


@app.task(name="bill_run.preview", queue="billing", retry=RETRY, pass_context=True)
def preview(context: JobContext, preview_id: int) -> None:
    """Write the file of a preview run; after the last failed try it is failed with the reason."""
    try:
        write_preview(preview_id, at=clock.now(), actor=system_actor("billing"))
    except Exception as error:
        if not is_last_attempt(context):
            raise
        give_up_preview(preview_id, reason=repr(error), at=clock.now())
        raise


@app.task(name="bill_run.review", queue="billing", retry=RETRY)
def review(run_id: int) -> None:
    """Write down what a spot-check of the run has to look at."""
    review_run(run_id)


@app.task(name="bill_run.cancel_chunk", queue="billing", retry=RETRY)
def cancel(run_id: int, position: int, actor: dict[str, str], reason: str) -> None:
    """Take back the drafts of one chunk."""
    cancel_chunk(run_id, position=position, reason=reason, at=clock.now(), actor=actor_from_json(actor))
