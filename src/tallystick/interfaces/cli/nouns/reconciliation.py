"""`tallystick reconciliation`: compare both sides with each gateway, and explain what differs."""

from typing import Annotated, Any

import typer

from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.counts import write_count
from tallystick.journeys.reconcile_gateways import reconcile_gateways
from tallystick.money.amount import format_minor
from tallystick.payments.core.reconciling import FINDINGS
from tallystick.payments.operations.record_findings import settle_finding
from tallystick.payments.queries.reconciliation import list_findings
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ

app = typer.Typer(
    name="reconciliation", help="Compare payments with gateways, in both directions.", no_args_is_help=True
)


@app.command("run")
def run(as_json: JsonOption = False) -> None:
    """Compare the payments of the last seven days with every gateway now.

    Example: tallystick reconciliation run
    """
    done = reconcile_gateways(at=clock.now(), actor=current_actor())
    if as_json:
        print_json([_tell_run(each) for each in done])
    for each in [] if as_json else done:
        say(f"{each.gateway_account}: {_write(each)}")
    if any(each.differences or not each.is_complete for each in done):
        raise typer.Exit(1)


@app.command("list")
def list_differences(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are explained.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what differs and nothing explains.

    Example: tallystick reconciliation list
    """
    current_actor().require(RECORDS_READ)
    rows = list(list_findings(is_open=None if everything else True))
    if as_json:
        print_json([_tell(row) for row in rows])
        return
    cells = [
        (row.pk, str(row.gateway_account), FINDINGS[row.kind], row.gateway_ref, *_write_sides(row), row.settled_as)
        for row in rows
    ]
    print_table("Differences", ("Id", "Gateway", "What", "Payment", "There", "Here", "Explained"), cells)


@app.command("settle")
def settle(
    finding: Annotated[int, typer.Argument(help="The difference's id, as `reconciliation list` tells it.")],
    explanation: Annotated[str, typer.Option(help="What explains it; it stays in the history.")],
    as_json: JsonOption = False,
) -> None:
    """Say what explains a difference; nothing is booked by this.

    Example: tallystick reconciliation settle 3 --explanation "paid in the web shop, not for us"
    """
    row = settle_finding(finding, explanation=explanation, at=clock.now(), actor=current_actor())
    if as_json:
        print_json(_tell(row))
        return
    say(f"Difference {row.pk} is explained: {row.settled_as}.")


def _write(done: Any) -> str:
    if not done.is_complete:
        return f"not compared, {done.reason}"
    again = f", {write_count(done.found_again, noun='forgotten charge')} booked" if done.found_again else ""
    differences = write_count(done.differences, noun="difference")
    return f"{write_count(done.listed, noun='payment')} compared{again}, {differences}"


def _write_sides(row: Any) -> tuple[str, str]:
    there = f"{row.their_status} {format_minor(row.their_minor, row.their_currency)}" if row.their_status else "nothing"
    here = f"{row.our_status} {format_minor(row.our_minor, row.our_currency)}" if row.our_status else "nothing"
    return there, here


def _tell_run(done: Any) -> dict[str, Any]:
    return {
        "id": done.pk,
        "gateway": done.gateway_account.kind,
        "is_complete": done.is_complete,
        "listed": done.listed,
        "found_again": done.found_again,
        "differences": done.differences,
        "reason": done.reason,
    }


def _tell(row: Any) -> dict[str, Any]:
    told = ("kind", "gateway_ref", "attempt_id", "their_status", "their_minor", "their_currency")
    ours = ("our_status", "our_minor", "our_currency", "settled_as")
    return {"id": row.pk, **{name: getattr(row, name) for name in (*told, *ours)}}
