"""`tallystick check`: prove the books."""

import typer

from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import meter, print_json, print_table, say
from tallystick.journeys.check_books import INVARIANTS, check_books


def check(as_json: JsonOption = False) -> None:
    """Prove the invariants on the whole database and list every breach.

    Example: tallystick check
    """
    with meter("Checking") as progress:
        breaches = list(check_books(actor=current_actor()))
        progress.finish(f"{len(INVARIANTS)} invariants, {len(breaches)} breaches")
    if as_json:
        print_json({"check": "broken" if breaches else "ok", "breaches": [breach._asdict() for breach in breaches]})
    elif breaches:
        print_table("Breaches", ("Invariant", "Row", "What is wrong"), breaches)
    else:
        for number, text in INVARIANTS.items():
            say(f"ok  {number}. {text}")
    if breaches:
        raise typer.Exit(1)
