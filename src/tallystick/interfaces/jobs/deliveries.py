"""Jobs of delivery: send a chunk of e-mails, write the file of a print batch."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from tallystick.delivery.operations.notify_runner import send_run_notice
from tallystick.delivery.operations.send_emails import give_up_sending, send_emails
from tallystick.delivery.operations.write_print_batch import give_up_printing, write_print_batch
from tallystick.interfaces.jobs.retrying import RETRY, is_last_attempt
from tallystick.plumbing import clock
from tallystick.plumbing.actor import actor_from_json, system_actor


@app.task(name="delivery.send_chunk", queue="delivery", retry=RETRY, pass_context=True)
def send(context: JobContext, delivery_ids: list[int], actor: dict[str, str]) -> None:
    """Send what is still queued of a chunk; after the last failed try the rest is failed, so that it is listed."""
    on_behalf = actor_from_json(actor)
    try:
        send_emails(delivery_ids, at=clock.now(), actor=on_behalf)
    except Exception as error:
        if not is_last_attempt(context):
            raise
        give_up_sending(delivery_ids, reason=str(error), at=clock.now(), actor=on_behalf)
        raise


@app.task(name="delivery.run_notice", queue="delivery", retry=RETRY)
def run_notice(notice_id: int) -> None:
    """Tell whoever ran a bill run how it ended."""
    send_run_notice(notice_id, at=clock.now(), actor=system_actor("delivery"))


@app.task(name="delivery.print_batch", queue="delivery", retry=RETRY, pass_context=True)
def print_batch(context: JobContext, batch_id: int, actor: dict[str, str]) -> None:
    """Write a batch's file; after the last failed try the batch is failed and its documents wait for another."""
    on_behalf = actor_from_json(actor)
    try:
        write_print_batch(batch_id, at=clock.now(), actor=on_behalf)
    except Exception as error:
        if not is_last_attempt(context):
            raise
        give_up_printing(batch_id, reason=str(error), at=clock.now(), actor=on_behalf)
        raise
