"""What an action was billed, as plain values that a page, the API and the command line show alike."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.invoicing.models import Document, Draw
from tallystick.invoicing.queries.documents import list_explanations, list_lines
from tallystick.invoicing.queries.draws import list_draw_explanations

#: The kind of what is no document: charges taken on the account, for which the month's statement asks.
DRAWN = "drawn"


class ActionLine(NamedTuple):
    """A line of an action's bill; `net_minor` in minor units before tax, `why` how it came to that, in words."""

    description: str
    period_start_on: date | None
    period_end_on: date | None
    quantity: Decimal
    unit_price: Decimal
    part_days: int
    full_days: int
    net_minor: int
    why: str


class ActionDocument(NamedTuple):
    """A document of an action's bill, with what is open of it; `corrects` is the number of what it corrects.

    What was drawn on the account stands as one of kind `drawn`, without id and number; nothing of it is open.
    """

    document_id: int
    number: str
    kind: str
    corrects: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    open_minor: int
    lines: tuple[ActionLine, ...]


class ActionBill(NamedTuple):
    """All that one action bills. `total_minor` is gross: credit notes lower it, and below zero it is owed to them."""

    currency: str
    documents: tuple[ActionDocument, ...]

    @property
    def total_minor(self) -> int:
        """What it comes to in sum."""
        return sum(each.gross_minor * (-1 if each.kind == "credit_note" else 1) for each in self.documents)


def read_action_bill(documents: Sequence[Document], *, draws: Sequence[Draw] = ()) -> ActionBill:
    """The documents of one action with their lines, and what it drew on the account."""
    read = [_read(each) for each in documents]
    currency = documents[0].currency if documents else ""
    if draws:
        currency = draws[0].account.currency
        read.append(_read_draws(draws))
    return ActionBill(currency, tuple(read))


def _read(document: Document) -> ActionDocument:
    return ActionDocument(
        document.pk,
        document.number or "",
        document.kind,
        str(document.corrects) if document.corrects else "",
        document.net_minor,
        document.tax_minor,
        document.gross_minor,
        document.open_minor,
        tuple(
            ActionLine(
                line.description,
                line.period_start_on,
                line.period_end_on,
                line.quantity,
                line.unit_price,
                line.part_days,
                line.full_days,
                line.net_minor,
                why,
            )
            for line, why in zip(list_lines(document.pk), list_explanations(document.pk), strict=True)
        ),
    )


def _read_draws(draws: Sequence[Draw]) -> ActionDocument:
    told = list_draw_explanations([draw.pk for draw in draws])
    net_minor, tax_minor = sum(draw.net_minor for draw in draws), sum(draw.tax_minor for draw in draws)
    lines = tuple(
        ActionLine(
            draw.description,
            draw.period_start_on,
            draw.period_end_on,
            draw.quantity,
            draw.unit_price,
            draw.part_days,
            draw.full_days,
            draw.net_minor,
            told[draw.pk],
        )
        for draw in draws
    )
    return ActionDocument(0, "", DRAWN, "", net_minor, tax_minor, net_minor + tax_minor, 0, lines)
