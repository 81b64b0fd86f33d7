"""Wait for work that runs in jobs, with a crew and a meter: the command's own crew, or one hired for the wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from tallystick.collection.queries.runs import (
    PaymentRunProgress,
    find_standstill,
    get_payment_run_by_id,
    get_payment_run_progress,
    list_items,
)
from tallystick.delivery.core.lifecycle import PENDING
from tallystick.delivery.core.selection import Queued
from tallystick.delivery.queries.deliveries import count_waiting_emails
from tallystick.delivery.queries.lists import get_batch
from tallystick.interfaces.cli.context import default_processes
from tallystick.interfaces.cli.output import meter, note
from tallystick.interfaces.cli.times import write_clock_command, write_instant
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.jobs.crew import Crew, hired_crew, work_until
from tallystick.invoicing.queries.previews import get_preview
from tallystick.invoicing.queries.reviews import ReviewState, get_review_state
from tallystick.invoicing.queries.runs import RunProgress, get_run_progress, is_about_to_post
from tallystick.plumbing import clock

IN_MOTION = ("pending", "running", "posting", "canceling")


@contextmanager
def _crew_for(queue: str, crew: Crew | None, processes: int) -> Iterator[Crew]:
    if crew is not None:
        yield crew
        return
    with hired_crew(processes=processes or default_processes(), queues=(queue,)) as hired:
        yield hired


def wait_for_run(run_id: int, *, label: str, processes: int = 0, crew: Crew | None = None) -> RunProgress:
    """Work on a bill run until it rests: completed and looked through for what stands out, failed, posted or canceled.

    Who is handed a drafted run can review it at once, and a hired crew leaves no job of it behind.
    """
    with meter(label) as progress_meter, _crew_for("billing", crew, processes) as workers:

        def is_done() -> bool:
            progress = get_run_progress(run_id)
            progress_meter.show(progress.accounts_done, progress.accounts_total or None)
            if progress.status in IN_MOTION or is_about_to_post(run_id) or is_being_reviewed(run_id):
                return False
            # What began to post itself between the two looks is in motion again.
            return get_run_progress(run_id).status == progress.status

        work_until(is_done, crew=workers)
        progress = get_run_progress(run_id)
        progress_meter.finish(
            f"{write_count(progress.documents, noun='invoice')} "
            f"of {write_count(progress.accounts_total, noun='account')}, {progress.status}"
        )
    return progress


def is_being_reviewed(run_id: int) -> bool:
    """Whether a job still looks for what stands out in a run."""
    return get_review_state(run_id) is ReviewState.UNDER_WAY


def wait_for_review(run_id: int, *, label: str, processes: int = 0) -> None:
    """Work until what stands out in a run is written down; at once where no job looks for it (any more)."""
    if not is_being_reviewed(run_id):
        return
    with meter(label) as progress_meter, _crew_for("billing", None, processes) as workers:
        work_until(lambda: not is_being_reviewed(run_id), crew=workers)
        progress_meter.finish("looked through")


def wait_for_preview(preview_id: int, *, label: str, processes: int = 0) -> None:
    """Work until a preview is written, or has failed."""
    with meter(label) as progress_meter, _crew_for("billing", None, processes) as workers:
        work_until(lambda: get_preview(preview_id).status != "pending", crew=workers)
        progress_meter.finish(get_preview(preview_id).status)


def wait_for_payment_run(
    run_id: int, *, label: str, processes: int = 0, crew: Crew | None = None
) -> PaymentRunProgress:
    """Work on a payment run until everything is charged, or only time can bring it on; then say what it waits for.

    What is unknown or under way then is looked up later, when the business clock says so, by workers.
    """
    with meter(label) as progress_meter, _crew_for("payments", crew, processes) as workers:

        def is_done() -> bool:
            progress = get_payment_run_progress(run_id)
            progress_meter.show(progress.items_done, progress.items_total or None)
            charging = any(list_items(run_id, status=status, limit=1) for status in ("due", "collecting"))
            return progress.status != "pending" and (not charging or is_at_standstill(run_id))

        work_until(is_done, crew=workers)
        progress = get_payment_run_progress(run_id)
        progress_meter.finish(
            f"{write_count(progress.items_total, noun='invoice')}, {progress.open_failures:,} to follow up"
        )
    told = explain_standstill(run_id)
    if told:
        note(told, as_written=True)
    return progress


def is_at_standstill(run_id: int) -> bool:
    """Whether waiting for a payment run is vain: no job is at it, and the clock stands before its next try, or there
    is none. Where time runs, the minute's look takes the try up."""
    stuck = find_standstill(run_id)
    if stuck is None:
        return False
    return stuck.next_try_at is None or (clock.is_set() and stuck.next_try_at > clock.now())


def explain_standstill(run_id: int) -> str:
    """What a payment run waits for that no worker is at, and what to do about it; "" where it does not."""
    stuck = find_standstill(run_id)
    if stuck is None:
        return ""
    run = get_payment_run_by_id(run_id)
    charges = write_count(stuck.items, noun="charge")
    if stuck.next_try_at is None:
        return f"{run.number} stands still: {charges} not made, and no job will. See: tallystick check"
    zone = run.seller.time_zone
    at = write_instant(stuck.next_try_at, time_zone=zone)
    if not clock.is_set():
        return f"{run.number} waits: {charges} to be tried again from {at} ({zone}) on, by workers."
    return (
        f"{run.number} waits for the clock: {charges} to be tried again at {at} ({zone}), and business time stands at "
        f"{write_instant(clock.now(), time_zone=zone)}. Move it: {write_clock_command(stuck.next_try_at)}"
    )


def wait_for_deliveries(queued: Queued, *, batch_id: int | None, processes: int = 0, crew: Crew | None = None) -> None:
    """Work until these e-mails are out (or given up) and the print batch, if there is one, is made.

    Totals are what was queued: workers may have begun before this looks.
    """
    emails, prints = queued.emails, get_batch(batch_id).document_count if batch_id else 0
    with meter("Delivering") as progress_meter, _crew_for("delivery", crew, processes) as workers:

        def is_done() -> bool:
            waiting = count_waiting_emails(queued.delivery_ids)
            batch = get_batch(batch_id) if batch_id is not None else None
            written = batch.written_count if batch is not None else 0
            progress_meter.show(emails - waiting + written, emails + prints or None)
            return waiting == 0 and (batch is None or batch.status != PENDING)

        work_until(is_done, crew=workers)
        printed = f", {prints:,} in print" if batch_id is not None else ""
        progress_meter.finish(f"{write_count(emails, noun='e-mail')}{printed}")
