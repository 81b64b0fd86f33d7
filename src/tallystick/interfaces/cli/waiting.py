"""Wait for work that runs in jobs, with a hired crew and a meter."""

from tallystick.interfaces.cli.output import meter
from tallystick.interfaces.jobs.crew import hired_crew, work_until
from tallystick.invoicing.queries.runs import RunProgress, get_run_progress

IN_MOTION = ("pending", "running", "posting", "canceling")


def wait_for_run(run_id: int, *, label: str, processes: int) -> RunProgress:
    """Work on a bill run until it rests: completed, failed, posted or canceled."""
    with meter(label) as progress_meter, hired_crew(processes=processes, queues=("billing",)) as crew:

        def is_done() -> bool:
            progress = get_run_progress(run_id)
            progress_meter.show(progress.accounts_done, progress.accounts_total or None)
            return progress.status not in IN_MOTION

        work_until(is_done, crew=crew)
        progress = get_run_progress(run_id)
        progress_meter.finish(
            f"{progress.documents:,} invoices of {progress.accounts_total:,} accounts, {progress.status}"
        )
    return progress
