"""`tallystick import`: sellers, catalogs, accounts and subscriptions from files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import Meter, meter, note, print_json, say
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.importing.import_file import import_file
from tallystick.interfaces.importing.report import ImportReport
from tallystick.interfaces.importing.telling import MOST_TOLD, tell_errors, write_errors
from tallystick.interfaces.refusals import REFUSED
from tallystick.plumbing import clock

app = typer.Typer(help="Bring a company in from CSV or JSON files.", no_args_is_help=True)

FileArgument = Annotated[
    Path, typer.Argument(help="A CSV or JSON file; docs/how-to/import-files.md describes the columns.")
]
ProblemsOption = Annotated[
    Path | None, typer.Option("--problems", help="Write everything that is wrong to this CSV file.", dir_okay=False)
]
SkipOption = Annotated[bool, typer.Option("--skip-invalid", help="Write the good rows and leave the bad ones out.")]


@app.command()
def seller(file: FileArgument, problems: ProblemsOption = None, as_json: JsonOption = False) -> None:
    """Make or change a seller: who bills, with its VAT numbers, bank accounts and number series.

    Example: tallystick import seller seller.json
    """
    _import("seller", file, problems=problems, as_json=as_json)


@app.command()
def catalog(
    file: FileArgument,
    seller: SellerOption = "",
    skip_invalid: SkipOption = False,
    problems: ProblemsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Services, plans, what is in them, and prices.

    Example: tallystick import catalog catalog.csv
    """
    _import("catalog", file, seller=seller, skip_invalid=skip_invalid, problems=problems, as_json=as_json)


@app.command()
def accounts(
    file: FileArgument,
    seller: SellerOption = "",
    skip_invalid: SkipOption = False,
    problems: ProblemsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whom you bill: parties, terms, preferences, contacts.

    Example: tallystick import accounts accounts.csv
    """
    _import("accounts", file, seller=seller, skip_invalid=skip_invalid, problems=problems, as_json=as_json)


@app.command()
def subscriptions(
    file: FileArgument,
    seller: SellerOption = "",
    skip_invalid: SkipOption = False,
    problems: ProblemsOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was agreed: subscriptions with their services, prices and discounts.

    Example: tallystick import subscriptions subscriptions.csv --skip-invalid
    """
    _import("subscriptions", file, seller=seller, skip_invalid=skip_invalid, problems=problems, as_json=as_json)


def _import(
    kind: str, file: Path, *, seller: str = "", skip_invalid: bool = False, problems: Path | None, as_json: bool
) -> None:
    with meter(f"Importing {file.name}") as progress:
        report = import_file(
            kind,
            path=file,
            at=clock.now(),
            actor=current_actor(),
            seller_code=seller,
            skip_invalid=skip_invalid,
            progress=_shown(progress),
        )
        progress.finish(_sum_up(report))
    if problems is not None:
        write_errors(report.errors, path=problems)
    if as_json:
        print_json(_as_json(report))
    else:
        _show(report, problems)
    if not report.is_written:
        raise typer.Exit(REFUSED)


def _shown(progress: Meter) -> Any:
    def show(doing: str, done: int, total: int) -> None:
        progress.show(done, total, label=doing)

    return show


def _sum_up(report: ImportReport) -> str:
    if not report.is_written:
        return f"nothing written, {write_count(len(report.errors), noun='error')}"
    skipped = f", {report.skipped:,} left out" if report.skipped else ""
    return f"{report.created:,} new, {report.updated:,} changed, {report.unchanged:,} as they were{skipped}"


def _show(report: ImportReport, problems: Path | None) -> None:
    for told in tell_errors(report.errors):
        note(told, as_written=True)
    if problems is not None:
        note(f"{problems} lists {write_count(len(report.errors), noun='error')}, one a row.", as_written=True)
    elif len(report.errors) > MOST_TOLD:
        note("These are the first of their kinds; --problems FILE.csv writes the whole list to a file.")
    if report.is_written:
        say(f"{report.file}: {_sum_up(report)}.")
    else:
        note(
            f"{report.file}: {write_count(len(report.errors), noun='error')}, nothing was written. "
            "Correct the file, or leave the wrong rows out with --skip-invalid. \\[import_invalid]"
        )


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {**report._asdict(), "is_written": report.is_written, "errors": [error._asdict() for error in report.errors]}
