"""`tallystick init`, `clock`, `django`: the database and its clock."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from django.core.management import call_command, execute_from_command_line

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import note, print_json, say
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import CLOCK_SET


def init() -> None:
    """Make the database ready: create it, bring its tables up to date. Safe to repeat.

    Example: tallystick init
    """
    note("Bringing the tables up to date …")
    call_command("migrate", interactive=False, verbosity=0)
    say("Ready. Next: tallystick import seller FILE, then catalog, accounts, subscriptions.")


def show_or_set_clock(
    at: Annotated[str, typer.Option(help="Set the business clock to this instant or day (ISO), for rehearsals.")] = "",
    real: Annotated[bool, typer.Option("--real", help="Follow real time again.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the business clock, or set it.

    Example: tallystick clock --at 2026-03-01
    """
    if at or real:
        current_actor().require(CLOCK_SET)
    if real:
        clock.use_real_clock()
    elif at:
        clock.set_clock(_instant(at))
    if as_json:
        print_json({"now": clock.now()})
    else:
        say(f"Business time is {clock.now():%Y-%m-%d %H:%M %Z}.")


def _instant(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f"{text!r} is no date or instant; write 2026-03-01 or 2026-03-01T09:00.", field="at"
        ) from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def django_command(context: typer.Context) -> None:
    """Run one of Django's own commands.

    Example: tallystick django createsuperuser
    """
    execute_from_command_line(["tallystick django", *context.args])
