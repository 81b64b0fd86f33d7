"""`tallystick invoice`: list, show, PDF, change a draft, record a transfer; corrections stand in `correcting`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tallystick.accounts.queries import AccountFilters, list_accounts
from tallystick.delivery.queries.deliveries import list_document_deliveries
from tallystick.documents.queries import get_document_pdf, get_document_view
from tallystick.errors import NotFound
from tallystick.interfaces.cli.context import (
    JsonOption,
    SellerOption,
    YesOption,
    current_actor,
    parse_date,
    require_choice,
)
from tallystick.interfaces.cli.corrections import DRAFT, NumberArgument, find_document
from tallystick.interfaces.cli.document_view import line_as_json, show_history, show_view
from tallystick.interfaces.cli.document_words import write_what
from tallystick.interfaces.cli.files import require_writable, write_bytes
from tallystick.interfaces.cli.nouns.correcting import add_to
from tallystick.interfaces.cli.output import money, print_json, print_table, say
from tallystick.interfaces.cli.overpaying import ask_about_rest
from tallystick.interfaces.portal.page_tokens import find_document_address
from tallystick.invoicing.core.document_lifecycle import DOCUMENT_KINDS, DOCUMENT_STATUSES
from tallystick.invoicing.operations.add_draft_line import add_draft_line
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.drop_draft_line import drop_draft_line
from tallystick.invoicing.queries.documents import get_document
from tallystick.invoicing.queries.lists import DOCUMENT_ORDERS, DocumentFilters, list_document_events, list_documents
from tallystick.invoicing.queries.runs import get_bill_run
from tallystick.journeys.record_transfer import record_transfer
from tallystick.money.amount import parse_minor
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_RECORD, RECORDS_READ
from tallystick.sellers.queries import get_seller

app = typer.Typer(help="Look at invoices, and correct them.", no_args_is_help=True)
add_to(app)

SUMMARY = (
    "status",
    "kind",
    "currency",
    "collection_method",
    "invoice_on",
    "due_on",
    "net_minor",
    "tax_minor",
    "gross_minor",
    "settled_minor",
    "open_minor",
)


@app.command("list")
def list_invoices(
    account: Annotated[str, typer.Option(help="Only of this account (external id).")] = "",
    run: Annotated[str, typer.Option(help="Only of this bill run, such as BR-000001.")] = "",
    kind: Annotated[str, typer.Option(help=f"One of {', '.join(DOCUMENT_KINDS)}.")] = "",
    status: Annotated[str, typer.Option(help=f"One of {', '.join(DOCUMENT_STATUSES)}.")] = "",
    only_open: Annotated[bool, typer.Option("--open", help="Only what is posted and not fully settled.")] = False,
    order: Annotated[str, typer.Option(help=f"One of {', '.join(DOCUMENT_ORDERS)}.")] = "oldest",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Invoices, credit notes and debit notes, in the order in which they were made unless told otherwise.

    Example: tallystick invoice list --open --kind invoice --order largest
    """
    current_actor().require(RECORDS_READ)
    owner = get_seller(seller)
    filters = DocumentFilters(
        seller_id=owner.pk,
        account_id=_find_account(owner.pk, account) if account else None,
        run_id=get_bill_run(run, seller_code=owner.code).pk if run else None,
        kind=require_choice(kind, choices=DOCUMENT_KINDS, field="kind") or None,
        status=require_choice(status, choices=DOCUMENT_STATUSES, field="status") or None,
        is_open=only_open,
    )
    documents = list_documents(
        filters=filters, limit=limit, order=require_choice(order, choices=DOCUMENT_ORDERS, field="order")
    )
    if as_json:
        print_json([_sum_up(document) for document in documents])
        return
    print_table(
        "Invoices",
        ("Number", "What", "Account", "Name", "Date", "Due", "Total", "Open"),
        [
            (
                document.number or f"{DRAFT}{document.pk}",
                write_what(document.kind, status=document.status),
                document.account.external_id,
                document.account.name,
                document.invoice_on,
                document.due_on,
                money(document.gross_minor, document.currency),
                money(document.open_minor, document.currency) if document.status == "posted" else "",
            )
            for document in documents
        ],
        right=("Total", "Open"),
    )


def _find_account(seller_id: int, external_id: str) -> int:
    found = list_accounts(filters=AccountFilters(seller_id=seller_id, external_id=external_id), limit=1)
    if not found:
        raise NotFound(f"There is no account {external_id}.", field="account")
    return found[0].pk


def _tell_changed(draft: str, document: Any, as_json: bool) -> None:
    if as_json:
        print_json(_sum_up(document))
    else:
        say(f"{draft} comes to {money(document.gross_minor, document.currency)} now.")


def _sum_up(document: Any) -> dict[str, Any]:
    figures = {name: getattr(document, name) for name in SUMMARY}
    return {"id": document.pk, "number": document.number, "account": document.account.external_id, **figures}


@app.command()
def show(number: NumberArgument, seller: SellerOption = "", as_json: JsonOption = False) -> None:
    """An invoice with what explains each line, its taxes, and what happened to it.

    Example: tallystick invoice show INV-000001
    """
    current_actor().require(RECORDS_READ)
    document = find_document(number, seller)
    view = get_document_view(document.pk)
    hosted_url = find_document_address(document)
    events, deliveries = list_document_events(document.pk), list_document_deliveries(document.pk)
    if as_json:
        print_json(
            {
                **_sum_up(document),
                "hosted_url": hosted_url or None,
                "lines": [line_as_json(line) for group in view.groups for line in group.lines],
                "taxes": [
                    {name: getattr(row, name) for name in ("treatment", "tax_rate", "net_minor", "tax_minor")}
                    for row in view.tax_rows
                ],
                "events": [{"event": each.event, "at": each.at, "by": each.actor_label} for each in events],
                "deliveries": [
                    {"channel": each.channel, "status": each.status, "to": each.recipient} for each in deliveries
                ],
            }
        )
        return
    show_view(view, number=view.number or number)
    if hosted_url:
        say(f"  hosted page: {hosted_url}")
    show_history(events, deliveries, time_zone=document.seller.time_zone)


@app.command()
def pdf(
    number: NumberArgument,
    output: Annotated[Path | None, typer.Option(help="Where to write it. Default: NUMBER.pdf here.")] = None,
    explained: Annotated[bool, typer.Option("--explained", help="Each line says how it came to its amount.")] = False,
    seller: SellerOption = "",
) -> None:
    """Write an invoice's PDF into a file.

    Example: tallystick invoice pdf INV-000001 --output invoice.pdf
    """
    current_actor().require(RECORDS_READ)
    document = find_document(number, seller)
    path = output or Path(f"{number.replace(':', '-').replace('/', '-')}.pdf")
    require_writable(path, option="--output")
    write_bytes(path, get_document_pdf(document.pk, is_explained=explained), option="--output")
    say(str(path))


@app.command("change-line")
def change_line(
    draft: Annotated[str, typer.Argument(help="The draft, as draft:ID.")],
    position: Annotated[int, typer.Argument(min=1, help="Which line, counted from 1.")],
    net_minor: Annotated[int, typer.Option(help="What the line comes to, in minor units: 9000 for 90.00.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the invoice's history.")],
    description: Annotated[str, typer.Option(help="What the line says. Default: as it is.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Change one line of a draft before it is posted; tax and totals follow.

    Example: tallystick invoice change-line draft:17 1 --net-minor 9000 --reason "agreed by phone"
    """
    document = change_draft_line(
        find_document(draft, ""),
        position=position,
        net_minor=net_minor,
        description=description or None,
        reason=reason,
        at=clock.now(),
        actor=current_actor(),
    )
    _tell_changed(draft, document, as_json)


@app.command("add-line")
def add_line(
    draft: Annotated[str, typer.Argument(help="The draft, as draft:ID.")],
    service: Annotated[str, typer.Argument(help="Code of a service of the catalog: how it is taxed.")],
    net_minor: Annotated[int, typer.Option(help="What the line comes to, in minor units: 9000 for 90.00.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the invoice's history.")],
    description: Annotated[str, typer.Option(help="What the line says. Default: the service's name.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Add a line to a draft before it is posted; tax and totals follow.

    Example: tallystick invoice add-line draft:17 setup --net-minor 5000 --reason "forgotten in March"
    """
    document = add_draft_line(
        find_document(draft, ""),
        service_code=service,
        net_minor=net_minor,
        description=description,
        reason=reason,
        at=clock.now(),
        actor=current_actor(),
    )
    _tell_changed(draft, document, as_json)


@app.command("drop-line")
def drop_line(
    draft: Annotated[str, typer.Argument(help="The draft, as draft:ID.")],
    position: Annotated[int, typer.Argument(min=1, help="Which line, by its position.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the invoice's history.")],
    as_json: JsonOption = False,
) -> None:
    """Take a line off a draft before it is posted: it is waived, and not billed again. Tax and totals follow.

    Example: tallystick invoice drop-line draft:17 2 --reason "was promised for free"
    """
    document = drop_draft_line(
        find_document(draft, ""), position=position, reason=reason, at=clock.now(), actor=current_actor()
    )
    _tell_changed(draft, document, as_json)


@app.command()
def pay(
    number: NumberArgument,
    amount: Annotated[str, typer.Option(help="How much arrived, such as 121.00. Default: all that is open.")] = "",
    reference: Annotated[str, typer.Option(help="What tells it at the bank.")] = "",
    on: Annotated[str, typer.Option(help="The day on which it arrived. Default: today.")] = "",
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Record that an invoice was paid by bank transfer. A draft is refused: nobody owes it yet.

    Asks first where it is more than is open: the rest settles what else is owed, and then becomes credit.

    Example: tallystick invoice pay INV-000001 --amount 121.00 --reference "statement 17"
    """
    actor, document = current_actor(), find_document(number, seller)
    actor.require(PAYMENTS_RECORD)
    amount_minor = parse_minor(amount, document.currency) if amount else None
    if amount_minor is not None and document.status == "posted" and document.open_minor > 0:
        ask_about_rest(document.account, amount_minor=amount_minor, yes=yes, document=document)
    transfer = record_transfer(
        document.pk,
        amount_minor=amount_minor,
        reference=reference,
        received_on=parse_date(on, field="on") if on else None,
        at=clock.now(),
        actor=actor,
    )
    present = get_document(document_id=document.pk)
    if as_json:
        print_json({**transfer._asdict(), **_sum_up(present)})
    else:
        arrived, left = money(transfer.amount_minor, document.currency), money(present.open_minor, present.currency)
        say(f"{arrived} arrived for {number}; {left} is open now.")
