"""`tallystick seats`: who uses what is paid for by seat."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from tallystick.accounts.queries import get_account
from tallystick.collection.queries.seats import SeatStanding, read_seat_standing
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor
from tallystick.interfaces.cli.output import print_json, say
from tallystick.interfaces.counts import write_count
from tallystick.interfaces.seat_lines import LONGEST, read_seat_lines
from tallystick.journeys.sync_seats import reconcile_seats, sync_seats
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.core.seats import count_seats

app = typer.Typer(help="Seats: who uses what an account pays for by seat.", no_args_is_help=True)
AccountArgument = Annotated[str, typer.Argument(help="The account's own number, such as C-1001.")]


@app.command()
def show(account: AccountArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """How many seats are used, billed and paid.

    Example: tallystick seats show C-1001
    """
    current_actor().require(RECORDS_READ)
    found = get_account(get_seller(seller).pk, external_id=account)
    on = clock.now().astimezone(ZoneInfo(found.seller.time_zone)).date()
    _tell(read_seat_standing(found.pk, on=on), as_json)


@app.command("set")
def set_(
    account: AccountArgument,
    file: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="CSV: workspace, user, role, state.")],
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell the whole list of who is in which workspace; more seats than are billed are charged at once.

    Example: tallystick seats set C-1001 --file seats.csv
    """
    current_actor().require(SUBSCRIPTIONS_ACT)
    if file.stat().st_size > LONGEST:
        raise InvalidInput(f"{file} is larger than 2 MB.", field="file")
    holders = read_seat_lines(file.read_text(encoding="utf-8-sig"))
    found = get_account(get_seller(seller).pk, external_id=account)
    on = clock.now().astimezone(ZoneInfo(found.seller.time_zone)).date()
    standing, live = read_seat_standing(found.pk, on=on), count_seats(holders).live
    if live > standing.billed and standing.billed_until is not None:
        more = write_count(live - standing.billed, noun="more seat")
        ask(f"Charge {found.name} for {more} until {standing.billed_until}?", yes=yes)
    _tell(sync_seats(found.pk, holders=holders, at=clock.now(), actor=current_actor()), as_json)


@app.command()
def reconcile(as_json: JsonOption = False) -> None:
    """Try the charges for added seats that failed again, within the limits of each method.

    Example: tallystick seats reconcile
    """
    actor = current_actor()
    actor.require(PAYMENTS_COLLECT)
    paid = reconcile_seats(at=clock.now(), actor=actor)
    if as_json:
        print_json({"paid": paid})
        return
    say(f"{write_count(paid, noun='charge')} for seats got through now.")


def _tell(standing: SeatStanding, as_json: bool) -> None:
    if as_json:
        print_json(_show(standing))
        return
    count, until = standing.holders, standing.billed_until
    say(f"{write_count(count.live, noun='seat')} used, {count.invited} invited, {count.observers} only observing.")
    if until is not None:
        say(f"{standing.billed} billed until {until}, {standing.paid} paid; then {standing.next_period}.")
    else:
        say(f"Nothing is billed beyond today; the next bill is for {standing.next_period}.")
    if standing.not_in_line_since is not None:
        say(f"Billing is not in line since {standing.not_in_line_since:%Y-%m-%d %H:%M} UTC: a charge failed.")


def _show(standing: SeatStanding) -> dict[str, Any]:
    return {**standing.holders._asdict(), **{k: v for k, v in standing._asdict().items() if k != "holders"}}
