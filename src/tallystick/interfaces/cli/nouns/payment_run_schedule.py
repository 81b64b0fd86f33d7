"""`tallystick payment-run schedule`: create, change, list, show, pause, resume, cancel."""

import shlex
from datetime import date, time
from typing import Annotated, Any

import typer

from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.operations.cancel_schedule import cancel_schedule
from tallystick.collection.operations.change_schedule import ScheduleChange, change_schedule
from tallystick.collection.operations.create_schedule import NewPaymentSchedule, create_schedule
from tallystick.collection.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.collection.queries import schedules
from tallystick.collection.queries.timing import find_schedule_too_early
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor, parse_date
from tallystick.interfaces.cli.output import note, print_json, print_table, say
from tallystick.interfaces.cli.payment_choices import (
    AccountsOption,
    AnchorsOption,
    ChargeOption,
    CreditsOption,
    CurrenciesOption,
    GatewaysOption,
    JoinOption,
    OnlyBillRunOption,
    SegmentsOption,
    are_choices_given,
    read_filters,
    read_options,
)
from tallystick.invoicing.core.schedule import Recurrence
from tallystick.invoicing.queries import schedules as bill_run_schedules
from tallystick.invoicing.queries.runs import get_bill_run
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Let payment runs be made by themselves.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="The schedule's name.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the schedule's history.")]
EVERY = {"once": "once", "day": "daily", "week": "weekly", "month": "monthly"}


@app.command()
def create(
    context: typer.Context,
    name: NameArgument,
    every: Annotated[str, typer.Option(help="once, day, week or month.")] = "",
    starts: Annotated[str, typer.Option(help="First day on which it may run (ISO). Default: today.")] = "",
    ends: Annotated[str, typer.Option(help="First day on which it runs no more (ISO).")] = "",
    on: Annotated[
        int | None, typer.Option(help="Weekday 1 (Monday) to 7, or day of the month 1 to 31 (the last).")
    ] = None,
    at: Annotated[str, typer.Option(help="Hour of the day where the seller is; minutes are ignored.")] = "00:00",
    after: Annotated[str, typer.Option(help="Or: after this bill run is posted, such as BR-000002.")] = "",
    after_schedule: Annotated[str, typer.Option(help="Or: after each run of this bill run schedule is posted.")] = "",
    hours: Annotated[int | None, typer.Option(help="So many hours after the posting.")] = None,
    target_days: Annotated[int, typer.Option(help="Take due dates up to so many days after the run.")] = 0,
    bill_run: Annotated[str, typer.Option(help="Only invoices of this bill run.")] = "",
    account: AccountsOption = None,
    segment: SegmentsOption = None,
    anchor_day: AnchorsOption = None,
    currency: CurrenciesOption = None,
    gateway: GatewaysOption = None,
    credits: CreditsOption = True,  # noqa: A002
    charge: ChargeOption = True,
    one_an_account: JoinOption = False,
    only_bill_run: OnlyBillRunOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a schedule; its next run waits for its time, or for the posting.

    Example: tallystick payment-run schedule create "after billing" --after-schedule monthly --hours 3
    """
    biller = get_seller(seller)
    new = NewPaymentSchedule(
        name=name,
        recurrence=_read_recurrence(every, on=on, starts=starts, ends=ends, today=clock.today(biller.time_zone)),
        after=_read_after(after, schedule=after_schedule, hours=hours, seller_code=biller.code),
        run_time=_read_time(at),
        target_days=target_days,
        filters=read_filters(context.params),
        bill_run=get_bill_run(bill_run, seller_code=biller.code) if bill_run else None,
        options=read_options(context.params),
    )
    made = create_schedule(biller, new=new, at=clock.now(), actor=current_actor())
    _show(made.pk, as_json=as_json)


@app.command()
def change(
    context: typer.Context,
    name: NameArgument,
    reason: ReasonOption,
    new_name: Annotated[str, typer.Option("--name", help="Its new name.")] = "",
    at: Annotated[str, typer.Option(help="Of days: hour of the day where the seller is; minutes are ignored.")] = "",
    hours: Annotated[int | None, typer.Option(help="Of postings: so many hours after them.")] = None,
    target_days: Annotated[int | None, typer.Option(help="Take due dates up to so many days after the run.")] = None,
    account: AccountsOption = None,
    segment: SegmentsOption = None,
    anchor_day: AnchorsOption = None,
    currency: CurrenciesOption = None,
    gateway: GatewaysOption = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="For all accounts again, charged as usual.")] = False,
    credits: CreditsOption = True,  # noqa: A002
    charge: ChargeOption = True,
    one_an_account: JoinOption = False,
    only_bill_run: OnlyBillRunOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Change a schedule and the runs that wait of it. Whom and how are told anew as a whole.

    Example: tallystick payment-run schedule change mornings --at 14 --reason "the review takes until noon"
    """
    are_new = everyone or are_choices_given(context.params)
    new = ScheduleChange(
        new_name or None,
        _read_time(at) if at else None,
        hours,
        target_days,
        read_filters(context.params) if are_new else None,
        read_options(context.params) if are_new else None,
    )
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    change_schedule(schedule, change=new, reason=reason, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


@app.command("list")
def list_all(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """All schedules.

    Example: tallystick payment-run schedule list --json
    """
    current_actor().require(RECORDS_READ)
    seller_id = get_seller(seller).pk if seller else None
    found = [_as_json(each.pk) for each in schedules.list_schedules(seller_id=seller_id, limit=1000)]
    if as_json:
        print_json(found)
        return
    print_table(
        "Schedules",
        ("Name", "Status", "Runs", "For"),
        [(each["name"], each["status"], each["runs_when"], each["takes"]) for each in found],
    )


@app.command()
def show(name: NameArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """A schedule with what lies ahead and its runs.

    Example: tallystick payment-run schedule show "after billing"
    """
    current_actor().require(RECORDS_READ)
    _show(schedules.get_schedule_by_name(name, seller_code=seller).pk, as_json=as_json)


@app.command("pause")
def pause(name: NameArgument, reason: ReasonOption, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Let a schedule rest: what waits of it does not begin.

    Example: tallystick payment-run schedule pause mornings --reason "the gateway is being changed"
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    pause_schedule(schedule, reason=reason, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


@app.command("resume")
def resume(name: NameArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Let a paused schedule go on with its next day.

    Example: tallystick payment-run schedule resume mornings
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    resume_schedule(schedule, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


@app.command()
def cancel(
    name: NameArgument,
    reason: ReasonOption,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """End the whole series. To leave out one occurrence, cancel its waiting run: tallystick payment-run cancel.

    Example: tallystick payment-run schedule cancel "after billing" --reason "the bank collects now"
    """
    schedule = schedules.get_schedule_by_name(name, seller_code=seller)
    if not yes:
        typer.confirm(f"End the schedule {schedule.name} for good? Its runs so far stay.", abort=True)
    cancel_schedule(schedule, reason=reason, at=clock.now(), actor=current_actor())
    _show(schedule.pk, as_json=as_json)


def _read_recurrence(every: str, *, on: int | None, starts: str, ends: str, today: date) -> Recurrence | None:
    if on is not None and every not in ("week", "month"):
        raise InvalidInput("--on goes with --every week or --every month.", field="on")
    if not every:
        return None
    return Recurrence(
        EVERY.get(every, every),
        parse_date(starts, field="starts") if starts else today,
        parse_date(ends, field="ends") if ends else None,
        weekday=on if every == "week" else None,
        month_day=on if every == "month" else None,
    )


def _read_after(number: str, *, schedule: str, hours: int | None, seller_code: str) -> AfterPosting | None:
    if not number and not schedule and hours is None:
        return None
    return AfterPosting(
        hours or 0,
        get_bill_run(number, seller_code=seller_code).pk if number else None,
        bill_run_schedules.get_schedule_by_name(schedule, seller_code=seller_code).pk if schedule else None,
    )


def _read_time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is not a time of day; write it as 11:00.", field="at") from None


def _as_json(schedule_id: int) -> dict[str, Any]:
    schedule = schedules.get_schedule(schedule_id)
    warning = find_schedule_too_early(schedule, at=clock.now())
    return {
        "name": schedule.name,
        "seller": schedule.seller.code,
        "status": schedule.status,
        "frequency": schedule.frequency,
        "runs_when": schedules.describe_timing(schedule),
        "takes": schedules.describe_choices(schedule),
        "only_bill_run": schedule.only_bill_run,
        "planned": [each._asdict() for each in schedules.list_planned_runs(schedule)],
        "runs": [
            {"number": run.number, "status": run.status, "occurrence_on": run.occurrence_on}
            for run in schedules.list_schedule_runs(schedule_id)
        ],
        "warnings": [warning._asdict()] if warning else [],
    }


def _show(schedule_id: int, *, as_json: bool) -> None:
    told = _as_json(schedule_id)
    if as_json:
        print_json(told)
        return
    say(f"[bold]{told['name']}[/bold] is {told['status']}: {told['runs_when']}, {told['takes']}")
    for planned in told["planned"]:
        say(f"  waits for {planned['waits_for']}" if planned["waits_for"] else f"  {planned['run_on']}")
    for run in told["runs"]:
        say(f"  {run['number']} is {run['status']}")
    for warning in told["warnings"]:
        note(f"{warning['words']} tallystick {_write_offer(warning)}")


def _write_offer(warning: dict[str, Any]) -> str:
    series = warning["bill_run_schedule"]
    after = f"--after-schedule {shlex.quote(series)}" if series else f"--after {warning['bill_run']}"
    return f'payment-run schedule create "…" {after} --hours {warning["offered_hours"]}'
