"""`tallystick invoice`: reject, reverse, void, cancel-bill, resend."""

from typing import Annotated, Any

import typer

from tallystick.delivery.core.lifecycle import EMAIL
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, SellerOption, YesOption, current_actor
from tallystick.interfaces.cli.corrections import (
    DateOption,
    NumberArgument,
    ReasonCodeOption,
    ReasonOption,
    confirm,
    find_document,
    read_date,
    show_document,
    sum_up,
)
from tallystick.interfaces.cli.mail import explain_mail
from tallystick.interfaces.cli.output import money, print_json, say
from tallystick.interfaces.cli.waiting import wait_for_deliveries
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.operations.cancel_bill import cancel_bill
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.operations.reverse_invoice import Reversed, reverse_invoice
from tallystick.invoicing.operations.void_document import void_document
from tallystick.invoicing.queries.correctable import preview_reversal
from tallystick.invoicing.queries.documents import get_bill
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import INVOICES_ADJUST


def reject(
    draft: Annotated[str, typer.Argument(help="The draft, as draft:ID.")],
    reason: ReasonOption,
    as_json: JsonOption = False,
) -> None:
    """Cancel a draft; a credit note of its bill follows, and what it billed is due again.

    Example: tallystick invoice reject draft:17 --reason "ask them first"
    """
    rejected = reject_draft(find_document(draft, ""), reason=reason, at=clock.now(), actor=current_actor())
    _show_all(rejected, as_json)


def reverse(
    number: NumberArgument,
    reason: ReasonOption,
    reason_code: ReasonCodeOption = "",
    dated_on: DateOption = "",
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Credit all that is left of an invoice in one step, and free its periods to be billed again.

    Example: tallystick invoice reverse INV-000001 --reason "billed at the old price" --yes
    """
    actor = current_actor()
    actor.require(INVOICES_ADJUST)
    document = find_document(number, seller)
    confirm("reversal", document=document, preview=preview_reversal(document), yes=yes)
    done = reverse_invoice(
        document,
        reason=reason,
        reason_code=reason_code,
        dated_on=read_date(dated_on),
        at=clock.now(),
        actor=actor,
    )
    _show_reversed(done, "reversed", as_json)


def void(
    number: NumberArgument,
    reason: ReasonOption,
    reason_code: ReasonCodeOption = "",
    dated_on: DateOption = "",
    frees_periods: Annotated[bool, typer.Option("--free-periods", help="What it billed is due again.")] = False,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Void a posted document: the opposite is posted, and money that had settled it is free credit.

    Example: tallystick invoice void INV-000001 --reason "never ordered" --yes
    """
    actor = current_actor()
    actor.require(INVOICES_ADJUST)
    document = find_document(number, seller)
    confirm("reversing document", document=document, preview=preview_reversal(document), yes=yes)
    done = void_document(
        document,
        reason=reason,
        reason_code=reason_code,
        dated_on=read_date(dated_on),
        frees_periods=frees_periods,
        at=clock.now(),
        actor=actor,
    )
    _show_reversed(done, "voided", as_json)


def _show_reversed(done: Reversed, what: str, as_json: bool) -> None:
    if as_json:
        reversal = sum_up(done.reversal) if done.reversal else None
        print_json({"document": sum_up(done.document), "reversal": reversal})
        return
    by = f" by {done.reversal} over {money(done.reversal.gross_minor, done.document.currency)}" if done.reversal else ""
    say(f"{done.document} is {what}{by}.")


def cancel_latest_bill(
    number: Annotated[str, typer.Argument(help="The number of any invoice of the bill; of a draft draft:ID.")],
    reason: ReasonOption,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Cancel an account's latest bill: all its documents, the last first, and what it billed is due again.

    Example: tallystick invoice cancel-bill INV-000001 --reason "wrong month" --yes
    """
    actor = current_actor()
    actor.require(INVOICES_ADJUST)
    document = find_document(number, seller)
    if document.bill_id is None:
        raise InvalidInput(f"{document} stands in no bill; void it instead.", field="number")
    ask(f"Cancel the whole bill of {document}? Posted documents of it are voided.", yes=yes)
    _show_all(cancel_bill(get_bill(document.bill_id), reason=reason, at=clock.now(), actor=actor), as_json)


def _show_all(documents: list[Any], as_json: bool) -> None:
    if as_json:
        print_json([sum_up(document) for document in documents])
        return
    for document in documents:
        show_document(document, what=document.status, as_json=False)


def resend(
    number: NumberArgument,
    to: Annotated[str, typer.Option(help="Send to this address instead of the account's.")] = "",
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="Only if something is new since it was last sent.")
    ] = False,
    wait: Annotated[bool, typer.Option(help="Work until it is out, or leave it to running workers.")] = True,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """E-mail a posted document once more, also to an address that you type.

    Example: tallystick invoice resend INV-000001 --to ap@bakery.example
    """
    queued = queue_deliveries(
        Selection(document_ids=(find_document(number, seller).pk,)),
        channels=(EMAIL,),
        recipient=to,
        is_repeat=True,
        only_changed=if_changed,
        at=clock.now(),
        actor=current_actor(),
    )
    if wait:
        wait_for_deliveries(queued, batch_id=None, processes=0)
    if as_json:
        print_json({name: value for name, value in queued._asdict().items() if name != "delivery_ids"})
    else:
        say(f"{write_count(queued.emails, noun='e-mail')}, {queued.failed} without an address.")
        told = explain_mail(queued.emails)
        if told:
            say(told)
