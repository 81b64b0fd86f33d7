"""What holds for every command: help with an example that exists, JSON where it reports, and a way past questions."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from tallystick.interfaces.cli.commands import COMMANDS, build_application

QUIET = {
    "deactivation delete",
    "init",
    "worker",
    "serve",
    "django",
    "staff role",
    "staff remove",
    "payment-method resume",
    "payment-attempt release",
    "api-key revoke",
    "payment-run close",
    "invoice pdf",
    "fee remove",
}
"""What only acts: it says a word when it is done, and reports nothing."""

ASKING = ["bill-run post", "bill-run cancel", "payment-run retry"]


def list_commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if getattr(command, "commands", None):
            yield from list_commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


ALL = dict(list_commands(get_command(build_application())))


def list_options(name: str) -> set[str]:
    return {option for parameter in ALL[name].params for option in parameter.opts}


def test_every_noun_is_there() -> None:
    assert {name.split()[0] for name in ALL} == set(COMMANDS)


@pytest.mark.parametrize("name", ALL)
def test_help_says_what_it_does_and_shows_an_example_of_this_very_command(name: str) -> None:
    first, _, rest = ALL[name].help.partition("\n\n")
    assert first and not first.startswith("Example")
    example = next(line for line in rest.splitlines() if line.startswith("Example: "))
    words = shlex.split(example.removeprefix("Example: "))
    assert words[0] == "tallystick"
    assert words[1 : 1 + len(name.split())] == name.split()


@pytest.mark.parametrize("name", ALL)
def test_every_argument_and_option_is_explained(name: str) -> None:
    unexplained = [
        parameter.name
        for parameter in ALL[name].params
        if not parameter.help and "--help" not in parameter.opts and not parameter.hidden
    ]
    assert unexplained == []


@pytest.mark.parametrize("name", sorted(set(ALL) - QUIET))
def test_whatever_reports_does_so_in_json_too(name: str) -> None:
    assert "--json" in list_options(name)


@pytest.mark.parametrize("name", ASKING)
def test_whatever_asks_can_be_told_not_to(name: str) -> None:
    assert "--yes" in list_options(name)
