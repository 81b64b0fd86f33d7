"""`tallystick deactivation`: the queue of services that were not renewed, and its runs."""

from typing import Annotated, Any

import typer

from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor, parse_date
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.cli.times import write_instant
from tallystick.interfaces.counts import write_count
from tallystick.journeys.run_deactivations import execute_deactivation_run
from tallystick.money.amount import parse_minor
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.core.candidacy import REASONS_IN_WORDS
from tallystick.subscriptions.core.deactivation import ONCE, DeactivationFilters
from tallystick.subscriptions.operations.start_deactivation_run import delete_deactivation_run, start_deactivation_run
from tallystick.subscriptions.queries.deactivation import (
    get_deactivation_run,
    list_deactivation_runs,
    list_queue,
    list_run_items,
)

app = typer.Typer(help="Services that were not renewed: the queue, switching off, bringing back.", no_args_is_help=True)

RunArgument = Annotated[int, typer.Argument(help="The run's id; `deactivation list` names it.")]
MOST = 1_000


@app.command()
def queue(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """What waits to be switched off, and what is off because of it.

    Example: tallystick deactivation queue
    """
    current_actor().require(RECORDS_READ)
    owner = get_seller(seller)
    rows = list_queue(seller_id=owner.pk, limit=MOST)
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    print_table(
        "Deactivation queue",
        ("Account", "Subscription", "Service", "State", "Why", "By", "Since", "Off from"),
        [
            (
                row.account,
                row.subscription,
                row.service,
                row.status,
                REASONS_IN_WORDS[row.reason],
                row.queued_by,
                write_instant(row.queued_at, time_zone=owner.time_zone)[:10],
                row.off_on or "",
            )
            for row in rows
        ],
    )


@app.command()
def run(
    activates: Annotated[bool, typer.Option("--activate", help="Bring back what is off and can be paid.")] = False,
    on: Annotated[str, typer.Option(help="The day on which it is executed (ISO); empty: now.")] = "",
    repeats: Annotated[str, typer.Option(help="once, daily, weekly or monthly from that day on.")] = ONCE,
    segment: Annotated[list[str] | None, typer.Option(help="Only this segment; repeatable.")] = None,
    plan: Annotated[list[str] | None, typer.Option(help="Only this plan; repeatable.")] = None,
    months: Annotated[list[int] | None, typer.Option(help="Only this billing interval; repeatable.")] = None,
    least_outstanding: Annotated[str, typer.Option(help="Only who owes at least this, such as 25.00.")] = "",
    most_limit: Annotated[str, typer.Option(help="Only who has a limit of at most this, such as 100.00.")] = "",
    seller: SellerOption = "",
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Switch off what is queued, or bring back what can be paid: now, or on a day to come.

    Example: tallystick deactivation run --segment retail --yes
    """
    owner = get_seller(seller)
    filters = DeactivationFilters(
        segments=tuple(segment or ()),
        plans=tuple(plan or ()),
        interval_months=tuple(months or ()),
        least_outstanding_minor=parse_minor(least_outstanding, owner.currency) if least_outstanding else None,
        most_limit_minor=parse_minor(most_limit, owner.currency) if most_limit else None,
    )
    if not yes and not activates:
        waiting = sum(row.status == "queued" for row in list_queue(seller_id=owner.pk, limit=MOST))
        ask(f"Switch off up to {write_count(waiting, noun='service')} ({filters.in_words()})?", yes=yes)
    runs_on = parse_date(on, field="on") if on else None
    kind = "activate" if activates else "deactivate"
    made = start_deactivation_run(
        owner,
        kind=kind,
        runs_on=runs_on,
        filters=filters,
        repeats=repeats,
        at=clock.now(),
        actor=current_actor(),
    )
    if not on:
        execute_deactivation_run(made.pk, at=clock.now(), actor=system_actor("deactivation"))
    _show(made.pk, as_json)


@app.command("list")
def list_all(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """All deactivation and activation runs.

    Example: tallystick deactivation list
    """
    current_actor().require(RECORDS_READ)
    runs = list_deactivation_runs(seller_id=get_seller(seller).pk, limit=MOST)
    if as_json:
        print_json([_as_json(each) for each in runs])
        return
    rows = [
        (each.pk, each.number, each.kind, each.status, each.runs_on, each.repeats, each.created_by) for each in runs
    ]
    print_table("Deactivation runs", ("Id", "Run", "Kind", "State", "On", "Again", "By"), rows, right=("Id",))


@app.command()
def show(run_id: RunArgument, as_json: JsonOption = False) -> None:
    """One run, and what it did with each service.

    Example: tallystick deactivation show 1
    """
    current_actor().require(RECORDS_READ)
    _show(run_id, as_json)


@app.command()
def delete(run_id: RunArgument) -> None:
    """Delete a run that was not executed; of one that repeats, that ends the series.

    Example: tallystick deactivation delete 1
    """
    deleted = delete_deactivation_run(run_id, at=clock.now(), actor=current_actor())
    say(f"Run {deleted.number} is deleted.")


def _show(run_id: int, as_json: bool) -> None:
    found, items = get_deactivation_run(run_id), list_run_items(run_id)
    rows = [
        (
            item.subscription_service.account.external_id,
            item.subscription_service.subscription.external_id,
            item.subscription_service.service.code,
            item.outcome,
            item.reason,
        )
        for item in items
    ]
    columns = ("account", "subscription", "service", "outcome", "reason")
    if as_json:
        print_json({**_as_json(found), "items": [dict(zip(columns, row, strict=True)) for row in rows]})
        return
    say(f"Run {found.number} ({found.kind}) of {found.runs_on} is {found.status}.")
    print_table("What it did", [name.capitalize() for name in columns], rows)


def _as_json(found: Any) -> dict[str, Any]:
    names = ("number", "kind", "status", "runs_on", "repeats", "filters", "created_at", "created_by", "executed_at")
    return {"id": found.pk, **{name: getattr(found, name) for name in names}}
