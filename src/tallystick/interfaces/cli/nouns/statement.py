"""`tallystick statement`: what was drawn in a month, asked for on the first of the next."""

from typing import Annotated

import typer

from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor, parse_date
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.operations.make_statements import make_statements
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.invoicing.queries.statements import list_statement_summaries, summarize
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Statements of accounts that are drawn on.", no_args_is_help=True)


@app.command()
def make(
    month: Annotated[str, typer.Option(help="Any day of the month. Default: the month before this one.")] = "",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make and post what is missing of a month's statements. The clock does it by itself on the first.

    Example: tallystick statement make --month 2026-03-01
    """
    month_on = parse_date(month, field="month") if month else None
    started = start_statements(get_seller(seller), month_on=month_on, at=clock.now(), actor=current_actor())
    run = summarize(make_statements(started.pk, at=clock.now(), actor=current_actor()))
    if as_json:
        print_json(run._asdict())
        return
    documents, accounts = write_count(run.documents, noun="document"), write_count(run.accounts, noun="account")
    say(f"{documents} for {accounts}, dated {run.invoice_on}")
    if run.failed:
        print_table("Left out", ("Account", "Why"), list(run.failed.items()))


@app.command("list")
def list_months(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Months whose statements were made.

    Example: tallystick statement list
    """
    current_actor().require(RECORDS_READ)
    runs = list_statement_summaries(seller_id=get_seller(seller).pk)
    if as_json:
        print_json([run._asdict() for run in runs])
        return
    rows = [
        (f"{run.month_on:%B %Y}", run.status, str(run.invoice_on), run.documents, run.accounts, len(run.failed))
        for run in runs
    ]
    columns = ("Month", "State", "Dated", "Documents", "Accounts", "Left out")
    print_table("Statements", columns, rows, right=columns[3:])
