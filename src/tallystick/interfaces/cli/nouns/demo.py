"""`tallystick demo`: watch a company's month go through."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.interfaces.cli.context import JsonOption, ProcessesOption, default_processes
from tallystick.interfaces.cli.demo.month import run_demo
from tallystick.interfaces.cli.output import print_json
from tallystick.interfaces.refusals import REFUSED


def demo(
    telecom: Annotated[
        Path | None, typer.Option(help="Use the telecom example with this file of subscribers instead.")
    ] = None,
    processes: ProcessesOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Load a company, bill it, deliver, collect, add up and prove the books, in a database of the demo's own.

    Example: tallystick demo --json
    """
    figures = run_demo(telecom, processes=processes or default_processes(), tells=not as_json)
    if as_json:
        print_json(figures)
    if figures["check"] != "ok":
        raise typer.Exit(REFUSED)
