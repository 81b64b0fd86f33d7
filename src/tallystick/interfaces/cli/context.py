"""Who is at the command line, for which seller, and when."""

import getpass
import os
from collections.abc import Collection
from contextvars import ContextVar
from datetime import date
from typing import Annotated

import typer

from tallystick.access.queries import get_staff_actor, make_operator_actor
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document instead of tables.")]
SellerOption = Annotated[str, typer.Option("--seller", help="Code of the seller; needed only when there are several.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
ProcessesOption = Annotated[int, typer.Option("--processes", min=0, help="Worker processes; 0: one a core.")]

named_user: ContextVar[str] = ContextVar("named_user", default="")
"""Whom the option `--as` names; the root command sets it."""


def default_processes() -> int:
    """One worker a core that this process may use."""
    return len(os.sched_getaffinity(0))


def current_actor() -> Actor:
    """The staff user named by `--as` or TALLYSTICK_USER, with their role's permissions; else this machine's operator.

    Whoever may read the database's password may do everything anyway; naming a user keeps a team's history true.
    """
    name = named_user.get()
    if name:
        return get_staff_actor(name)
    return make_operator_actor(f"{getpass.getuser()} at the command line")


def require_choice(text: str, *, choices: Collection[str], field: str) -> str:
    """One of some words, or nothing; refuses anything else, naming them."""
    if text and text not in choices:
        raise InvalidInput(f"{text!r} is none of {', '.join(choices)}.", field=field)
    return text


def parse_date(text: str, *, field: str) -> date:
    """An ISO date; refuses anything else, naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text!r} is not a date; write it as 2026-03-31.", field=field) from None
