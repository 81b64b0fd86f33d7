"""`tallystick bench`: benchmarks that anyone can repeat. Without a name all of them run."""

from typing import Annotated, Any

import typer

from tallystick.interfaces.cli.bench.bill_run import RunFigures, make_stock, measure_bill_run
from tallystick.interfaces.cli.bench.payment_run import CollectFigures, make_owing_stock, measure_payment_run
from tallystick.interfaces.cli.bench.rating import RatingFigures, measure_rating
from tallystick.interfaces.cli.bench.stock import stocked
from tallystick.interfaces.cli.context import JsonOption
from tallystick.interfaces.cli.output import print_json, print_table

app = typer.Typer(
    help="Benchmarks, each in a database of its own that is dropped afterwards.", invoke_without_command=True
)

DEFAULT_ACCOUNTS = 100_000
AccountsOption = Annotated[int, typer.Option(min=1, help="How many accounts to bill or rate.")]


@app.callback()
def run_all(context: typer.Context, accounts: AccountsOption = DEFAULT_ACCOUNTS, as_json: JsonOption = False) -> None:
    """Run every benchmark, or the one that is named.

    Example: tallystick bench --json
    """
    if context.invoked_subcommand is None:
        rated = measure_rating(accounts)
        figures = _measure_bill_runs(accounts, [1, 2])
        if as_json:
            print_json({"bill-run": _compose_json(figures), "rating": _as_json(rated)})
        else:
            _show(figures)
            _show_rating(rated)


@app.command("bill-run")
def bill_run(
    accounts: AccountsOption = DEFAULT_ACCOUNTS,
    workers: Annotated[list[int] | None, typer.Option(help="Worker processes; repeatable. Default: 1 and 2.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Draft and post invoices, and copy the same rows bare, in the same run.

    Example: tallystick bench bill-run --accounts 100000 --json
    """
    figures = _measure_bill_runs(accounts, workers or [1, 2])
    if as_json:
        print_json(_compose_json(figures))
    else:
        _show(figures)


@app.command("payment-run")
def payment_run(
    invoices: Annotated[int, typer.Option(min=1, help="How many invoices to charge.")] = 10_000,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    latency_ms: Annotated[int, typer.Option(min=0, help="How long the sandbox takes for a call.")] = 20,
    kills: Annotated[int, typer.Option(min=0, help="How often all workers are killed on the way.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Charge invoices at a sandbox that takes its time, and count that each was charged and booked once.

    Example: tallystick bench payment-run --invoices 10000 --latency-ms 20 --json
    """
    with stocked(lambda: make_owing_stock(invoices)):
        figures = measure_payment_run(invoices=invoices, workers=workers, latency_ms=latency_ms, kills=kills)
    if as_json:
        print_json(_as_json(figures))
    else:
        _show_collected(figures)


def _show_collected(figures: CollectFigures) -> None:
    columns = ("Workers", "Latency ms", "Kills", "Seconds", "Invoices/s")
    row = (
        figures.workers,
        figures.latency_ms,
        figures.kills,
        f"{figures.seconds:.1f}",
        f"{figures.invoices_per_second:.0f}",
    )
    print_table(f"Payment run of {figures.invoices:,} invoices, each charged once", columns, [row], right=columns)


@app.command("rating")
def rating(accounts: AccountsOption = DEFAULT_ACCOUNTS, as_json: JsonOption = False) -> None:
    """Rate and rank accounts of three services, and run an empty loop over the same. Pure: no database is touched.

    Example: tallystick bench rating --accounts 100000 --json
    """
    figures = measure_rating(accounts)
    if as_json:
        print_json(_as_json(figures))
    else:
        _show_rating(figures)


def _show_rating(figures: RatingFigures) -> None:
    print_table(
        f"Rating {figures.accounts:,} accounts with three services",
        ("Charges", "Empty loop µs", "Rated and ranked µs", "µs an account"),
        [
            (
                f"{figures.charges:,}",
                f"{figures.empty_microseconds:.2f}",
                f"{figures.rated_microseconds:.1f}",
                f"{figures.net_microseconds:.1f}",
            )
        ],
        right=("Charges", "Empty loop µs", "Rated and ranked µs", "µs an account"),
    )


def _measure_bill_runs(accounts: int, workers: list[int]) -> list[RunFigures]:
    with stocked(lambda: make_stock(accounts)):
        return [measure_bill_run(workers=each, accounts=accounts) for each in workers]


def _compose_json(figures: list[RunFigures]) -> dict[str, Any]:
    return {"accounts": figures[0].invoices, "runs": [_as_json(each) for each in figures]}


def _show(figures: list[RunFigures]) -> None:
    print_table(
        f"Bill run of {figures[0].invoices:,} accounts, one invoice each",
        ("Workers", "Draft s", "Post s", "Invoices/s", "COPY invoices/s", "Ratio", "Peak MiB"),
        [
            (
                each.workers,
                f"{each.draft_seconds:.2f}",
                f"{each.post_seconds:.2f}",
                f"{each.invoices_per_second:,.0f}",
                f"{each.copy_invoices_per_second:,.0f}",
                f"{each.ratio:.2f}",
                each.peak_memory_mib,
            )
            for each in figures
        ],
        right=("Workers", "Draft s", "Post s", "Invoices/s", "COPY invoices/s", "Ratio", "Peak MiB"),
    )


def _as_json(figures: RunFigures | RatingFigures | CollectFigures) -> dict[str, Any]:
    return {
        name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in figures._asdict().items()
    }
