"""`tallystick refund`: money of a payment that goes back."""

from typing import Annotated

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor
from tallystick.interfaces.cli.output import print_json, print_table, say
from tallystick.journeys.give_back import cancel_refund, confirm_refund, refund_payment
from tallystick.money.amount import format_minor, parse_minor
from tallystick.payments.queries import get_payment
from tallystick.payments.queries.refunds import RefundFilters, find_refundable, get_refund, list_refunds
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Money of a payment that goes back.", no_args_is_help=True)
RefundArgument = Annotated[int, typer.Argument(help="The refund's id; `refund list` names it.")]


@app.command()
def create(
    payment_id: Annotated[int, typer.Argument(help="The payment's id; `GET /payments` and the console name it.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the history.")],
    amount: Annotated[str, typer.Option(help="How much, such as 21.00. Default: all that is left of it.")] = "",
    iban: Annotated[str, typer.Option(help="Of a transfer: to where it goes back.")] = "",
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give back a part of a payment, or all that is left. What it had paid is open again, as far as needed.

    Example: tallystick refund create 17 --amount 21.00 --reason "billed twice"
    """
    actor, payment = current_actor(), get_payment(payment_id)
    amount_minor = parse_minor(amount, payment.currency) if amount else None
    meant = find_refundable(payment) if amount_minor is None else amount_minor
    told = f"{format_minor(meant, payment.currency)} {payment.currency}"
    warned = "What it had paid is open again and is collected or asked for again, unless you credit the invoice."
    ask(f"Give {told} of payment {payment_id} back to {payment.account.name}? {warned}", yes=yes)
    refund_id = refund_payment(
        payment_id, amount_minor=amount_minor, reason=reason, iban=iban, at=clock.now(), actor=actor
    )
    _tell(refund_id, as_json)


@app.command("list")
def list_all(
    status: Annotated[str, typer.Option(help="pending, succeeded, failed …")] = "",
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Refunds, those found at gateways too.

    Example: tallystick refund list --status pending
    """
    current_actor().require(RECORDS_READ)
    found = get_seller(seller).pk if seller else None
    rows = list_refunds(filters=RefundFilters(found, status=status or None), limit=10_000)
    if as_json:
        print_json([_show(row.pk) for row in rows])
        return
    print_table(
        "Refunds",
        ("Id", "Payment", "Account", "Amount", "Currency", "State", "Reason"),
        [
            (
                row.pk,
                row.payment_id,
                row.payment.account.external_id,
                format_minor(row.amount_minor, row.currency),
                row.currency,
                row.status,
                row.reason,
            )
            for row in rows
        ],
        right=("Id", "Payment", "Amount"),
    )


@app.command()
def confirm(refund_id: RefundArgument, as_json: JsonOption = False) -> None:
    """Say that a transfer was sent back: it has left the bank account.

    Example: tallystick refund confirm 3
    """
    confirm_refund(refund_id, at=clock.now(), actor=current_actor())
    _tell(refund_id, as_json)


@app.command()
def cancel(
    refund_id: RefundArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the history.")],
    as_json: JsonOption = False,
) -> None:
    """Say that a transfer does not go back after all, or came back: it is customer credit again.

    Example: tallystick refund cancel 3 --reason "the account is closed"
    """
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    cancel_refund(refund_id, reason=reason, at=clock.now(), actor=current_actor())
    _tell(refund_id, as_json)


def _show(refund_id: int) -> dict[str, object]:
    row = get_refund(refund_id)
    return {
        "id": row.pk,
        "payment_id": row.payment_id,
        "account": row.payment.account.external_id,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "status": row.status,
        "reason": row.reason,
    }


def _tell(refund_id: int, as_json: bool) -> None:
    if as_json:
        print_json(_show(refund_id))
        return
    row = get_refund(refund_id)
    amount = f"{format_minor(row.amount_minor, row.currency)} {row.currency}"
    say(f"Refund {row.pk} of {amount} is {row.status}.")
    if row.iban and row.status == "pending":
        say(f"Send it to {row.iban}, then: tallystick refund confirm {row.pk}")
