"""From the rows of a document to its view: lines by subscription, the seller's VAT numbers."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.documents.core.view import (
    BuyerBlock,
    CorrectedDocument,
    DocumentView,
    LineGroup,
    PaymentTerms,
    SellerBlock,
    TaxRow,
    ViewLine,
)


class DocumentHead(NamedTuple):
    """What a document's own row says; amounts in minor units, `number` empty for a draft."""

    document_id: int
    kind: str
    status: str
    number: str
    language: str
    currency: str
    invoice_on: date
    due_on: date
    net_minor: int
    tax_minor: int
    gross_minor: int
    settled_minor: int
    difference_minor: int
    corrects: CorrectedDocument | None = None
    statement_month_on: date | None = None


class LineRow(NamedTuple):
    """A line with the subscription that it stands under (None and empty names where there is none).

    `part_days` of `full_days` are billed, 0 of 0 for a whole period.
    """

    subscription_id: int | None
    plan_name: str
    subscription_reference: str
    kind: str
    description: str
    period_start_on: date | None
    period_end_on: date | None
    quantity: Decimal
    unit_price: Decimal
    part_days: int
    full_days: int
    percent: Decimal | None
    percent_of_minor: int
    net_minor: int
    treatment: str
    tax_rate: Decimal


class TaxLineRow(NamedTuple):
    """A tax line; `registration` is the VAT number under which the seller accounts for it."""

    registration: str
    treatment: str
    tax_rate: Decimal
    net_minor: int
    tax_minor: int


def build_view(
    head: DocumentHead,
    *,
    seller: SellerBlock,
    buyer: BuyerBlock,
    lines: Iterable[LineRow],
    tax_lines: Sequence[TaxLineRow],
    payment: PaymentTerms,
) -> DocumentView:
    """The view of one document; lines and tax lines in the order in which they stand on it."""
    return DocumentView(
        kind=head.kind,
        status=head.status,
        number=head.number,
        language=head.language,
        currency=head.currency,
        invoice_on=head.invoice_on,
        due_on=head.due_on,
        seller=seller,
        buyer=buyer,
        groups=group_lines(lines),
        tax_rows=tuple(TaxRow(*tax_line[1:]) for tax_line in tax_lines),
        net_minor=head.net_minor,
        tax_minor=head.tax_minor,
        gross_minor=head.gross_minor,
        settled_minor=head.settled_minor,
        difference_minor=head.difference_minor,
        payment=payment,
        corrects=head.corrects,
        statement_month_on=head.statement_month_on,
    )


def list_vat_numbers(tax_lines: Iterable[TaxLineRow]) -> tuple[str, ...]:
    """The VAT numbers that the document's tax is accounted for under, each once; none where VAT plays no part."""
    return tuple(dict.fromkeys(tax_line.registration for tax_line in tax_lines if tax_line.registration))


def group_lines(lines: Iterable[LineRow]) -> tuple[LineGroup, ...]:
    """The lines by subscription, in the order in which each first appears; what belongs to none comes last."""
    groups: dict[int | None, list[LineRow]] = {}
    for line in lines:
        groups.setdefault(line.subscription_id, []).append(line)
    ordered = sorted(groups.items(), key=lambda item: item[0] is None)
    return tuple(
        LineGroup(rows[0].plan_name, rows[0].subscription_reference, tuple(_view_line(row) for row in rows))
        for _, rows in ordered
    )


def _view_line(row: LineRow) -> ViewLine:
    return ViewLine(
        kind=row.kind,
        description=row.description,
        net_minor=row.net_minor,
        quantity=row.quantity,
        unit_price=row.unit_price,
        tax_rate=row.tax_rate,
        treatment=row.treatment,
        period_start_on=row.period_start_on,
        period_end_on=row.period_end_on,
        share_days=(row.part_days, row.full_days) if row.full_days else None,
        percent=row.percent,
        percent_of_minor=row.percent_of_minor,
    )
