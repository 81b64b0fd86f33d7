"""`tallystick gateway`: where a seller's customers can pay."""

from typing import Annotated

import typer

from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.payments.operations.connect_gateway import connect_gateway, switch_gateway
from tallystick.payments.queries.gateways import get_gateway_account, list_gateway_accounts
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(no_args_is_help=True, help="Gateways: connect a seller to its account there, switch it off and on.")

KindArgument = Annotated[str, typer.Argument(help="mollie, stripe or sandbox.")]
ModeOption = Annotated[str, typer.Option(help="test or live, as the key in TALLYSTICK_GATEWAY_KEYS is.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the history.")]


@app.command("list")
def list_(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """What the seller is connected to.

    Example: tallystick gateway list
    """
    current_actor().require(RECORDS_READ)
    found = list_gateway_accounts(get_seller(seller).pk)
    if as_json:
        print_json(
            [{"id": each.pk, "kind": each.kind, "mode": each.mode, "is_active": each.is_active} for each in found]
        )
        return
    rows = [(each.pk, each.kind, each.mode, "on" if each.is_active else "off") for each in found]
    print_table("Gateways", ("Id", "Gateway", "Mode", "State"), rows, right=("Id",))


@app.command()
def connect(
    kind: KindArgument, mode: ModeOption = "test", seller: SellerOption = "", as_json: JsonOption = False
) -> None:
    """Let customers pay through that gateway from now on; its key is in TALLYSTICK_GATEWAY_KEYS.

    Example: tallystick gateway connect mollie --mode live
    """
    owner = get_seller(seller)
    made = connect_gateway(owner, kind=kind, mode=mode, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"id": made.pk, "kind": made.kind, "mode": made.mode, "is_active": made.is_active})
        return
    say(f"{owner.code} is connected to {made.kind} ({made.mode}).")


@app.command("switch-off")
def switch_off(kind: KindArgument, reason: ReasonOption, mode: ModeOption = "test", seller: SellerOption = "") -> None:
    """Send nothing to it any more; what is under way there is still looked at.

    Example: tallystick gateway switch-off stripe --mode live --reason "moved to Mollie"
    """
    _switch(kind, mode, seller, reason, is_active=False)


@app.command("switch-on")
def switch_on(kind: KindArgument, reason: ReasonOption, mode: ModeOption = "test", seller: SellerOption = "") -> None:
    """Send to it again.

    Example: tallystick gateway switch-on stripe --mode live --reason "they answer again"
    """
    _switch(kind, mode, seller, reason, is_active=True)


def _switch(kind: str, mode: str, seller: str, reason: str, *, is_active: bool) -> None:
    account = get_gateway_account(get_seller(seller).pk, kind=kind, mode=mode)
    switch_gateway(account.pk, is_active=is_active, reason=reason, at=clock.now(), actor=current_actor())
    say(f"{kind} ({mode}) is {'on' if is_active else 'off'}.")
