"""`tallystick payment-method` and `tallystick payment-attempt`: what a person does about them."""

from typing import Annotated, Any

import typer

from tallystick.accounts.queries import AccountFilters, list_accounts
from tallystick.delivery.operations.ask_for_methods import ask_for_methods
from tallystick.errors import NotFound
from tallystick.interfaces.cli.context import JsonOption, SellerOption, current_actor
from tallystick.interfaces.cli.nouns.payment_retrying import limit
from tallystick.interfaces.cli.output import money, print_json, print_table, say
from tallystick.interfaces.record_links import get_portal_address
from tallystick.payments.operations.refresh_methods import refresh_methods, watch_methods
from tallystick.payments.operations.release_attempt import release_attempt
from tallystick.payments.operations.resume_method import resume_method
from tallystick.payments.queries import list_expiring_methods, list_held_attempts, list_methods
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Saved cards and mandates.", no_args_is_help=True)
attempts = typer.Typer(help="Payments that wait for a person.", no_args_is_help=True)

AccountArgument = Annotated[str, typer.Argument(help="External id of the account.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the history.")]
REQUEST = ("id", "account_id", "method_id", "occasion", "step_days", "told_on", "recipient")
METHOD = ("id", "kind", "label", "state", "is_default", "expires_on", "consecutive_failures", "failure_limit")


@app.command("list")
def list_saved(account: AccountArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """How an account may be charged, the default method first.

    Example: tallystick payment-method list C-1001
    """
    current_actor().require(RECORDS_READ)
    _show(_find_account(account, seller), as_json=as_json)


@app.command("expiring")
def list_expiring(seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Methods that are charged and expire within 30 days, or did within the last 30.

    Example: tallystick payment-method expiring
    """
    current_actor().require(RECORDS_READ)
    found = list_expiring_methods(clock.now().date(), seller_id=get_seller(seller).pk)
    names = ("id", "label", "expires_on", "state")
    if as_json:
        print_json([{"account": each.account.external_id, **_pick(each, names)} for each in found])
        return
    rows = [(each.pk, each.account.external_id, each.account.name, each.label, each.expires_on) for each in found]
    print_table("Expiring payment methods", ("Id", "Account", "Name", "Method", "Expires"), rows)


@app.command()
def watch(as_json: JsonOption = False) -> None:
    """Ask the gateways about all methods whose turn it is: what a job does every night.

    Example: tallystick payment-method watch
    """
    changed = watch_methods(at=clock.now(), actor=current_actor())
    if as_json:
        print_json({"changed": changed})
        return
    say(f"The gateways were asked: {changed:,} changed.")


@app.command()
def ask(as_json: JsonOption = False) -> None:
    """Mail customers who need a new payment method, where it is due today: what a job does every hour of the day.

    Nobody is told twice on one day, however often this is run.

    Example: tallystick payment-method ask
    """
    sent = ask_for_methods(
        at=clock.now(), actor=current_actor(), portal_address=get_portal_address(), waits_for_morning=False
    )
    if as_json:
        print_json([_pick(each, REQUEST) for each in sent])
        return
    say(f"{len(sent):,} sent.")
    for each in sent:
        say(f"  {each.recipient}: {each.method.label}, {each.occasion}, day {each.step_days}")


@app.command()
def refresh(account: AccountArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """Ask the gateways which of an account's methods still stand.

    Example: tallystick payment-method refresh C-1001
    """
    account_id = _find_account(account, seller)
    refresh_methods(account_id, at=clock.now(), actor=current_actor())
    _show(account_id, as_json=as_json)


@app.command()
def resume(
    method: Annotated[int, typer.Argument(help="The method's id, as `payment-method list` tells it.")],
    reason: ReasonOption,
) -> None:
    """Let a stopped method be charged again, its failures in a row forgotten.

    Example: tallystick payment-method resume 17 --reason "the customer raised the limit"
    """
    resumed = resume_method(method, reason=reason, at=clock.now(), actor=current_actor())
    say(f"{resumed.label} may be charged again.")


app.command()(limit)


@attempts.command("held")
def list_held(as_json: JsonOption = False) -> None:
    """Attempts for which the gateway reports something other than was asked for.

    Example: tallystick payment-attempt held
    """
    current_actor().require(RECORDS_READ)
    held = list(list_held_attempts())
    if as_json:
        names = ("id", "status", "amount_minor", "currency", "gateway_ref", "quarantine_reason")
        print_json([{"account": each.account.external_id, **_pick(each, names)} for each in held])
        return
    print_table(
        "Held attempts",
        ("Id", "Account", "Amount", "At the gateway", "Why"),
        [
            (
                each.pk,
                each.account.external_id,
                money(each.amount_minor, each.currency),
                each.gateway_ref,
                each.quarantine_reason,
            )
            for each in held
        ],
        right=("Amount",),
    )


@attempts.command()
def release(
    attempt: Annotated[int, typer.Argument(help="The attempt's id, as `payment-attempt held` tells it.")],
    reason: ReasonOption,
) -> None:
    """Have the gateway asked again, after both sides were compared. Nothing is booked by this.

    Example: tallystick payment-attempt release 17 --reason "the gateway corrected the amount"
    """
    released = release_attempt(attempt, reason=reason, at=clock.now(), actor=current_actor())
    say(f"Attempt {released.pk} is asked about again.")


def _find_account(external_id: str, seller: str) -> int:
    filters = AccountFilters(seller_id=get_seller(seller).pk, external_id=external_id)
    found = list_accounts(filters=filters, limit=1)
    if not found:
        raise NotFound(f"There is no account {external_id}.", field="account")
    return found[0].pk


def _show(account_id: int, *, as_json: bool) -> None:
    methods = list_methods(account_id)
    if as_json:
        print_json([_pick(each, METHOD) for each in methods])
        return
    print_table(
        "Payment methods",
        ("Id", "Kind", "Method", "State", "Default", "Expires", "Failures in a row", "Limit"),
        [tuple(_pick(each, METHOD).values()) for each in methods],
    )


def _pick(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
