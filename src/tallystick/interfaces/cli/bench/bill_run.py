"""`bench bill-run`: how fast invoices are drafted and posted, beside a bare COPY of the same rows in the same run."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from procrastinate.contrib.django.models import ProcrastinateWorker

from tallystick.errors import InvariantBroken
from tallystick.interfaces.cli.bench.bare_copy import CopyFigures, read_out_rows, time_bare_copy
from tallystick.interfaces.cli.bench.company import AT, TARGET_ON, make_company
from tallystick.interfaces.cli.bench.stock import take_fresh_copy
from tallystick.interfaces.cli.bench_database import BENCH_DATABASE
from tallystick.interfaces.cli.databases import compose_url
from tallystick.interfaces.cli.memory import MemoryWatch
from tallystick.interfaces.cli.output import meter
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.jobs.crew import Crew, hired_crew, work_until
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import get_bill_run, get_run_progress
from tallystick.journeys.check_books import check_books
from tallystick.plumbing.actor import system_actor
from tallystick.sellers.queries import get_seller

ACTOR = system_actor("benchmark")
POLL_SECONDS = 0.05


class RunFigures(NamedTuple):
    """What one number of workers reached. Memory is of the workers and the command together, in MiB."""

    workers: int
    invoices: int
    draft_seconds: float
    post_seconds: float
    invoices_per_second: float
    copy_rows: int
    copy_seconds: float
    copy_invoices_per_second: float
    ratio: float
    peak_memory_mib: int


def make_stock(accounts: int) -> None:
    """Fill the database with accounts that are due."""
    with meter("Making accounts") as progress:
        make_company(accounts, actor=ACTOR, report=lambda done: progress.show(done, accounts))
        progress.finish(f"{write_count(accounts, noun='account')} with subscriptions")


def measure_bill_run(*, workers: int, accounts: int) -> RunFigures:
    """Draft and post everything with that many worker processes, then copy the very same rows with as many."""
    take_fresh_copy()
    with MemoryWatch() as memory, hired_crew(processes=workers, queues=("billing",)) as crew:
        # a worker takes a second or two to start, which is no part of billing
        work_until(lambda: ProcrastinateWorker.objects.count() >= workers, crew=crew, poll_seconds=POLL_SECONDS)
        draft_seconds = _time_drafting(crew, workers)
        post_seconds = _time_posting(crew, workers)
        peak = memory.peak_mib
    progress = get_run_progress(get_bill_run("BR-000001").pk)
    if progress.posted_documents != accounts or next(check_books(actor=ACTOR), None) is not None:
        raise InvariantBroken(f"the benchmark posted {progress.posted_documents} invoices for {accounts} accounts")
    copied = _copy_the_same(workers)
    rate, copy_rate = accounts / (draft_seconds + post_seconds), accounts / copied.seconds
    return RunFigures(
        workers,
        accounts,
        draft_seconds,
        post_seconds,
        rate,
        copied.rows,
        copied.seconds,
        copy_rate,
        rate / copy_rate,
        peak,
    )


def _time_drafting(crew: Crew, workers: int) -> float:
    with meter(f"Drafting, workers: {workers}") as progress:
        started = time.perf_counter()
        run = start_bill_run(get_seller(), target_on=TARGET_ON, at=AT, actor=ACTOR)
        _work_until(run.pk, "completed", crew=crew, show=progress.show)
        seconds = time.perf_counter() - started
        progress.finish(write_count(get_run_progress(run.pk).documents, noun="invoice"))
    return seconds


def _time_posting(crew: Crew, workers: int) -> float:
    run = get_bill_run("BR-000001")
    with meter(f"Posting, workers: {workers}") as progress:
        started = time.perf_counter()
        post_bill_run(run, at=AT, actor=ACTOR)
        _work_until(run.pk, "posted", crew=crew, show=progress.show)
        seconds = time.perf_counter() - started
        progress.finish(write_count(get_run_progress(run.pk).posted_documents, noun="invoice"))
    return seconds


def _work_until(run_id: int, status: str, *, crew: Crew, show: Callable[[int, int | None], None]) -> None:
    def is_there() -> bool:
        progress = get_run_progress(run_id)
        show(progress.accounts_done, progress.accounts_total or None)
        if progress.status == "failed":
            raise InvariantBroken("the benchmark's bill run failed")
        return progress.status == status

    work_until(is_there, crew=crew, poll_seconds=POLL_SECONDS)


def _copy_the_same(processes: int) -> CopyFigures:
    url = compose_url(BENCH_DATABASE)
    with (
        TemporaryDirectory(prefix="tallystick-bench-") as name,
        meter(f"Bare COPY, processes: {processes}") as progress,
    ):
        folder = Path(name)
        positions = read_out_rows(url, folder)
        take_fresh_copy()
        figures = time_bare_copy(url, folder, positions=positions, processes=processes)
        progress.finish(
            f"{write_count(figures.rows, noun='row')} in {figures.seconds:.2f} s, the rest was reading them out"
        )
    return figures
