"""`tallystick bill-run schedule`: create, change, list, show, pause, resume, cancel."""

from typing import Annotated, Any

import typer

from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor
from tallystick.interfaces.cli.output import note, print_json, print_table, say
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
)
from tallystick.interfaces.cli.schedule_terms import (
    AtOption,
    EndsOption,
    EveryOption,
    InvoiceDateOption,
    OnOption,
    SameAnchorOption,
    StartsOption,
    TargetOption,
    read_terms,
)
from tallystick.invoicing.operations.cancel_schedule import cancel_schedule
from tallystick.invoicing.operations.change_schedule import change_schedule
from tallystick.invoicing.operations.create_schedule import create_schedule
from tallystick.invoicing.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.invoicing.queries import schedules
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Let bill runs be made by themselves.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="The schedule's name.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the schedule's history.")]


@app.command()
def create(
    context: typer.Context,
    name: NameArgument,
    every: EveryOption,
    starts: StartsOption = "",
    ends: EndsOption = "",
    on: OnOption = None,
    at: AtOption = "00:00",
    target: TargetOption = "0",
    invoice_date: InvoiceDateOption = "0",
    same_anchor_day: SameAnchorOption = False,
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
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a schedule; its next run waits for its day.

    Example: tallystick bill-run schedule create "month end" --every month --on 31 --target 1m1 --invoice-date 1m1
    """
    biller = get_seller(seller)
    new = read_terms(context.params, name=name, today=clock.today(biller.time_zone))
    made = create_schedule(biller, new=new, at=clock.now(), actor=current_actor())
    _show(made.pk, as_json=as_json)


@app.command()
def change(
    context: typer.Context,
    name: NameArgument,
    every: EveryOption,
    reason: ReasonOption,
    new_name: Annotated[str, typer.Option("--name", help="What it is called from now on.")] = "",
    starts: StartsOption = "",
    ends: EndsOption = "",
    on: OnOption = None,
    at: AtOption = "00:00",
    target: TargetOption = "0",
    invoice_date: InvoiceDateOption = "0",
    same_anchor_day: SameAnchorOption = False,
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
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give a schedule other terms, all of them anew; its waiting run follows, runs that it made before stay.

    Example: tallystick bill-run schedule change "month end" --every month --on 28 --target 1m1 --reason "agreed"
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    today = clock.today(schedule.seller.time_zone)
    new = read_terms(context.params, name=new_name or schedule.name, today=today)
    change_schedule(schedule, new=new, reason=reason, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


@app.command("list")
def list_all(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """All schedules.

    Example: tallystick bill-run schedule list --json
    """
    current_actor().require(RECORDS_READ)
    seller_id = get_seller(seller).pk if seller else None
    found = [_as_json(each.pk) for each in schedules.list_schedules(seller_id=seller_id, limit=1000)]
    if as_json:
        print_json(found)
        return
    print_table(
        "Schedules",
        ("Name", "Status", "Runs", "Next", "For"),
        [
            (
                each["name"],
                each["status"],
                each["frequency"],
                each["planned"][0]["run_on"] if each["planned"] else "",
                each["takes"],
            )
            for each in found
        ],
    )


@app.command()
def show(name: NameArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """A schedule with its next dates and its runs.

    Example: tallystick bill-run schedule show "month end"
    """
    current_actor().require(RECORDS_READ)
    _show(schedules.get_schedule_by_name(name, seller_code=seller).pk, as_json=as_json)


@app.command()
def pause(name: NameArgument, reason: ReasonOption, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Let a schedule rest; a run that is at work goes on.

    Example: tallystick bill-run schedule pause "month end" --reason "prices are being checked"
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    pause_schedule(schedule, reason=reason, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


@app.command()
def resume(
    name: NameArgument,
    run_now: Annotated[bool, typer.Option("--run-now", help="One run at once besides, for what fell due.")] = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let it go on with its next day.

    Example: tallystick bill-run schedule resume "month end" --run-now
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    resume_schedule(schedule, runs_now=run_now, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


@app.command()
def cancel(
    name: NameArgument,
    reason: ReasonOption,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """End the whole series. To leave out one occurrence, cancel its run: bill-run cancel NUMBER --reason WHY.

    Example: tallystick bill-run schedule cancel "month end" --reason "another system bills now"
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    ask(f"End the schedule {schedule.name} for good? Its runs so far stay.", yes=yes)
    cancel_schedule(schedule, reason=reason, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


def _as_json(schedule_id: int) -> dict[str, Any]:
    schedule = schedules.get_schedule(schedule_id)
    warnings = list_warnings(
        schedule.seller, auto_posts=schedule.auto_posts, auto_emails=schedule.auto_emails, at=clock.now()
    )
    return {
        "name": schedule.name,
        "seller": schedule.seller.code,
        "status": schedule.status,
        "frequency": schedule.frequency,
        "takes": schedules.describe_filters(schedule),
        "auto_posts": schedule.auto_posts,
        "auto_emails": schedule.auto_emails,
        "planned": [each._asdict() for each in schedules.list_planned_runs(schedule)],
        "runs": [
            {"number": run.number, "status": run.status, "occurrence_on": run.occurrence_on}
            for run in schedules.list_schedule_runs(schedule_id)
        ],
        "warnings": list(warnings),
    }


def _show(schedule_id: int, *, as_json: bool) -> None:
    told = _as_json(schedule_id)
    if as_json:
        print_json(told)
        return
    say(f"[bold]{told['name']}[/bold] is {told['status']}: {told['frequency']}, {told['takes']}")
    for planned in told["planned"]:
        say(f"  {planned['run_on']}: target date {planned['target_on']}, invoice date {planned['invoice_on']}")
    for run in told["runs"]:
        say(f"  {run['number']} is {run['status']}")
    for warning in told["warnings"]:
        note(warning)
