"""What comes out below zero, by the four rules, with the worked examples of ZUO-29."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.invoicing.core.credit_rules import split_by_credit_rule
from tallystick.invoicing.core.draft import ChargeUnit, ClaimPeriod, DocumentPart, DraftLine
from tallystick.sellers.core.credit_rules import CREDIT_RULES

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
A, B, C, D = CREDIT_RULES


def line(net: int, *, kind: str = "recurring", unit_price: int | None = None) -> DraftLine:
    price = Decimal(net if unit_price is None else unit_price)
    return DraftLine(
        kind, 1, "Seat", MARCH, APRIL, 1, price, 0, 0, None, 0, net * 100, "zero", Decimal(0), "subscriptions", ""
    )


def unit(*nets: int) -> ChargeUnit:
    """A charge, with its discounts behind it."""
    lines = tuple(line(net, kind="discount" if position else "recurring") for position, net in enumerate(nets))
    return ChargeUnit(lines, (ClaimPeriod(1, "recurring", MARCH, APRIL),))


def part(*units: ChargeUnit, method: str = "remittance") -> DocumentPart:
    return DocumentPart("invoice", method, units)


def told(parts: list[DocumentPart]) -> list[tuple[str, int]]:
    """Kind and amount of each document, in major units."""
    return [(each.kind, sum(unit.net_minor for unit in each.units) // 100) for each in parts]


@pytest.mark.rule("ZUO-29")
@pytest.mark.parametrize(
    ("rule", "amounts", "documents"),
    [
        (A, (100, -30), [("invoice", 70)]),
        (B, (100, -30), [("invoice", 70)]),
        (C, (100, -30), [("invoice", 100), ("credit_note", 30)]),
        (D, (100, -30), [("invoice", 100), ("credit_note", 30)]),
        (A, (20, -50), [("credit_note", 30)]),
        (B, (20, -50), [("credit_note", 30)]),
        (C, (20, -50), [("invoice", 20), ("credit_note", 50)]),
        (D, (20, -50), [("invoice", 20), ("credit_note", 50)]),
        (C, (-50,), [("credit_note", 50)]),
        # a charge of exactly 0 counts as positive
        (A, (0,), [("invoice", 0)]),
        (C, (0, -50), [("invoice", 0), ("credit_note", 50)]),
        (D, (0, -50), [("invoice", 0), ("credit_note", 50)]),
        (A, (30, -30), [("invoice", 0)]),
    ],
)
def test_the_worked_examples(rule: str, amounts: tuple[int, ...], documents: list[tuple[str, int]]) -> None:
    assert told(split_by_credit_rule([part(*(unit(amount) for amount in amounts))], rule=rule)) == documents


@pytest.mark.rule("ZUO-27")
def test_a_credit_that_came_to_zero_goes_on_the_note_under_the_fourth_rule_alone() -> None:
    nothing = ChargeUnit((line(0, unit_price=-5),), ())
    assert told(split_by_credit_rule([part(unit(100), nothing)], rule=C)) == [("invoice", 100)]
    assert told(split_by_credit_rule([part(unit(100), nothing)], rule=D)) == [("invoice", 100), ("credit_note", 0)]


@pytest.mark.rule("ZUO-27")
@pytest.mark.parametrize("rule", CREDIT_RULES)
def test_a_discount_follows_the_charge_that_it_lowers(rule: str) -> None:
    assert told(split_by_credit_rule([part(unit(100, -10), unit(50, -50))], rule=rule)) == [("invoice", 90)]


@pytest.mark.rule("ZUO-27")
@pytest.mark.parametrize(
    ("rule", "documents"),
    [
        # 100 on its own invoice, -30 on another: only the whole bill's sign counts under (a), each document's under (b)
        (A, [("invoice", 70)]),
        (B, [("invoice", 100), ("credit_note", 30)]),
    ],
)
def test_several_documents_of_a_bill(rule: str, documents: list[tuple[str, int]]) -> None:
    parts = [part(unit(100)), part(unit(-30), method="automatic")]
    assert told(split_by_credit_rule(parts, rule=rule)) == documents


def test_under_the_first_rule_a_negative_document_lowers_the_largest_and_goes_on_to_the_next() -> None:
    parts = [part(unit(10)), part(unit(100)), part(unit(-105))]
    assert told(split_by_credit_rule(parts, rule=A)) == [("invoice", 5)]
    assert told(split_by_credit_rule([*parts, part(unit(-10))], rule=A)) == [("credit_note", 5)]


def test_a_note_keeps_what_explains_its_lines_with_the_signs_turned() -> None:
    (note,) = split_by_credit_rule([part(unit(20), unit(-50))], rule=A)
    assert [(each.unit_price, each.net_minor) for unit in note.units for each in unit.lines] == [
        (Decimal(-20), -20_00),
        (Decimal(50), 50_00),
    ]
    assert sum(len(unit.claims) for unit in note.units) == 2
