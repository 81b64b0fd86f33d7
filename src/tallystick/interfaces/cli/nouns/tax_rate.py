"""`tallystick tax-rate`: list, set."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor, parse_date
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller
from tallystick.taxes.core.rates import DatedRate
from tallystick.taxes.operations.set_rate import set_rate
from tallystick.taxes.queries import list_rate_rows

app = typer.Typer(help="VAT rates: the countries' general ones, and a seller's own.", no_args_is_help=True)

MOST = 10_000


@app.command("list")
def list_rates(
    country: Annotated[str, typer.Option(help="Only of this country, such as NL.")] = "",
    own: Annotated[bool, typer.Option("--own", help="Only those that the seller set itself.")] = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """The rates that may count for a seller, former and coming ones too.

    Example: tallystick tax-rate list --country NL
    """
    current_actor().require(RECORDS_READ)
    rows = list_rate_rows(get_seller(seller).pk, country=country.upper(), only_own=own, limit=MOST)
    if as_json:
        print_json([_as_json(row) for row in rows])
        return
    print_table(
        "Tax rates",
        ("Country", "Category", "Percent", "From", "Until", "Whose"),
        [
            (
                row.country,
                row.category,
                f"{row.rate.normalize():f}",
                row.valid_from,
                row.valid_until or "",
                "the seller's own" if row.seller_id else "general",
            )
            for row in sorted(rows, key=lambda row: (row.country, row.category, row.valid_from))
        ],
        right=("Percent",),
    )


@app.command("set")
def set_own(
    country: Annotated[str, typer.Argument(help="Two-letter code, such as NL.")],
    rate: Annotated[str, typer.Argument(help="Percent, such as 21 or 5.5.")],
    valid_from: Annotated[str, typer.Option("--from", help="The first day on which it holds.")],
    valid_until: Annotated[str, typer.Option("--until", help="The first day without it. Default: until changed.")] = "",
    category: Annotated[str, typer.Option(help="standard or reduced.")] = "standard",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Set a rate of the seller's own, which goes before the country's.

    Example: tallystick tax-rate set NL 21 --from 2026-01-01
    """
    wanted = DatedRate(
        country.upper(),
        category,
        _parse_percent(rate),
        parse_date(valid_from, field="from"),
        parse_date(valid_until, field="until") if valid_until else None,
        is_own=True,
    )
    saved = set_rate(get_seller(seller), rate=wanted, at=clock.now(), actor=current_actor())
    if as_json:
        print_json(_as_json(saved))
    else:
        say(f"{saved.country} {saved.category} is {wanted.rate.normalize():f} % from {wanted.valid_from} on.")


def _parse_percent(text: str) -> Decimal:
    try:
        percent = Decimal(text)
    except InvalidOperation:
        percent = Decimal("NaN")
    if not percent.is_finite():
        raise InvalidInput(f"{text!r} is not a percentage; write it as 21 or 5.5.", field="rate")
    return percent


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "country": row.country,
        "category": row.category,
        "rate": f"{row.rate.normalize():f}",
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "is_own": row.seller_id is not None,
    }
