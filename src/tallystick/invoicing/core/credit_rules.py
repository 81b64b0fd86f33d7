"""What comes out below zero: a bill split into invoices and credit notes by the seller's rule (ZUO-27..29). Pure."""

from collections.abc import Iterable, Sequence

from tallystick.invoicing.core.draft import ChargeUnit, DocumentPart, DraftLine
from tallystick.invoicing.core.taxing import compute_tax_lines
from tallystick.sellers.core.credit_rules import GROUPED, NEGATIVE_AND_ZERO, WHOLE

INVOICE, CREDIT_NOTE = "invoice", "credit_note"


def split_by_credit_rule(parts: Sequence[DocumentPart], *, rule: str) -> list[DocumentPart]:
    """The documents of a bill, none of them negative: lines of credit notes have their signs turned round.

    `parts` are the bill's invoices as they would be if anything went. What is judged is gross; a charge of exactly 0
    counts as positive.
    """
    if not any(unit.net_minor <= 0 for part in parts for unit in part.units):
        return list(parts)
    if rule == WHOLE:
        return _split_whole(parts)
    if rule == GROUPED:
        return [_as_credit_note(part) if _gross(part.units) < 0 else part for part in parts]
    return [document for part in parts for document in _split_charges(part, zero_too=rule == NEGATIVE_AND_ZERO)]


def turn_signs(line: DraftLine) -> DraftLine:
    """The line as a credit note says it: what was -30.00 gives back 30.00."""
    return line._replace(
        unit_price=-line.unit_price, percent_of_minor=-line.percent_of_minor, net_minor=-line.net_minor
    )


def _split_whole(parts: Sequence[DocumentPart]) -> list[DocumentPart]:
    """Negative documents are merged into the largest of the others until none is left, or the whole is negative."""
    left = list(parts)
    while len(left) > 1:
        lowest = min(left, key=lambda part: _gross(part.units))
        if _gross(lowest.units) >= 0:
            break
        left.remove(lowest)
        largest = max(left, key=lambda part: _gross(part.units))
        merged = largest._replace(units=largest.units + lowest.units)
        left[left.index(largest)] = merged
    return [_as_credit_note(part) if _gross(part.units) < 0 else part for part in left]


def _split_charges(part: DocumentPart, *, zero_too: bool) -> list[DocumentPart]:
    asked: list[ChargeUnit] = []
    credited: list[ChargeUnit] = []
    for unit in part.units:
        is_credit = unit.net_minor < 0 or (zero_too and _is_zero_credit(unit))
        (credited if is_credit else asked).append(unit)
    documents = [part._replace(units=tuple(asked))] if asked else []
    if credited:
        documents.append(_as_credit_note(part._replace(units=tuple(credited))))
    return documents


def _is_zero_credit(unit: ChargeUnit) -> bool:
    """A credit that came to nothing: a negative price for no quantity, or a discount on nothing."""
    return all(line.net_minor == 0 for line in unit.lines) and any(
        line.unit_price < 0 or line.kind == "discount" for line in unit.lines
    )


def _as_credit_note(part: DocumentPart) -> DocumentPart:
    units = tuple(unit._replace(lines=tuple(turn_signs(line) for line in unit.lines)) for unit in part.units)
    return part._replace(kind=CREDIT_NOTE, units=units)


def _gross(units: Iterable[ChargeUnit]) -> int:
    lines = [line for unit in units for line in unit.lines]
    return sum(line.net_minor for line in lines) + sum(tax.tax_minor for tax in compute_tax_lines(lines))
