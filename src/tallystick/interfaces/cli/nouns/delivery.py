"""`tallystick deliver`: send invoices by e-mail and into the print batch."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.delivery.core.lifecycle import PRINT_FORMATS
from tallystick.delivery.core.selection import Queued, Selection
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.queries.batches import get_print_batch, get_print_file
from tallystick.delivery.queries.documents import add_up_selected
from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.context import JsonOption, ProcessesOption, SellerOption, YesOption, current_actor
from tallystick.interfaces.cli.files import copy_file, require_writable
from tallystick.interfaces.cli.mail import explain_mail, find_mail_folder
from tallystick.interfaces.cli.output import money, print_json, say
from tallystick.interfaces.cli.waiting import wait_for_deliveries
from tallystick.interfaces.counts import write_count
from tallystick.invoicing.queries.documents import get_document
from tallystick.invoicing.queries.runs import get_bill_run
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import DELIVERIES_SEND
from tallystick.sellers.queries import get_seller


def deliver(
    numbers: Annotated[list[str] | None, typer.Argument(help="Numbers of invoices, or of one bill run.")] = None,
    channel: Annotated[
        list[str] | None, typer.Option(help="email or print; repeatable. Default: what each account prefers.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what was delivered before.")] = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="Of what was delivered before, only where something is new since.")
    ] = False,
    to: Annotated[str, typer.Option(help="Send to this address; for invoices of one account.")] = "",
    print_as: Annotated[str, typer.Option(help=f"The print batch as {' or '.join(PRINT_FORMATS)}.")] = "pdf",
    output: Annotated[Path | None, typer.Option(help="Put a copy of the print batch here.")] = None,
    wait: Annotated[bool, typer.Option(help="Work until all is out, or leave it to running workers.")] = True,
    processes: ProcessesOption = 0,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Deliver a posted bill run, or single invoices, each once.

    Example: tallystick deliver BR-000001 --print-as zip --output invoices.zip --yes
    """
    if output is not None and not wait:
        raise InvalidInput("A copy of the print batch can only be put there once it is made.", field="output")
    require_writable(output, option="--output")
    actor, owner = current_actor(), get_seller(seller)
    actor.require(DELIVERIES_SEND)
    selection = _select(numbers or [], owner.code)
    ask(_compose_question(selection, numbers or [], channel or [], to), yes=yes)
    queued = queue_deliveries(
        selection,
        channels=channel or (),
        recipient=to,
        is_repeat=again,
        only_changed=changed,
        at=clock.now(),
        actor=actor,
    )
    batch_id, batch_number = None, ""
    if queued.prints:
        batch = make_print_batch(owner, file_format=print_as, selection=selection, at=clock.now(), actor=actor)
        batch_id, batch_number = batch.pk, batch.number
    if wait:
        wait_for_deliveries(queued, batch_id=batch_id, processes=processes)
    path = get_print_file(get_print_batch(batch_number, seller_code=owner.code)) if batch_number and wait else None
    if path and output:
        copy_file(path, output, option="--output")
        path = output
    _show(queued, batch_number, path, as_json=as_json)


def _select(numbers: list[str], seller_code: str) -> Selection:
    runs = [number for number in numbers if number.startswith("BR-")]
    if not numbers or len(runs) > 1 or (runs and len(numbers) > 1):
        raise InvalidInput("Name one bill run, such as BR-000001, or the numbers of invoices.", field="numbers")
    if runs:
        return Selection(run_id=get_bill_run(runs[0], seller_code=seller_code).pk)
    return Selection(document_ids=tuple(get_document(number=each, seller_code=seller_code).pk for each in numbers))


def _compose_question(selection: Selection, numbers: list[str], channels: list[str], to: str) -> str:
    """ "Deliver 39 invoices of BR-000001, 30,760.58 EUR, as each account prefers?" """
    totals = add_up_selected(selection)
    count = write_count(sum(each.documents for each in totals), noun="document")
    of = f" of {numbers[0]}" if selection.run_id is not None else ""
    amounts = " + ".join(money(each.gross_minor, each.currency) for each in totals)
    ways = {"email": "by e-mail", "print": "in print"}
    way = " and ".join(ways.get(each, each) for each in channels) or "as each account prefers"
    return f"Deliver {count}{of}{f', {amounts},' if amounts else ''} {way}{f', to {to}' if to else ''}?"


def _show(queued: Queued, batch_number: str, path: Path | None, *, as_json: bool) -> None:
    if as_json:
        figures: dict[str, Any] = {name: value for name, value in queued._asdict().items() if name != "delivery_ids"}
        print_json(
            {
                **figures,
                "batch": batch_number or None,
                "file": str(path) if path else None,
                "mail_folder": find_mail_folder() or None,
            }
        )
        return
    say(
        f"{queued.emails:,} by e-mail, {queued.prints:,} to print, {queued.skipped:,} left out, "
        f"{queued.failed:,} without an address, {queued.already:,} delivered before."
    )
    told = explain_mail(queued.emails)
    if told:
        say(told)
    if batch_number:
        say(f"Print batch {batch_number}{f': {path}' if path else ' is being made.'}")
