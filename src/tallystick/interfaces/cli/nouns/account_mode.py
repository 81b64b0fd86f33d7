"""`tallystick account`: set-managed and set-self-serve."""

from typing import Annotated

import typer

from tallystick.accounts.queries import get_account
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor, parse_date
from tallystick.interfaces.cli.output import print_json, say
from tallystick.journeys.leave_managed import FREE_NOW, KEEP_UNTIL
from tallystick.journeys.leave_managed import set_self_serve as leave_managed
from tallystick.journeys.set_managed import ManagedTerms
from tallystick.journeys.set_managed import set_managed as make_managed
from tallystick.plumbing import clock
from tallystick.sellers.queries import get_seller

AccountArgument = Annotated[str, typer.Argument(help="The account's id, as it is called where it came from.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the account's history.")]


def set_managed(
    account: AccountArgument,
    reason: ReasonOption,
    plan: Annotated[str, typer.Option(help="Code of another plan; it stays unless given.")] = "",
    seats: Annotated[int | None, typer.Option(help="Seats to record; nothing is charged for that.")] = None,
    manager: Annotated[str, typer.Option(help="Address of the staff user who manages the account.")] = "",
    end_card_subscription: Annotated[
        bool, typer.Option("--end-card-subscription", help="Charge what a saved method pays for no more.")
    ] = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let an account be invoiced and pay by itself; nothing is charged any more.

    Example: tallystick account set-managed C-1001 --reason "Their procurement wants invoices"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    make_managed(
        found.pk,
        terms=ManagedTerms(plan or None, seats, manager or None),
        ends_card_subscription=end_card_subscription,
        reason=reason,
        at=clock.now(),
        actor=current_actor(),
    )
    if as_json:
        print_json({"account": account, "billing_mode": "managed"})
        return
    say(f"{found.name} is managed from now on.")


def set_self_serve(
    account: AccountArgument,
    reason: ReasonOption,
    free_now: Annotated[bool, typer.Option("--free-now", help="What they have ends today.")] = False,
    until: Annotated[str, typer.Option(help="The first day without what they have; to come.")] = "",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Let a managed account pay through the gateway again: what they have ends today, or on a day.

    Example: tallystick account set-self-serve C-1001 --until 2026-12-31 --reason "They pay by card from January on"
    """
    if free_now and until:
        raise InvalidInput("Say either --free-now or --until.", field="until")
    found = get_account(get_seller(seller).pk, external_id=account)
    leave_managed(
        found.pk,
        way=FREE_NOW if free_now else KEEP_UNTIL,
        ends_on=parse_date(until, field="until") if until else None,
        reason=reason,
        at=clock.now(),
        actor=current_actor(),
    )
    if as_json:
        print_json({"account": account, "billing_mode": "self_serve"})
        return
    say(f"{found.name} is self-serve from now on.")
