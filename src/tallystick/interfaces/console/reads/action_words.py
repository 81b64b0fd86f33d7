"""What an action bills, as people read it before they confirm it and after it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tallystick.interfaces.console.formats import write_day, write_money
from tallystick.interfaces.console.reads.line_words import write_period
from tallystick.invoicing.queries.action_bill import DRAWN, ActionBill, ActionDocument, ActionLine
from tallystick.journeys.take_action import Taken
from tallystick.subscriptions.core import action_kinds as kinds
from tallystick.subscriptions.core.action_kinds import ActionKind
from tallystick.subscriptions.core.actions import Action

#: What each action does, where one is chosen.
MEANINGS: Mapping[str, str] = {
    kinds.BECOME_EFFECTIVE: "The draft begins: its services start, and what is due for them is billed.",
    kinds.AMEND_TERMS: "Another plan, interval, cycle day or scheme; what was billed ahead is credited.",
    kinds.ACTIVATE: "Services that were switched off come back and are billed to the next cycle day.",
    kinds.START_SERVICE: "One more service, billed from its day to the next cycle day.",
    kinds.SWAP_SERVICE: "One service in the place of another: the old is credited, the new billed, on one bill.",
    kinds.END_RESTING: "Services that rest (all, where none is chosen) go on, billed from that day.",
    kinds.END_SHORT_TERM: "Services that are off for a short term go on, billed from that day.",
    kinds.ADD_USAGE_SERVICE: "A service billed by what is used; its flat fee, if it has one, is billed now.",
    kinds.ACTIVATE_SHORT_TERM: "Services are on for some days only, and just these are billed.",
    kinds.ADD_SERVICES: "Several services at a time, each billed from its day to the next cycle day.",
    kinds.ADD_EXPENSE: "Something sold once, billed in full.",
    kinds.AMEND_BUNDLE: "The bundle covers other components; the difference for the days left is billed.",
    kinds.CHANGE_DISTRIBUTION: "How many are on which device or at which location; another number is priced anew.",
    kinds.AMEND_SERVICES: "Some services end, others begin, on one bill.",
    kinds.CHANGE_QUANTITY: "More or fewer of a service, or another price, from that day.",
    kinds.END_SERVICE: "The service ends; what was billed for later days is credited.",
}


class ShownLine(NamedTuple):
    """A line with the days that it covers, in words."""

    line: ActionLine
    period: str


class ShownDocument(NamedTuple):
    """A document of an action's bill under its title."""

    title: str
    document: ActionDocument
    lines: Sequence[ShownLine]


def list_shown_documents(bill: ActionBill | None) -> list[ShownDocument]:
    """The documents that would be posted, none where it waits for its day."""
    if bill is None:
        return []
    return [
        ShownDocument(
            _name(document),
            document,
            [ShownLine(line, write_period(line.period_start_on, end_on=line.period_end_on)) for line in document.lines],
        )
        for document in bill.documents
    ]


def write_fingerprint(taken: Taken) -> str:
    """What was shown, so that only that is done: the amounts of its documents."""
    if taken.bill is None:
        return "waits"
    return " ".join(f"{each.kind}:{each.gross_minor}" for each in taken.bill.documents) or "nothing"


def write_button(kind: ActionKind, *, action: Action, taken: Taken) -> str:
    """What pressing it does, in numbers."""
    if taken.bill is None:
        return f"Schedule it for {write_day(action.on)}"
    if not taken.bill.documents:
        return "Do it; nothing is billed"
    total = write_money(taken.bill.total_minor, currency=taken.bill.currency)
    posted = _count(taken.bill)
    return f"Do it and {f'post {posted}' if posted else 'draw it on the account'}, {total}"


def write_intro(kind: ActionKind, *, action: Action, taken: Taken) -> str:
    """What will happen, in one or two sentences."""
    name = kind.name[:1].lower() + kind.name[1:]
    if taken.bill is None:
        return (
            f"Nothing is changed and nothing billed today. On {write_day(action.on)} it is done: {name}; then it is "
            "billed, with the prices of that day. Until then it can be canceled."
        )
    if not taken.bill.documents:
        return "The change is made at once. Nothing of it is billed now: what it costs comes with the next bill run."
    drawn = "What it costs is drawn on the account, and the month's statement asks for it."
    posted = [each for each in taken.bill.documents if each.kind != DRAWN]
    if not posted:
        return f"The change is made at once. {drawn}"
    they = "It gets its number" if len(posted) == 1 else "They get numbers"
    also = f" {drawn}" if len(posted) < len(taken.bill.documents) else ""
    return (
        f"The change is made and {_count(taken.bill)} posted at once, both or neither. {they} and can then only be "
        f"corrected by credit notes.{also}"
    )


def _count(bill: ActionBill) -> str:
    many = sum(each.kind != DRAWN for each in bill.documents)
    return f"{many} document{'s' if many > 1 else ''}" if many else ""


def _name(document: ActionDocument) -> str:
    if document.kind == DRAWN:
        return "Drawn on the account"
    kind = document.kind.replace("_", " ").capitalize()
    return f"{kind} for {document.corrects}" if document.corrects else kind
