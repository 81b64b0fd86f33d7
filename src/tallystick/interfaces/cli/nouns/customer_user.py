"""`tallystick customer-user`: who of the customer may see an account in the portal."""

from typing import Annotated

import typer
from django.utils import timezone

from tallystick.access.operations.invite_customer import end_customer_access
from tallystick.access.queries import list_customer_users
from tallystick.accounts.queries import get_account
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.interfaces.record_links import get_portal_address
from tallystick.journeys.invite_to_portal import invite_to_portal
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Who of the customer may see an account in the portal.", no_args_is_help=True)
AccountArgument = Annotated[str, typer.Argument(help="The account's own number, such as C-1001.")]
EmailArgument = Annotated[str, typer.Argument(help="Their e-mail address.")]


@app.command()
def invite(
    account: AccountArgument,
    email: EmailArgument,
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give someone access to an account in the portal, and mail them that they have it.

    Example: tallystick customer-user invite C-1001 eva@example.com --name "Eva Jansen"
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    invited = invite_to_portal(
        found.pk,
        email=email,
        name=name,
        at=timezone.now(),
        actor=current_actor(),
        portal_address=get_portal_address(),
    )
    address = invited.email
    if as_json:
        print_json({"account": account, "email": address, "is_mailed": invited.is_mailed, "problem": invited.problem})
    elif invited.is_mailed:
        say(f"{address} is invited, and was mailed.")
    else:
        say(f"{address} may sign in now, but was not told: {invited.problem}. Invite again to mail it.")


@app.command("list")
def list_users(account: AccountArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Who may see an account.

    Example: tallystick customer-user list C-1001
    """
    current_actor().require(RECORDS_READ)
    found = get_account(get_seller(seller).pk, external_id=account)
    rows = [
        (each.customer_user.email, each.customer_user.name, each.invited_by, each.customer_user.last_signed_in_at)
        for each in list_customer_users(found.pk)
    ]
    if as_json:
        names = ("email", "name", "invited_by", "last_signed_in_at")
        print_json({"account": account, "customer_users": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    print_table(f"Who of {found.name} may see it", ("E-mail", "Name", "Invited by", "Last signed in"), rows)


@app.command()
def end(account: AccountArgument, email: EmailArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Take someone's access to an account back; it ends with their next click.

    Example: tallystick customer-user end C-1001 eva@example.com
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    access = end_customer_access(found.pk, email=email, at=timezone.now(), actor=current_actor())
    if as_json:
        print_json({"account": account, "email": access.customer_user.email, "is_ended": True})
        return
    say(f"{access.customer_user.email} does not see {found.name} any more.")
