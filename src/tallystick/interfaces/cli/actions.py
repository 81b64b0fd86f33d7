"""How actions on subscriptions are typed and shown at the command line, of whichever kinds there are."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from tallystick.errors import InvalidInput
from tallystick.interfaces.cli.context import parse_date
from tallystick.interfaces.cli.output import money, print_table, say
from tallystick.invoicing.queries.action_bill import DRAWN, ActionBill, ActionDocument
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.actions import Action, AmendedTerms, Placement
from tallystick.subscriptions.core.new_subscription import NewService

KindArgument = Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")]
OnOption = Annotated[str, typer.Option(help="From which day (ISO); empty: today; a day to come schedules it.")]
ServiceOption = Annotated[
    list[str] | None,
    typer.Option("--service", help="CODE[:QUANTITY[:UNIT PRICE]] of a service that is added; repeatable."),
]
ServiceIdOption = Annotated[
    list[int] | None,
    typer.Option("--service-id", help="Id of a service of the subscription that it is about; repeatable."),
]
UntilOption = Annotated[str, typer.Option("--until", help="The first day after what lasts only a while (ISO).")]
TermsOption = Annotated[
    list[str] | None,
    typer.Option("--terms", help=f"NAME=VALUE of new billing terms ({', '.join(AmendedTerms._fields)}); repeatable."),
]
ComponentOption = Annotated[
    list[str] | None, typer.Option("--component", help="Code of a service that a bundle covers; repeatable.")
]
PlacementOption = Annotated[
    list[str] | None,
    typer.Option("--placement", help="SERVICE ID:ITEM:QUANTITY on an item or at a location; repeatable."),
]


def read_services(typed: Sequence[str] | None, *, on: date) -> tuple[NewService, ...]:
    """Services to add, as they were typed; refuses what is no number."""
    found = []
    for each in typed or ():
        parts = each.split(":")
        if not parts[0] or len(parts) > 3:
            raise InvalidInput(f"{each!r} is not CODE[:QUANTITY[:UNIT PRICE]], such as seat:2:9.50.", field="service")
        code, quantity, price = (*parts, "", "")[:3]
        found.append(
            NewService(
                code,
                on,
                quantity=_read_number(quantity or "1", "service"),
                unit_price_override=_read_number(price, "service") if price else None,
            )
        )
    return tuple(found)


def read_terms(typed: Sequence[str] | None) -> AmendedTerms | None:
    """New billing terms, None where none were typed; refuses a name that there is not."""
    if not typed:
        return None
    given: dict[str, Any] = {}
    for each in typed:
        name, _, value = each.partition("=")
        if name not in AmendedTerms._fields or not value:
            names = ", ".join(AmendedTerms._fields)
            raise InvalidInput(f"{each!r} is not NAME=VALUE with one of {names}.", field="terms")
        given[name] = _read_term(name, value)
    return AmendedTerms(**given)


def read_placements(typed: Sequence[str] | None) -> tuple[Placement, ...]:
    """What is on which item or at which location."""
    found = []
    for each in typed or ():
        service_id, _, rest = each.partition(":")
        item, _, quantity = rest.rpartition(":")
        if not service_id.isdecimal() or not item:
            raise InvalidInput(f"{each!r} is not SERVICE ID:ITEM:QUANTITY, such as 17:SN-4:1.", field="placement")
        found.append(Placement(int(service_id), item, _read_number(quantity, "placement")))
    return tuple(found)


def compose_action(
    kind: str,
    *,
    on: date,
    service: Sequence[str] | None,
    service_id: Sequence[int] | None,
    until: str,
    terms: Sequence[str] | None,
    component: Sequence[str] | None,
    placement: Sequence[str] | None,
) -> Action:
    """The action that was typed."""
    return Action(
        kind,
        on,
        read_services(service, on=on),
        tuple(service_id or ()),
        until_on=parse_date(until, field="until") if until else None,
        terms=read_terms(terms),
        components=tuple(component or ()),
        placements=read_placements(placement),
    )


def show_bill(bill: ActionBill, *, done: bool) -> None:
    """Each document with its lines and how they came about, and what it all comes to."""
    for document in bill.documents:
        print_table(
            _name(document, bill.currency),
            ("What", "From", "Until", "Net", "Why"),
            [
                (
                    line.description,
                    line.period_start_on,
                    line.period_end_on,
                    money(line.net_minor, bill.currency),
                    line.why,
                )
                for line in document.lines
            ],
            right=("Net",),
        )
    if not bill.documents:
        say("Nothing is billed." if done else "Nothing would be billed.")
        return
    say(f"{'In all' if done else 'It would come to'} {money(bill.total_minor, bill.currency)} with tax.")


def sum_up_bill(bill: ActionBill | None) -> dict[str, Any]:
    """The figures of an action's bill, as JSON shows them; empty of documents while it waits for its day."""
    if bill is None:
        return {"total_minor": None, "documents": []}
    documents = [{**each._asdict(), "lines": [line._asdict() for line in each.lines]} for each in bill.documents]
    return {"currency": bill.currency, "total_minor": bill.total_minor, "documents": documents}


def _name(document: ActionDocument, currency: str) -> str:
    kind = "Drawn on the account" if document.kind == DRAWN else document.kind.replace("_", " ").capitalize()
    of = f" for {document.corrects}" if document.corrects else ""
    gross, tax = money(document.gross_minor, currency), money(document.tax_minor, currency)
    return f"{f'{kind} {document.number}'.strip()}{of}: {gross}, {tax} of it tax"


def _read_term(name: str, value: str) -> str | int:
    if "int" not in str(AmendedTerms.__annotations__[name]):
        return value
    if not value.isdecimal():
        raise InvalidInput(f"{name}: {value!r} is no whole number.", field="terms")
    return int(value)


def _read_number(text: str, field: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidInput(f"{text!r} is no number.", field=field) from None
    if not number.is_finite():
        raise InvalidInput(f"{text!r} is no number.", field=field)
    return number
