"""What the commands that correct documents share: how a document is named, what is asked first, what is said after."""

from datetime import date
from typing import Annotated, Any

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.asking import ask
from tallystick.interfaces.cli.output import money, print_json, say
from tallystick.invoicing.queries.correctable import CorrectionPreview
from tallystick.invoicing.queries.documents import get_document

DRAFT = "draft:"
NumberArgument = Annotated[str, typer.Argument(help="The invoice's number; of a draft draft:ID.")]
ReasonOption = Annotated[str, typer.Option(help="Why; it stays in the history.")]
ReasonCodeOption = Annotated[str, typer.Option(help="One of the seller's reason codes.")]
DateOption = Annotated[str, typer.Option("--date", help="Date of the note. Default: today.")]


def find_document(number: str, seller: str) -> Any:
    """A document by its number, a draft by "draft:ID"."""
    if number.startswith(DRAFT) and number.removeprefix(DRAFT).isdecimal():
        return get_document(document_id=int(number.removeprefix(DRAFT)))
    return get_document(number=number, seller_code=seller)


def read_date(text: str) -> date | None:
    """A date, None for nothing; refuses what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(f"{text!r} is not a date such as 2026-03-31.", field="date") from None


def confirm(what: str, *, document: Any, preview: CorrectionPreview, yes: bool) -> None:
    """Ask before anything is posted, saying what it will be."""
    if yes:
        return
    gross = money(preview.plan.gross_minor, document.currency)
    tax = money(preview.plan.tax_minor, document.currency)
    ask(f"Post a {what} over {gross} ({tax} of it tax) against {document}? It can't be changed.", yes=False)


def show_document(document: Any, *, what: str, as_json: bool) -> None:
    """One line about what became of a document, or its figures."""
    if as_json:
        print_json(sum_up(document))
    else:
        name = document.number or f"{DRAFT}{document.pk}"
        say(f"{name} over {money(document.gross_minor, document.currency)} is {what}.")


def sum_up(document: Any) -> dict[str, Any]:
    """The figures of a document, as JSON shows them."""
    names = ("kind", "status", "currency", "invoice_on", "net_minor", "tax_minor", "gross_minor", "open_minor")
    figures = {name: getattr(document, name) for name in names}
    return {"id": document.pk, "number": document.number, "corrects_id": document.corrects_id, **figures}
