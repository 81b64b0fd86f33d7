"""The demo's bill run: draft, review, post, deliver."""

from pathlib import Path

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.queries.batches import get_print_file
from tallystick.delivery.queries.lists import get_batch
from tallystick.errors import InvariantBroken
from tallystick.interfaces.cli.demo.stage import Stage
from tallystick.interfaces.cli.demo_database import mail_folder
from tallystick.interfaces.cli.output import money
from tallystick.interfaces.cli.reviewing import show_review
from tallystick.interfaces.cli.waiting import wait_for_deliveries, wait_for_run
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.lists import get_run
from tallystick.plumbing import clock
from tallystick.sellers.queries import get_seller


def draft(stage: Stage) -> int:
    """Draft everyone's invoices; return the bill run's id."""
    run = start_bill_run(
        get_seller(stage.seller_code), target_on=stage.company.target_on, at=clock.now(), actor=stage.finance
    )
    wait_for_run(run.pk, label=f"Drafting {run.number}", crew=stage.crew)
    return run.pk


def review(stage: Stage, run_id: int) -> None:
    """Show what one looks at before posting."""
    if stage.tells:
        show_review(run_id, limit=8)


def post(stage: Stage, run_id: int) -> None:
    """Give the drafts their numbers and make them owed."""
    run = get_run(run_id)
    post_bill_run(run, at=clock.now(), actor=stage.finance)
    progress = wait_for_run(run.pk, label=f"Posting {run.number}", crew=stage.crew)
    if progress.status != "posted":
        raise InvariantBroken(f"the demo's bill run ended as {progress.status}")
    totals = " + ".join(money(total.gross_minor, total.currency) for total in progress.totals)
    stage.tell(f"{write_count(progress.posted_documents, noun='invoice')} are posted and owed: {totals}.")


def deliver(stage: Stage, run_id: int) -> Path | None:
    """Send e-mails and make the print batch, by each account's preference; return the batch's file."""
    selection = Selection(run_id=run_id)
    queued = queue_deliveries(selection, at=clock.now(), actor=stage.finance)
    batch_id = None
    if queued.prints:
        batch_id = make_print_batch(
            get_seller(stage.seller_code), selection=selection, at=clock.now(), actor=stage.finance
        ).pk
    wait_for_deliveries(queued, batch_id=batch_id, crew=stage.crew)
    path = get_print_file(get_batch(batch_id)) if batch_id is not None else None
    emails = write_count(queued.emails, noun="e-mail")
    stage.tell(f"{emails}, a file each, written to {mail_folder()}: no mail server is set for the demo.")
    if path is not None:
        stage.tell(f"{queued.prints:,} to print, in {path}")
    if queued.skipped:
        stage.tell(f"{queued.skipped:,} left out: there is nothing to pay on them.")
    return path
