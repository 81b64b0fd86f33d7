"""`tallystick payment-link`: issue and cancel."""

from typing import Annotated

import typer

from tallystick.accounts.queries import get_account
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.output import print_json, say
from tallystick.interfaces.portal.page_tokens import LINK, Subject, make_address
from tallystick.journeys.issue_link import issue_link
from tallystick.money.amount import format_minor, parse_minor
from tallystick.payments.operations.close_link import cancel_link
from tallystick.plumbing import clock
from tallystick.sellers.queries import get_seller

app = typer.Typer(no_args_is_help=True, help="Links by which customers pay on the gateway's page.")


@app.command("issue")
def issue(
    account: Annotated[str, typer.Argument(help="The account's id, as it is called where it came from.")],
    amount: Annotated[
        str, typer.Option(help="Paid in advance, such as 25.00. Default: all that is open, else a period before VAT.")
    ] = "",
    description: Annotated[str, typer.Option(help="What the customer reads; needed with an amount.")] = "",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Issue a link for what an account owes, or for an agreed amount; nothing is charged by that.

    Example: tallystick payment-link issue C-1001
    """
    found = get_account(get_seller(seller).pk, external_id=account)
    minor = parse_minor(amount, found.currency) if amount else None
    link = issue_link(found.pk, amount_minor=minor, description=description, at=clock.now(), actor=current_actor())
    url = make_address(Subject(LINK, link.pk))
    if as_json:
        print_json({"id": link.pk, "url": url, "amount_minor": link.amount_minor, "currency": link.currency})
        return
    say(f"Link {link.pk} over {format_minor(link.amount_minor, link.currency)} {link.currency}: {url}")


@app.command("cancel")
def cancel(link: Annotated[int, typer.Argument(help="The link's number.")], as_json: JsonOption = False) -> None:
    """Let an open link be paid no more.

    Example: tallystick payment-link cancel 12
    """
    canceled = cancel_link(link, at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"id": canceled.pk, "state": canceled.state})
        return
    say(f"Link {canceled.pk} is canceled.")
