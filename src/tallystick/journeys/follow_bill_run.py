"""What follows by itself from a run's new state: posting, mailing, word to its runner, the next missed occurrence."""

from datetime import datetime

from tallystick.delivery.core.lifecycle import EMAIL
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.notify_runner import ask_for_notice
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.invoicing.operations.auto_post_run import auto_post_run
from tallystick.invoicing.operations.draft_chunk import draft_chunk
from tallystick.invoicing.operations.identify_population import identify_population
from tallystick.invoicing.operations.post_chunk import post_chunk
from tallystick.invoicing.operations.start_due_runs import start_due_runs
from tallystick.invoicing.queries.lists import get_run
from tallystick.invoicing.queries.schedules import list_chunk_positions
from tallystick.plumbing.actor import Actor


def follow_bill_run(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Do what follows from the state that a run is in; each part happens once, however often this is called.

    Completed: posted, where it posts itself (ZUO-18). Posted: mailed to those who get e-mail, where it mails itself
    (ZUO-17, ZUO-19). Completed or failed: its runner gets word. Then the next occurrence of a schedule that is due.
    """
    auto_post_run(run_id, at=at, actor=actor)
    run = get_run(run_id)
    if run.status == "posted" and run.auto_emails:
        queue_deliveries(
            Selection(run_id=run_id),
            channels=(EMAIL,),
            at=at,
            actor=actor,
            is_by_preference=True,
            mails_zero=run.mails_zero,
        )
    ask_for_notice(run_id, at=at, actor=actor)
    start_due_runs(at=at, actor=actor)


def work_off_bill_run(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Do all of a started run's work here and now: what a clock does that is moved past the run's time.

    The jobs of the run find nothing left to do, and may work on it at the same time: a chunk is done once.
    """
    identify_population(run_id, at=at, actor=actor)
    for position in list_chunk_positions(run_id, status="pending"):
        draft_chunk(run_id, position=position, at=at, actor=actor)
    follow_bill_run(run_id, at=at, actor=actor)
    for position in list_chunk_positions(run_id, status="posting"):
        post_chunk(run_id, position=position, at=at, actor=actor)
    follow_bill_run(run_id, at=at, actor=actor)
