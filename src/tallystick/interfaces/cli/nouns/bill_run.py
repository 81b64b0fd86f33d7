"""`tallystick bill-run`: create, list, show, review, post, cancel; schedules, previews and deletion stand beside."""

from typing import Annotated

import typer

from tallystick.accounts.queries import get_account
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import (
    JsonOption,
    ProcessesOption,
    SellerOption,
    YesOption,
    current_actor,
    parse_date,
)
from tallystick.interfaces.cli.nouns import bill_run_schedule, bill_run_upkeep
from tallystick.interfaces.cli.output import note, print_json, print_table, say
from tallystick.interfaces.cli.reviewing import (
    end_by_outcome,
    figures_as_json,
    list_run_advice,
    progress_as_json,
    review_as_json,
    show_figures,
    show_progress,
    show_review,
    write_totals,
)
from tallystick.interfaces.cli.run_choices import (
    AccountsOption,
    AnchorsOption,
    AutoEmailOption,
    AutoPostOption,
    ExcludeOption,
    FailureOption,
    MailZeroOption,
    ModesOption,
    PlansOption,
    RenewOption,
    SegmentsOption,
    SubscriptionsOption,
    read_filters,
    read_options,
)
from tallystick.interfaces.cli.waiting import wait_for_review, wait_for_run
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.core.run_options import BILL, CATCH_UP
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.insert_run import DEFAULT_CHUNK_SIZE
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.run_warnings import list_run_warnings
from tallystick.invoicing.queries.runs import (
    count_run_accounts,
    get_bill_run,
    get_run_progress,
    list_bill_runs,
)
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, BILL_RUNS_POST, RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Draft, review and post everyone's invoices.", no_args_is_help=True)
app.add_typer(bill_run_schedule.app, name="schedule")
app.command()(bill_run_upkeep.delete)
app.command()(bill_run_upkeep.preview)
app.command("auto-post")(bill_run_upkeep.auto_post)
NumberArgument = Annotated[str, typer.Argument(help="The run's number, such as BR-000001.")]
AccountArgument = Annotated[str, typer.Argument(help="The account's external id.")]


@app.command()
def create(
    context: typer.Context,
    target: Annotated[str, typer.Option(help="Bill everything due up to and including this day (ISO).")],
    invoice_date: Annotated[str, typer.Option(help="The date on the invoices. Default: today.")] = "",
    account: AccountsOption = None,
    segment: SegmentsOption = None,
    anchor_day: AnchorsOption = None,
    mode: ModesOption = None,
    plan: PlansOption = None,
    subscription: SubscriptionsOption = None,
    exclude: ExcludeOption = None,
    renew: RenewOption = True,
    on_failure: FailureOption = "account",
    auto_post: AutoPostOption = None,
    auto_email: AutoEmailOption = None,
    mail_zero: MailZeroOption = None,
    catch_up: Annotated[
        bool, typer.Option("--catch-up", help="Make no invoices: what is due counts as billed by another system.")
    ] = False,
    chunk_size: Annotated[int, typer.Option(min=1, help="Accounts a job.")] = DEFAULT_CHUNK_SIZE,
    wait: Annotated[bool, typer.Option(help="Work until it is drafted, or leave it to running workers.")] = True,
    processes: ProcessesOption = 0,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Draft invoices for every account due.

    Example: tallystick bill-run create --target 2026-03-01
    """
    found, at = get_seller(seller), clock.now()
    target_on = parse_date(target, field="target")
    invoice_on = parse_date(invoice_date, field="invoice_date") if invoice_date else None
    run = start_bill_run(
        found,
        target_on=target_on,
        invoice_on=invoice_on,
        filters=read_filters(context.params),
        options=read_options(context.params),
        kind=CATCH_UP if catch_up else BILL,
        chunk_size=chunk_size,
        at=at,
        actor=current_actor(),
    )
    for warning in list_run_warnings(found, target_on=target_on, invoice_on=invoice_on, at=at):
        note(f"[yellow]Mind[/yellow]: {warning.message}")
    for advice in list_run_advice(run.pk):
        note(advice)
    if wait:
        wait_for_run(run.pk, label=f"Drafting {run.number}", processes=processes)
    drafted = get_run_progress(run.pk)
    show_progress(drafted, as_json=as_json)
    if drafted.status == "failed":
        end_by_outcome(run.pk, as_json=as_json)


@app.command("list")
def list_runs(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """All bill runs, newest first.

    Example: tallystick bill-run list --json
    """
    current_actor().require(RECORDS_READ)
    runs = [(run, get_run_progress(run.pk)) for run in list_bill_runs(seller)[:200]]
    if as_json:
        print_json([progress_as_json(progress) for _, progress in runs])
        return
    print_table(
        "Bill runs",
        ("Number", "Status", "Target date", "Invoice date", "Invoices", "Posted", "Total"),
        [
            (p.number, p.status, run.target_on, run.invoice_on, p.documents, p.posted_documents, write_totals(p))
            for run, p in runs
        ],
        right=("Invoices", "Posted", "Total"),
    )


@app.command()
def show(number: NumberArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Where a run stands.

    Example: tallystick bill-run show BR-000001
    """
    current_actor().require(RECORDS_READ)
    run = get_bill_run(number, seller_code=seller)
    if as_json:
        print_json({**progress_as_json(get_run_progress(run.pk)), **figures_as_json(run.pk)})
        return
    show_progress(get_run_progress(run.pk), as_json=False)
    show_figures(run.pk)
    for count in count_run_accounts(run.pk):
        say(f"  {write_count(count.accounts, noun='account')} {count.status.replace('_', ' ')}")


@app.command()
def review(
    number: NumberArgument,
    limit: Annotated[int, typer.Option(help="How many accounts and invoices to list of each sort.")] = 20,
    change: Annotated[str, typer.Option(help="Only this difference: new, missing, up, down or tax_changed.")] = "",
    at_least: Annotated[int, typer.Option(help="Only what went up or down by so many percent.")] = 0,
    wait: Annotated[bool, typer.Option(help="Work until the run is looked through, or show what is known.")] = True,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """What to look at before posting: what stands out and why, and what differs from the run before.

    Example: tallystick bill-run review BR-000001
    """
    current_actor().require(RECORDS_READ)
    run = get_bill_run(number, seller_code=seller)
    if wait:
        wait_for_review(run.pk, label=f"Looking through {run.number}", processes=1)
    if as_json:
        print_json(review_as_json(run.pk, limit=limit, change=change, at_least_percent=at_least))
    else:
        show_review(run.pk, limit=limit, change=change, at_least_percent=at_least)
        if get_run_progress(run.pk).status == "completed":
            say(f"Next: tallystick bill-run post {run.number}")


@app.command()
def post(
    number: NumberArgument,
    yes: YesOption = False,
    wait: Annotated[bool, typer.Option(help="Work until it is posted, or leave it to running workers.")] = True,
    processes: ProcessesOption = 0,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give the drafts their numbers and make them owed.

    Example: tallystick bill-run post BR-000001 --yes
    """
    current_actor().require(BILL_RUNS_POST)
    run = get_bill_run(number, seller_code=seller)
    progress = get_run_progress(run.pk)
    if progress.status == "completed":
        ask(
            f"Post {write_count(progress.documents, noun='invoice')}, {write_totals(progress)}? "
            "They get numbers and can then only be corrected by credit notes.",
            yes=yes,
        )
    post_bill_run(run, at=clock.now(), actor=current_actor())
    if wait:
        wait_for_run(run.pk, label=f"Posting {run.number}", processes=processes)
    posted = get_run_progress(run.pk)
    show_progress(posted, as_json=as_json)
    if posted.status == "completed":
        end_by_outcome(run.pk, as_json=as_json)


@app.command()
def cancel(
    number: NumberArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the run's history.")],
    yes: YesOption = False,
    wait: Annotated[bool, typer.Option(help="Work until it is canceled, or leave it to running workers.")] = True,
    processes: ProcessesOption = 0,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take all drafts back, before posting.

    Example: tallystick bill-run cancel BR-000001 --reason "wrong date"
    """
    current_actor().require(BILL_RUNS_EDIT)
    run = get_bill_run(number, seller_code=seller)
    progress = get_run_progress(run.pk)
    if progress.status == "completed":
        ask(f"Cancel {write_count(progress.documents, noun='draft')}? Their charges can be billed again.", yes=yes)
    cancel_bill_run(run, reason=reason, at=clock.now(), actor=current_actor())
    if wait:
        wait_for_run(run.pk, label=f"Canceling {run.number}", processes=processes)
    show_progress(get_run_progress(run.pk), as_json=as_json)


@app.command()
def drop(
    number: NumberArgument,
    account: AccountArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays on the run.")],
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Take one account out of a run under review; what it was charged can be billed again.

    Example: tallystick bill-run drop BR-000001 W-001 --reason "still negotiating"
    """
    run = get_bill_run(number, seller_code=seller)
    found = get_account(run.seller_id, external_id=account)
    drop_account(run, account=found, reason=reason, at=clock.now(), actor=current_actor())
    show_progress(get_run_progress(run.pk), as_json=as_json)


@app.command("draft-again")
def draft_again(
    number: NumberArgument, account: AccountArgument, seller: SellerOption = "", as_json: JsonOption = False
) -> None:
    """Draft one account of a run under review again, from what is true now.

    Example: tallystick bill-run draft-again BR-000001 W-001
    """
    run = get_bill_run(number, seller_code=seller)
    found = get_account(run.seller_id, external_id=account)
    regenerate_account(run, account=found, at=clock.now(), actor=current_actor())
    show_progress(get_run_progress(run.pk), as_json=as_json)
