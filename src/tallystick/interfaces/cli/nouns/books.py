"""`tallystick check`: prove the books."""

import typer

from tallystick.interfaces.cli.context import JsonOption, current_actor
from tallystick.interfaces.cli.output import meter, print_json, print_table, say
from tallystick.interfaces.counts import write_count
from tallystick.journeys.check_books import INVARIANTS, check_books


def write_invariants() -> str:
    """How many are proven and under which numbers, such as "8 invariants (1 to 7, 9)": a number is never given anew."""
    spans: list[list[int]] = []
    for number in INVARIANTS:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    told = (f"{span[0]} to {span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
    return f"{len(INVARIANTS)} invariants ({', '.join(told)})"


def check(as_json: JsonOption = False) -> None:
    """Prove the invariants on the whole database and list every breach.

    Example: tallystick check
    """
    with meter("Checking") as progress:
        breaches = list(check_books(actor=current_actor()))
        progress.finish(f"{write_invariants()}, {write_count(len(breaches), noun='breach', nouns='breaches')}")
    if as_json:
        found = [breach._asdict() for breach in breaches]
        print_json({"is_ok": not breaches, "check": "broken" if breaches else "ok", "breaches": found})
    elif breaches:
        print_table("Breaches", ("Invariant", "Row", "What is wrong"), breaches)
    else:
        for number, text in INVARIANTS.items():
            say(f"ok  {number}. {text}")
        say(f"{write_invariants()} hold on every row.")
    if breaches:
        raise typer.Exit(1)
