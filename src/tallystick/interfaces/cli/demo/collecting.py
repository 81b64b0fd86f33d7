"""The demo's payment run, until the outcome of every payment is known."""

from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries.failures import list_failures
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.errors import InvariantBroken
from tallystick.interfaces.cli.demo.stage import Stage
from tallystick.interfaces.cli.output import money, print_table
from tallystick.interfaces.cli.waiting import wait_for_payment_run
from tallystick.interfaces.counts import write_count
from tallystick.journeys.advance_clock import advance_clock
from tallystick.payments.queries import count_unresolved, find_next_look
from tallystick.plumbing import clock
from tallystick.sellers.queries import get_seller

LOOKS = 1_000
SHOWN = 8


def collect(stage: Stage) -> int:
    """Charge everyone who pays automatically; return the payment run's id."""
    seller = get_seller(stage.seller_code)
    today = clock.today(seller.time_zone)
    run = start_payment_run(seller, target_on=today, at=clock.now(), actor=stage.finance)
    progress = wait_for_payment_run(run.pk, label=f"Collecting {run.number}", crew=stage.crew)
    stage.tell(f"{write_count(progress.items_total, noun='invoice')} were due from accounts that pay automatically.")
    stage.tell(f"On the way, or without an answer: {write_count(count_unresolved(), noun='payment')}.")
    return run.pk


def resolve(stage: Stage) -> None:
    """Let time pass until every payment is final: what is unknown is looked up, never charged again blindly."""
    for _ in range(LOOKS):
        next_look = find_next_look()
        if next_look is None or not count_unresolved():
            stage.tell(f"By {clock.now():%-d %B %Y} the outcome of every payment is known.")
            return
        advance_clock(max(next_look, clock.now()), now=clock.now(), actor=stage.operator)
    raise InvariantBroken(f"{count_unresolved()} payments of the demo are still not known")


def show_outcome(stage: Stage, run_id: int) -> None:
    """What was collected, and what somebody has to follow up."""
    for total in get_payment_run_progress(run_id).totals:
        stage.tell(
            f"{total.payments:,} paid {money(total.payments_minor, total.currency)}; "
            f"{total.errors:,} failed with {money(total.errors_minor, total.currency)}."
        )
    failures = list_failures(run_id=run_id, limit=SHOWN)
    if stage.tells and failures:
        print_table(
            "To follow up",
            ("Invoice", "Account", "Open", "Why"),
            [(each.number, each.account_name, money(each.open_minor, each.currency), each.reason) for each in failures],
            right=("Open",),
        )
