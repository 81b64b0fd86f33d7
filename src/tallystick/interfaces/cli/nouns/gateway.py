"""`tallystick gateway`: where a seller's customers can pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.unused_keys import list_unused_keys
from tallystick.payments.operations.connect_gateway import connect_gateway, switch_gateway
from tallystick.payments.queries.gateways import (
    ConnectedGateway,
    find_gateway_account_id,
    get_connected_gateway,
    list_connected_gateways,
)
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller, list_sellers

app = typer.Typer(no_args_is_help=True, help="Gateways: connect a seller to its account there, switch it off and on.")

KindArgument = Annotated[str, typer.Argument(help="mollie, stripe or sandbox.")]
ModeOption = Annotated[str, typer.Option(help="test or live, as the key in TALLYSTICK_GATEWAY_KEYS is.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the history.")]


@app.command("list")
def list_(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """What the seller is connected to, and what each still lacks.

    Example: tallystick gateway list
    """
    current_actor().require(RECORDS_READ)
    owner = get_seller(seller)
    found = list_connected_gateways(owner.pk)
    if as_json:
        print_json([_show(each) for each in found])
        return
    rows = [(each.kind, each.mode, _tell_state(each), each.hook_address or "–") for each in found]
    print_table("Gateways", ("Gateway", "Mode", "State", "Its notices go to"), rows)
    for each in found:
        if each.lacks:
            say(f"{each.kind} ({each.mode}): {each.lacks}")
    _tell_unused(owner.code, found)


@app.command()
def connect(
    kind: KindArgument, mode: ModeOption = "test", seller: SellerOption = "", as_json: JsonOption = False
) -> None:
    """Let customers pay through that gateway from now on; its key is in TALLYSTICK_GATEWAY_KEYS.

    Example: tallystick gateway connect mollie --mode live
    """
    owner = get_seller(seller)
    made = connect_gateway(owner, kind=kind, mode=mode, at=clock.now(), actor=current_actor())
    connected = get_connected_gateway(owner.pk, gateway_account_id=made.pk)
    if as_json:
        print_json(_show(connected))
        return
    say(f"{owner.code} is connected to {made.kind} ({made.mode}).")
    if connected.hook_address:
        say(f"Enter there as the address of webhooks: {connected.hook_address}")
        say(f"with these events: {', '.join(connected.hook_events)}")
    if connected.lacks:
        say(connected.lacks)


@app.command("switch-off")
def switch_off(
    kind: KindArgument,
    reason: ReasonOption,
    mode: ModeOption = "test",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send no charge there any more; what is under way there is still looked up and booked.

    Example: tallystick gateway switch-off stripe --mode live --reason "moved to Mollie"
    """
    _switch(kind, mode, seller, reason, is_active=False, as_json=as_json)


@app.command("switch-on")
def switch_on(
    kind: KindArgument,
    reason: ReasonOption,
    mode: ModeOption = "test",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send charges there again.

    Example: tallystick gateway switch-on stripe --mode live --reason "they answer again"
    """
    _switch(kind, mode, seller, reason, is_active=True, as_json=as_json)


def _switch(kind: str, mode: str, seller: str, reason: str, *, is_active: bool, as_json: bool) -> None:
    owner = get_seller(seller)
    account_id = find_gateway_account_id(owner.pk, kind=kind, mode=mode)
    switch_gateway(account_id, is_active=is_active, reason=reason, at=clock.now(), actor=current_actor())
    if as_json:
        print_json(_show(get_connected_gateway(owner.pk, gateway_account_id=account_id)))
        return
    say(f"{kind} ({mode}) is {'on' if is_active else 'off'}.")


def _show(each: ConnectedGateway) -> dict[str, Any]:
    shown = asdict(each)
    return {"id": shown.pop("pk"), **shown}


def _tell_state(each: ConnectedGateway) -> str:
    if not each.has_key:
        return "no key"
    return "on" if each.is_active else "off"


def _tell_unused(code: str, found: Sequence[ConnectedGateway]) -> None:
    """Say which keys wait to be used, and which never can be."""
    sellers = {each.code for each in list_sellers()}
    for key in list_unused_keys({code: found}):
        if key.seller == code:
            say(f"There is a {key.mode} key of {key.kind}: tallystick gateway connect {key.kind} --mode {key.mode}")
        elif key.seller not in sellers:
            say(f"TALLYSTICK_GATEWAY_KEYS has a key of {key.kind} for {key.seller}, but there is no such seller.")
