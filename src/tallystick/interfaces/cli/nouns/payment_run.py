"""`tallystick payment-run`: create, list, show, retry, close; with schedules and the upkeep of what waits."""

from collections.abc import Iterable
from typing import Annotated

import typer

from tallystick.collection.operations.follow_up import close_items, retry_items
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries.collectable import Collectable, list_collectable
from tallystick.collection.queries.failures import FollowUp, list_failures, list_skipped
from tallystick.collection.queries.runs import (
    find_standstill,
    find_under_way,
    get_payment_run,
    get_payment_run_progress,
    list_payment_runs,
)
from tallystick.errors import NotFound
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import (
    JsonOption,
    ProcessesOption,
    SellerOption,
    YesOption,
    current_actor,
    parse_date,
)
from tallystick.interfaces.cli.nouns import payment_retrying, payment_run_schedule, payment_run_upkeep
from tallystick.interfaces.cli.output import money, print_json, print_table, say
from tallystick.interfaces.cli.payment_choices import (
    AccountsOption,
    AnchorsOption,
    ChargeOption,
    CreditsOption,
    CurrenciesOption,
    GatewaysOption,
    JoinOption,
    SegmentsOption,
    read_filters,
    read_options,
)
from tallystick.interfaces.cli.times import write_clock_command
from tallystick.interfaces.cli.waiting import explain_standstill, wait_for_payment_run
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.queries.runs import get_bill_run
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Collect what is due from those who pay automatically.", no_args_is_help=True)
app.add_typer(payment_run_schedule.app, name="schedule")
for upkeep in (
    payment_run_upkeep.change,
    payment_run_upkeep.cancel,
    payment_run_upkeep.delete,
    payment_run_upkeep.deliver,
    payment_retrying.retry_rule,
):
    app.command()(upkeep)

NumberArgument = Annotated[str, typer.Argument(help="The run's number, such as PR-000001.")]
InvoiceArgument = Annotated[list[str] | None, typer.Argument(help="Only these invoices of the run, by number.")]
WaitOption = Annotated[bool, typer.Option(help="Work until it is charged, or leave it to running workers.")]


@app.command()
def create(
    context: typer.Context,
    target: Annotated[str, typer.Option(help="Collect what is due up to and including this day. Default: today.")] = "",
    bill_run: Annotated[str, typer.Option(help="Only invoices of this bill run, such as BR-000001.")] = "",
    account: AccountsOption = None,
    segment: SegmentsOption = None,
    anchor_day: AnchorsOption = None,
    currency: CurrenciesOption = None,
    gateway: GatewaysOption = None,
    credits: CreditsOption = True,  # noqa: A002
    charge: ChargeOption = True,
    one_an_account: JoinOption = False,
    yes: YesOption = False,
    wait: WaitOption = True,
    processes: ProcessesOption = 0,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Charge everyone whose invoices are due and who has a saved method.

    Example: tallystick payment-run create --bill-run BR-000001 --yes
    """
    actor, owner = current_actor(), get_seller(seller)
    actor.require(PAYMENT_RUNS_CREATE)
    target_on = parse_date(target, field="target") if target else clock.today(owner.time_zone)
    filters = read_filters(context.params)
    billed = get_bill_run(bill_run, seller_code=owner.code) if bill_run else None
    found = list_collectable(owner.pk, target_on=target_on, filters=filters, bill_run_id=billed.pk if billed else None)
    if found:
        ask(_compose_question(found), yes=yes)
    run = start_payment_run(
        owner,
        target_on=target_on,
        filters=filters,
        bill_run=billed,
        options=read_options(context.params),
        at=clock.now(),
        actor=actor,
    )
    if wait:
        wait_for_payment_run(run.pk, label=f"Collecting {run.number}", processes=processes)
    _show(run.pk, as_json=as_json)


@app.command("list")
def list_runs(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """All payment runs, newest first.

    Example: tallystick payment-run list
    """
    current_actor().require(RECORDS_READ)
    runs = [(run, get_payment_run_progress(run.pk)) for run in list_payment_runs(seller)[:200]]
    if as_json:
        print_json([_as_json(run.pk) for run, _ in runs])
        return
    print_table(
        "Payment runs",
        ("Number", "Status", "Target date", "Invoices", "Collected", "Failed", "To follow up"),
        [
            (
                progress.number,
                progress.status,
                run.target_on,
                progress.items_total,
                " + ".join(money(total.payments_minor, total.currency) for total in progress.totals),
                sum(total.errors for total in progress.totals),
                progress.open_failures,
            )
            for run, progress in runs
        ],
        right=("Invoices", "Collected", "Failed", "To follow up"),
    )


@app.command()
def show(number: NumberArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Where a run stands, and what is to be followed up.

    Example: tallystick payment-run show PR-000001
    """
    current_actor().require(RECORDS_READ)
    run = get_payment_run(number, seller_code=seller)
    failures, skipped = list_failures(run_id=run.pk), list_skipped(run.pk)
    if as_json:
        print_json(
            {
                **_as_json(run.pk),
                "failures": [each._asdict() for each in failures],
                "skipped": [each._asdict() for each in skipped],
            }
        )
        return
    _show(run.pk, as_json=False, hints=False)
    stands = explain_standstill(run.pk)
    if stands:
        say(f"  {stands}")
    _show_items("To follow up", [each for each in failures if each.needs_work])
    _show_items("Followed up or settled otherwise", [each for each in failures if not each.needs_work])
    _show_items("Not charged", skipped)


@app.command()
def retry(
    number: NumberArgument,
    invoices: InvoiceArgument = None,
    yes: YesOption = False,
    wait: WaitOption = True,
    processes: ProcessesOption = 0,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Charge failures again: these invoices, or all that are open in the run.

    Example: tallystick payment-run retry PR-000001 INV-000017 --yes
    """
    run = get_payment_run(number, seller_code=seller)
    items = _find_items(run.pk, invoices or ())
    amounts = " + ".join(money(each.open_minor, each.currency) for each in items)
    if items:
        ask(f"Charge {write_count(len(items), noun='invoice')} again, {amounts}?", yes=yes)
    item_ids = [each.item_id for each in items] if invoices else []
    retried = retry_items(run, item_ids=item_ids, at=clock.now(), actor=current_actor())
    if wait:
        wait_for_payment_run(run.pk, label=f"Charging again in {run.number}", processes=processes)
    if not as_json:
        for refused in retried.refused:
            say(f"{refused.number} is left: {refused.reason} {refused.next_step}")
    _show(run.pk, as_json=as_json)


@app.command()
def close(
    number: NumberArgument,
    invoices: Annotated[list[str], typer.Argument(help="Numbers of the invoices whose failure is closed.")],
    note: Annotated[str, typer.Option(help="Why nothing more is done about them in this run; it stays with them.")],
    seller: SellerOption = "",
) -> None:
    """Take failures off the follow-up list; the invoices stay owed.

    Example: tallystick payment-run close PR-000001 INV-000017 --note "pays by transfer this month"
    """
    run = get_payment_run(number, seller_code=seller)
    item_ids = [each.item_id for each in _find_items(run.pk, invoices)]
    closed = close_items(run, item_ids=item_ids, note=note, at=clock.now(), actor=current_actor())
    say(f"Closed {write_count(closed, noun='failure')} of {run.number}.")


def _compose_question(found: list[Collectable]) -> str:
    amounts = " + ".join(money(each.open_minor, each.currency) for each in found)
    return f"Charge {write_count(sum(each.invoices for each in found), noun='invoice')}, {amounts}?"


def _find_items(run_id: int, numbers: Iterable[str]) -> list[FollowUp]:
    """The failures with these invoice numbers, or all that need work."""
    failures = list_failures(run_id=run_id, limit=1_000_000)
    wanted = list(numbers)
    if not wanted:
        return [each for each in failures if each.needs_work]
    by_number = {each.number: each for each in failures}
    for number in wanted:
        if number not in by_number:
            raise NotFound(f"{number} has not failed in this run.", field="invoices")
    return [by_number[number] for number in wanted]


def _show_items(title: str, items: list[FollowUp]) -> None:
    if items:
        print_table(
            title,
            ("Invoice", "Account", "Method", "Open", "Why", "What to do"),
            [
                (
                    each.number,
                    f"{each.account_external_id} {each.account_name}",
                    each.method_label,
                    money(each.open_minor, each.currency),
                    each.reason,
                    each.note or each.next_step,
                )
                for each in items
            ],
            right=("Open",),
        )


def _as_json(run_id: int) -> dict[str, object]:
    progress, stuck = get_payment_run_progress(run_id), find_standstill(run_id)
    return {
        **progress._asdict(),
        "totals": [total._asdict() for total in progress.totals],
        "held": find_under_way(run_id).held,
        "waits_until": stuck.next_try_at if stuck else None,
    }


def _show(run_id: int, *, as_json: bool, hints: bool = True) -> None:
    if as_json:
        print_json(_as_json(run_id))
        return
    progress = get_payment_run_progress(run_id)
    say(f"[bold]{progress.number}[/bold] is {progress.status}: {write_count(progress.items_total, noun='invoice')}")
    for total in progress.totals:
        say(
            f"  {money(total.payments_minor, total.currency)} collected "
            f"in {write_count(total.payments, noun='payment')}, "
            f"{money(total.errors_minor, total.currency)} failed in {total.errors:,}, "
            f"{money(total.pending_minor, total.currency)} under way in {total.pending:,}, "
            f"{money(total.credits_used_minor, total.currency)} paid by credit, {total.unprocessed:,} not charged"
        )
    if progress.open_failures and hints:
        say(f"  {progress.open_failures:,} to follow up: tallystick payment-run show {progress.number}")
    under_way = find_under_way(run_id)
    if under_way.held:
        held = write_count(under_way.held, noun="payment")
        say(f"  {held} held: compare both sides, the gateway's and ours: tallystick payment-attempt held")
    if under_way.next_look_at is not None and clock.is_set():
        asked = write_clock_command(under_way.next_look_at)
        say(f"  What {'else ' if under_way.held else ''}is under way is asked about when the clock gets there: {asked}")
