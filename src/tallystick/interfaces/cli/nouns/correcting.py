"""`tallystick invoice`: credit, debit, post; what takes documents back stands in `taking_back`."""

from collections.abc import Callable
from typing import Annotated

import typer

from tallystick.errors import InvalidInput
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
)
from tallystick.interfaces.cli.nouns.taking_back import cancel_latest_bill, reject, resend, reverse, void
from tallystick.invoicing.core.correction import CREDIT_NOTE, DEBIT_NOTE, CorrectionAsk
from tallystick.invoicing.operations.issue_correction import draft_correction, issue_correction, post_correction
from tallystick.invoicing.queries.correctable import preview_correction
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import INVOICES_ADJUST

LineOption = Annotated[
    list[str] | None, typer.Option("--line", help="POSITION=NET in minor units, such as 1=1000; repeatable.")
]
NetOption = Annotated[int | None, typer.Option(help="For the whole, before tax, in minor units.")]
GrossOption = Annotated[int | None, typer.Option(help="For the whole, with tax, in minor units.")]
DraftOption = Annotated[bool, typer.Option("--draft", help="Leave it as a draft.")]


def add_to(app: typer.Typer) -> None:
    """Add the verbs to the noun."""
    verbs: dict[str, Callable[..., None]] = {
        "credit": credit,
        "debit": debit,
        "post": post,
        "reject": reject,
        "reverse": reverse,
        "void": void,
        "cancel-bill": cancel_latest_bill,
        "resend": resend,
    }
    for name, verb in verbs.items():
        app.command(name)(verb)


def credit(
    number: NumberArgument,
    reason: ReasonOption,
    line: LineOption = None,
    net_minor: NetOption = None,
    gross_minor: GrossOption = None,
    reason_code: ReasonCodeOption = "",
    dated_on: DateOption = "",
    draft: DraftOption = False,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Issue a credit note against a posted invoice: by line, for the whole, or without amounts for all that is left.

    Example: tallystick invoice credit INV-000001 --gross-minor 2000 --reason "agreed by phone" --yes
    """
    ask = CorrectionAsk(_read_lines(line), net_minor, gross_minor)
    _correct(number, CREDIT_NOTE, ask, reason, reason_code, dated_on, draft, yes, seller, as_json)


def debit(
    number: NumberArgument,
    reason: ReasonOption,
    line: LineOption = None,
    net_minor: NetOption = None,
    gross_minor: GrossOption = None,
    reason_code: ReasonCodeOption = "",
    dated_on: DateOption = "",
    draft: DraftOption = False,
    yes: YesOption = False,
    seller: SellerOption = "",
    as_json: JsonOption = False,
) -> None:
    """Issue a debit note against a posted invoice: more is owed for a line, or for the whole.

    Example: tallystick invoice debit INV-000001 --line 1=500 --reason "one seat too few" --yes
    """
    ask = CorrectionAsk(_read_lines(line), net_minor, gross_minor)
    _correct(number, DEBIT_NOTE, ask, reason, reason_code, dated_on, draft, yes, seller, as_json)


def _correct(
    number: str,
    kind: str,
    ask: CorrectionAsk,
    reason: str,
    reason_code: str,
    dated_on: str,
    is_draft: bool,
    yes: bool,
    seller: str,
    as_json: bool,
) -> None:
    actor = current_actor()
    actor.require(INVOICES_ADJUST)
    document = find_document(number, seller)
    preview = preview_correction(document, kind=kind, ask=ask)
    confirm(kind.replace("_", " "), document=document, preview=preview, yes=yes or is_draft)
    act = draft_correction if is_draft else issue_correction
    note = act(
        document,
        kind=kind,
        ask=ask,
        reason=reason,
        reason_code=reason_code,
        dated_on=read_date(dated_on),
        at=clock.now(),
        actor=actor,
    )
    show_document(note, what="drafted" if is_draft else "posted", as_json=as_json)


def _read_lines(lines: list[str] | None) -> dict[int, int]:
    amounts = {}
    for each in lines or []:
        position, _, net = each.partition("=")
        if not position.isdecimal() or not net.removeprefix("-").isdecimal():
            raise InvalidInput(f"{each!r} is not a line with its amount, such as 1=1000.", field="line")
        amounts[int(position)] = int(net)
    return amounts


def post(
    draft: Annotated[str, typer.Argument(help="The drafted note, as draft:ID.")],
    as_json: JsonOption = False,
) -> None:
    """Post a drafted credit note or debit note. Invoices are posted with their bill run.

    Example: tallystick invoice post draft:17
    """
    note = post_correction(find_document(draft, ""), at=clock.now(), actor=current_actor())
    show_document(note, what="posted", as_json=as_json)
