"""`tallystick init`, `clock`, `django`: the database and its clock."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from django.core.management import execute_from_command_line

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import note, print_json, say
from tallystick.interfaces.cli.readiness import make_ready
from tallystick.journeys.advance_clock import advance_clock
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import CLOCK_SET


def init() -> None:
    """Make the database ready: create it, bring its tables and the shipped tax rates up to date. Safe to repeat.

    Example: tallystick init
    """
    note("Bringing the tables up to date …")
    make_ready()
    say("Ready. Next: tallystick import seller FILE, then catalog, accounts, subscriptions.")


def show_or_set_clock(
    at: Annotated[str, typer.Option(help="Set the business clock to this instant or day (ISO), for rehearsals.")] = "",
    advance_to: Annotated[
        str, typer.Option(help="Advance to this instant or day, doing what falls due on the way (ISO).")
    ] = "",
    real: Annotated[bool, typer.Option("--real", help="Follow real time again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the business clock, set it, or advance it.

    Example: tallystick clock --advance-to 2026-04-03
    """
    if sum([bool(at), bool(advance_to), real]) > 1:
        raise InvalidInput("Only one of --at, --advance-to and --real at a time.", field="at")
    if at or real:
        current_actor().require(CLOCK_SET)
    if real:
        clock.use_real_clock()
    elif at:
        clock.set_clock(_instant(at, field="at"))
    elif advance_to:
        advance_clock(_instant(advance_to, field="advance_to"), now=clock.now(), actor=current_actor())
    if as_json:
        print_json({"now": clock.now()})
    else:
        say(f"Business time is {clock.now():%Y-%m-%d %H:%M %Z}.")


def _instant(text: str, *, field: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"{text!r} is no date or instant; write 2026-03-01 or 2026-03-01T09:00.", field=field
        ) from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def django_command(context: typer.Context) -> None:
    """Run one of Django's own commands.

    Example: tallystick django createsuperuser
    """
    execute_from_command_line(["tallystick django", *context.args])
