"""`bench payment-run`: how fast a payment run charges, with a sandbox that takes its time for every call."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateWorker

from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.errors import InvariantBroken
from tallystick.interfaces.cli.bench.bill_run import ACTOR, POLL_SECONDS, make_stock
from tallystick.interfaces.cli.bench.company import AT, TARGET_ON
from tallystick.interfaces.cli.bench.stock import take_fresh_copy
from tallystick.interfaces.cli.output import meter
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.jobs.crew import Crew, hired_crew, work_until
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import get_bill_run, get_run_progress
from tallystick.journeys.check_books import check_books
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.sellers.queries import get_seller

GOOD_CARD = "4242424242424242"
METHODS_AT_ONCE = 2_000


class CollectFigures(NamedTuple):
    """What a payment run reached; `charges` is what the sandbox carried out, `payments` what was booked."""

    workers: int
    invoices: int
    latency_ms: int
    kills: int
    seconds: float
    invoices_per_second: float
    charges: int
    payments: int


def make_owing_stock(invoices: int) -> None:
    """Accounts that pay by card, each with a posted invoice; of every three accounts two do, the rest pays by bank."""
    make_stock(invoices + (invoices - 1) // 2)
    with hired_crew(processes=2, queues=("billing",)) as crew, meter("Billing them") as progress:
        run = start_bill_run(get_seller(), target_on=TARGET_ON, at=AT, actor=ACTOR)
        _await_bill_run(run.pk, "completed", crew, progress.show)
        post_bill_run(get_bill_run(run.number), at=AT, actor=ACTOR)
        _await_bill_run(run.pk, "posted", crew, progress.show)
        progress.finish("posted")
    account_ids = _read("SELECT id FROM accounts_account WHERE billing_mode = 'self_serve' ORDER BY id")
    for start in range(0, len(account_ids), METHODS_AT_ONCE):
        methods = [NewMethod(account_id, GOOD_CARD) for account_id in account_ids[start : start + METHODS_AT_ONCE]]
        store_methods(get_seller(), methods=methods, gateway_kind="sandbox", at=AT, actor=ACTOR)


def measure_payment_run(*, invoices: int, workers: int, latency_ms: int, kills: int) -> CollectFigures:
    """Charge everything with that many workers. `kills`: how often all of them are killed on the way and replaced.

    Raises InvariantBroken if an invoice was charged twice, a payment was not booked, or the books do not agree.
    """
    take_fresh_copy()
    os.environ["TALLYSTICK_SANDBOX_LATENCY_MS"] = str(latency_ms)  # read by the workers
    with hired_crew(processes=workers, queues=("payments",)) as crew:
        work_until(lambda: ProcrastinateWorker.objects.count() >= workers, crew=crew, poll_seconds=POLL_SECONDS)
        seconds = _time_collecting(crew, invoices=invoices, kills=kills)
    [charges] = _read("SELECT count(*) FROM payments_sandboxpayment WHERE status = 'succeeded'")
    [payments] = _read("SELECT count(*) FROM payments_payment")
    if charges != invoices or payments != invoices or next(check_books(actor=ACTOR), None) is not None:
        raise InvariantBroken(f"the benchmark charged {charges} and booked {payments} of {invoices} invoices")
    return CollectFigures(workers, invoices, latency_ms, kills, seconds, invoices / seconds, charges, payments)


def _read(statement: str) -> list[int]:
    # counted in the tables themselves: what the product's own queries say is what is being checked
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [number for (number,) in cursor.fetchall()]


def _time_collecting(crew: Crew, *, invoices: int, kills: int) -> float:
    kill_after = [invoices * (number + 1) // (kills + 1) for number in range(kills)]
    with meter("Collecting") as progress:
        started = time.perf_counter()
        run_id = start_payment_run(get_seller(), target_on=TARGET_ON, at=AT, actor=ACTOR).pk

        def is_over() -> bool:
            standing = get_payment_run_progress(run_id)
            progress.show(standing.items_done, standing.items_total or None)
            if kill_after and standing.items_done >= kill_after[0]:
                kill_after.pop(0)
                crew.kill()
            return standing.status == "completed"

        work_until(is_over, crew=crew, poll_seconds=POLL_SECONDS)
        seconds = time.perf_counter() - started
        progress.finish(write_count(invoices, noun="invoice"))
    return seconds


def _await_bill_run(run_id: int, status: str, crew: Crew, show: Callable[[int, int | None], None]) -> None:
    def is_there() -> bool:
        progress = get_run_progress(run_id)
        show(progress.accounts_done, progress.accounts_total or None)
        return progress.status == status

    work_until(is_there, crew=crew, poll_seconds=POLL_SECONDS)
