"""Asking first: what a command says before it does what can't be taken back, and how it ends when nobody can answer."""

import sys

import typer

from tallystick.errors import Refusal


class NobodyToAsk(Refusal):
    """Nothing was done: this asks first, and without a terminal nobody can answer. Add --yes to go ahead."""

    code = "nobody_to_ask"


def ask(question: str, *, yes: bool) -> None:
    """Go on only with a yes: given beforehand (`--yes`), typed, or piped in. Refuses NobodyToAsk."""
    if yes:
        return
    try:
        typer.confirm(question, abort=True)
    except typer.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        raise NobodyToAsk(field="yes") from None
