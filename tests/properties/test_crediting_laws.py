"""What must hold for credit notes and splits by credit rules, whatever the figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.invoicing.core.correction import CorrectionAsk, plan_correction
from tallystick.invoicing.core.credit_rules import split_by_credit_rule
from tallystick.invoicing.core.crediting import (
    Correctable,
    CorrectableLine,
    CorrectableTax,
    CorrectionPlan,
    GroupKey,
    plan_rest,
)
from tallystick.invoicing.core.draft import ChargeUnit, DocumentPart, DraftLine
from tallystick.invoicing.core.taxing import compute_tax_lines
from tallystick.invoicing.core.undoing import Placed, plan_undoing
from tallystick.invoicing.errors import AmountNotReachable, CorrectionEmpty, CreditTooLarge
from tallystick.sellers.core.credit_rules import CREDIT_RULES
from tallystick.taxes.core.computation import tax_on

GROUPS: tuple[GroupKey, ...] = (
    ("NL1", "standard", Decimal(21)),
    ("NL1", "reduced", Decimal(9)),
    ("NL1", "zero", Decimal(0)),
)
AMOUNT = st.integers(1, 100_000)
MARCH = date(2026, 3, 1)


@st.composite
def documents(draw: st.DrawFn) -> Correctable:
    """A posted document: charges in up to three tax groups, some with a discount behind them, nothing credited yet."""
    lines: list[CorrectableLine] = []
    for charge in draw(st.lists(AMOUNT, min_size=1, max_size=6)):
        group = draw(st.sampled_from(GROUPS))
        lines.append(CorrectableLine(len(lines) + 1, charge, 0, group))
        if draw(st.booleans()):
            lines.append(CorrectableLine(len(lines) + 1, -draw(st.integers(1, charge)), 0, group))
    nets = {key: sum(line.net_minor for line in lines if line.group == key) for key in {line.group for line in lines}}
    taxes = {key: CorrectableTax(tax_on(net, rate=key[2]), 0) for key, net in nets.items()}
    return Correctable("EUR", sum(nets.values()) + sum(tax.tax_minor for tax in taxes.values()), tuple(lines), taxes)


def credited(of: Correctable, plan: CorrectionPlan) -> Correctable:
    """The document after a note."""
    lines = tuple(
        line._replace(credited_minor=line.credited_minor + plan.amounts.get(line.position, 0)) for line in of.lines
    )
    taxes = dict(of.taxes)
    for line in plan.tax_lines:
        key = (line.registration, line.treatment, line.tax_rate)
        taxes[key] = taxes[key]._replace(credited_minor=taxes[key].credited_minor + line.tax_minor)
    return of._replace(lines=lines, taxes=taxes)


ASKS = st.one_of(
    st.builds(lambda net: CorrectionAsk(net_minor=net), AMOUNT),
    st.builds(lambda gross: CorrectionAsk(gross_minor=gross), AMOUNT),
    st.builds(lambda lines: CorrectionAsk(lines=lines), st.dictionaries(st.integers(1, 12), AMOUNT, max_size=3)),
)


@settings(max_examples=200)
@given(of=documents(), asks=st.lists(ASKS, max_size=6))
def test_any_sequence_of_notes_stays_within_the_document_and_the_rest_ends_at_its_own_tax(
    of: Correctable, asks: list[CorrectionAsk]
) -> None:
    total = 0
    for ask in asks:
        try:
            plan = plan_correction(of, kind="credit_note", ask=ask)
        except (AmountNotReachable, CorrectionEmpty, CreditTooLarge):
            continue
        assert ask.net_minor in (None, plan.net_minor) and ask.gross_minor in (None, plan.gross_minor)
        of, total = credited(of, plan), total + plan.gross_minor
        assert 0 < total <= of.gross_minor
        for line in of.lines:
            assert min(line.net_minor, 0) <= line.credited_minor <= max(line.net_minor, 0)
        for key, tax in of.taxes.items():
            net = sum(line.credited_minor for line in of.lines if line.group == key)
            assert tax.credited_minor == tax_on(net, rate=key[2])
    rest = plan_rest(of)
    assert total + rest.gross_minor == of.gross_minor
    after = credited(of, rest)
    assert all(line.rest_minor == 0 for line in after.lines)
    assert all(tax.tax_minor == tax.credited_minor for tax in after.taxes.values())


@given(of=documents(), gross_minor=AMOUNT)
def test_a_gross_that_is_refused_as_unreachable_is_one_that_no_net_near_it_has(
    of: Correctable, gross_minor: int
) -> None:
    try:
        plan = plan_correction(of, kind="debit_note", ask=CorrectionAsk(gross_minor=gross_minor))
    except (AmountNotReachable, CorrectionEmpty):
        return
    assert plan.gross_minor == gross_minor
    assert all(net > 0 for net in plan.amounts.values())


def unit(net_minor: int, group: GroupKey) -> ChargeUnit:
    line = DraftLine(
        "recurring", 1, "Seat", MARCH, date(2026, 4, 1), 1, Decimal(net_minor), 0, 0, None, 0, net_minor,
        group[1], group[2], "subscriptions", group[0],
    )  # fmt: skip
    return ChargeUnit((line,), ())


UNITS = st.builds(unit, st.integers(-100_000, 100_000), st.sampled_from(GROUPS))
PARTS = st.lists(
    st.builds(
        lambda units, method: DocumentPart("invoice", method, tuple(units)),
        st.lists(UNITS, min_size=1, max_size=5),
        st.sampled_from(["automatic", "remittance"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=200)
@given(parts=PARTS, rule=st.sampled_from(CREDIT_RULES))
def test_no_rule_makes_a_document_below_zero_or_loses_a_charge(parts: list[DocumentPart], rule: str) -> None:
    asked = sum(each.net_minor for part in parts for each in part.units)
    documents = split_by_credit_rule(parts, rule=rule)
    signed, many = 0, 0
    for document in documents:
        lines = [line for each in document.units for line in each.lines]
        net = sum(line.net_minor for line in lines)
        assert net + sum(tax.tax_minor for tax in compute_tax_lines(lines)) >= 0
        signed += -net if document.kind == "credit_note" else net
        many += len(document.units)
    assert signed == asked
    assert many == sum(len(part.units) for part in parts)


@given(amounts=st.lists(AMOUNT, max_size=8), free_minor=st.integers(0, 500_000))
def test_undoing_frees_exactly_what_is_needed_from_the_newest(amounts: list[int], free_minor: int) -> None:
    placed = [Placed(number, 1, 1, 1, 1, amount) for number, amount in enumerate(amounts, 1)]
    undoings = plan_undoing(placed, free_minor=free_minor)
    freed = sum(each.placed.amount_minor - each.keeps_minor for each in undoings)
    assert freed == min(free_minor, sum(amounts))
    assert [each.placed.allocation_id for each in undoings] == list(range(len(amounts), 0, -1))[: len(undoings)]
    assert all(each.keeps_minor == 0 for each in undoings[:-1])
