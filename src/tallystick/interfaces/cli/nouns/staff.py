"""`tallystick staff`: who may sign in to the console, and what they may do there."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from tallystick.access.core.roles import ROLES
from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.access.operations.set_role import set_role
from tallystick.access.operations.take_role import take_role
from tallystick.access.queries import get_staff_user, list_staff, list_staff_events
from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.plumbing.permissions import ACCESS_ADMIN

app = typer.Typer(help="Who may sign in, and what they may do.", no_args_is_help=True)

EmailArgument = Annotated[str, typer.Argument(help="The e-mail address they sign in with.")]
ROLE_HELP = f"One of {', '.join(ROLES)}; each may all that the one before it may."


@app.command()
def create(
    email: EmailArgument,
    role: Annotated[str, typer.Option(help=ROLE_HELP)],
    name: Annotated[str, typer.Option(help="What others see, the given name first.")] = "",
    password: Annotated[
        bool, typer.Option(help="Ask for a password, or take a line of standard input; without one no sign-in yet.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Make a staff user.

    Example: tallystick staff create ann@example.com --role finance --name "Ann Example"
    """
    chosen = _read_password() if password else None
    user = create_staff_user(email, role=role, name=name, password=chosen, at=datetime.now(UTC), actor=current_actor())
    if as_json:
        print_json({"email": user.email, "role": role})
    else:
        say(f"{user.email} is {role} and {'can sign in' if password else 'has no password yet'}.")


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")


@app.command("list")
def list_users(as_json: JsonOption = False) -> None:
    """All staff users.

    Example: tallystick staff list
    """
    current_actor().require(ACCESS_ADMIN)
    members = list_staff()
    if as_json:
        print_json([{"email": each.user.get_username(), "role": each.role} for each in members])
        return
    print_table(
        "Staff users",
        ("E-mail", "Name", "Role", "Since", "Given by"),
        [
            (
                each.user.get_username(),
                each.user.get_full_name(),
                each.role,
                f"{each.role_set_at:%Y-%m-%d}",
                each.role_set_by,
            )
            for each in members
        ],
    )


@app.command("role")
def change_role(
    email: EmailArgument,
    role: Annotated[str, typer.Argument(help=ROLE_HELP)],
) -> None:
    """Give a staff user another role.

    Example: tallystick staff role ann@example.com admin
    """
    actor = current_actor()
    actor.require(ACCESS_ADMIN)
    set_role(get_staff_user(email), role=role, at=datetime.now(UTC), actor=actor)
    say(f"{email} is {role} now.")


@app.command()
def remove(email: EmailArgument) -> None:
    """Take a staff user's role: they may do nothing any more. What they did keeps their name.

    Example: tallystick staff remove ann@example.com
    """
    actor = current_actor()
    actor.require(ACCESS_ADMIN)
    take_role(get_staff_user(email), at=datetime.now(UTC), actor=actor)
    say(f"{email} may do nothing any more.")


@app.command()
def history(as_json: JsonOption = False) -> None:
    """Which roles were given, changed and taken, by whom, the latest first.

    Example: tallystick staff history
    """
    current_actor().require(ACCESS_ADMIN)
    rows = [
        (f"{each.at:%Y-%m-%d %H:%M}", each.user.get_username(), each.from_role, each.to_role, each.actor_label)
        for each in list_staff_events()
    ]
    if as_json:
        print_json([dict(zip(("at", "email", "from_role", "to_role", "by"), row, strict=True)) for row in rows])
    else:
        print_table("Roles given and taken", ("When (UTC)", "E-mail", "From", "To", "By"), rows)
