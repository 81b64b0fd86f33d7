"""`tallystick api-key`: credentials of programs."""

from datetime import UTC, datetime, time
from typing import Annotated

import typer

from tallystick.access.operations.issue_api_key import issue_api_key
from tallystick.access.operations.revoke_api_key import revoke_api_key
from tallystick.access.queries import list_keys
from tallystick.interfaces.cli.context import JsonOption, current_actor, parse_date
from tallystick.interfaces.cli.output import note, print_json, print_table, say
from tallystick.plumbing.permissions import ACCESS_ADMIN, PERMISSIONS

app = typer.Typer(help="Credentials of programs that call the API.", no_args_is_help=True)


@app.command()
def issue(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[list[str], typer.Option(help=f"What it may do; repeatable. One of {', '.join(PERMISSIONS)}.")],
    expires_on: Annotated[str, typer.Option(help="The first day on which it no longer works (ISO, UTC).")] = "",
    is_test: Annotated[bool, typer.Option("--test", help="Mark it as a key for rehearsals.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Issue a key and show it once.

    Example: tallystick api-key issue reporting --scope records.read
    """
    expires_at = None
    if expires_on:
        expires_at = datetime.combine(parse_date(expires_on, field="expires_on"), time(), tzinfo=UTC)
    issued = issue_api_key(
        name, scopes=scope, at=datetime.now(UTC), expires_at=expires_at, is_test=is_test, actor=current_actor()
    )
    if as_json:
        print_json({"id": issued.key.pk, "name": issued.key.name, "scopes": issued.key.scopes, "key": issued.text})
        return
    note(f"Key {issued.key.pk} for {issued.key.name}. It is shown this once; keep it now:")
    say(issued.text)


@app.command("list")
def list_issued(as_json: JsonOption = False) -> None:
    """All keys, without their secrets.

    Example: tallystick api-key list --json
    """
    current_actor().require(ACCESS_ADMIN)
    keys = list_keys(limit=10_000)
    if as_json:
        print_json(
            [
                {
                    "id": key.pk,
                    "name": key.name,
                    "prefix": key.prefix,
                    "scopes": key.scopes,
                    "expires_at": key.expires_at,
                    "revoked_at": key.revoked_at,
                    "last_used_at": key.last_used_at,
                }
                for key in keys
            ]
        )
        return
    print_table(
        "API keys",
        ("Id", "Name", "Begins with", "Scopes", "Expires", "Revoked", "Last used"),
        [
            (
                key.pk,
                key.name,
                key.prefix,
                " ".join(key.scopes),
                _day(key.expires_at),
                _day(key.revoked_at),
                _day(key.last_used_at),
            )
            for key in keys
        ],
        right=("Id",),
    )


@app.command()
def revoke(
    key_id: Annotated[int, typer.Argument(help="The key's id; `api-key list` names it.")],
) -> None:
    """Let a key work no longer.

    Example: tallystick api-key revoke 3
    """
    key = revoke_api_key(key_id, at=datetime.now(UTC), actor=current_actor())
    say(f"Key {key.pk} ({key.name}) no longer works.")


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""
