"""A line of a credit note or debit note explains itself: what was billed, what stays or is owed now. Pure."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tallystick.invoicing.core.correction import CREDIT_NOTE
from tallystick.invoicing.core.line_explanation import MINUS, LineFacts, write_share
from tallystick.money.amount import format_minor
from tallystick.money.rounding import divide_half_away


class CorrectedLine(NamedTuple):
    """The line that a note corrects, the number of its document, and by how much earlier notes changed it.

    `changed_minor` is below 0 for what was given back; minor units before tax.
    """

    line: LineFacts
    number: str
    period_start_on: date | None
    period_end_on: date | None
    changed_minor: int


def explain_note_line(
    net_minor: int, *, kind: str, starts_on: date | None, corrected: CorrectedLine, currency: str
) -> str:
    """How a note's line over `net_minor`, whose days begin at `starts_on`, came to its amount.

    Such as "8.00 billed by INV-1 − 8.00 × 10/31 = 2.58 for the 10 of 31 days that stay = 5.42".
    """
    was = corrected.line.net_minor + corrected.changed_minor
    is_credit = kind == CREDIT_NOTE
    now = was - net_minor if is_credit else was + net_minor
    billed = f"{_write(corrected.line.net_minor, currency)} billed by {corrected.number}"
    if corrected.changed_minor:
        billed = f"{billed}, by earlier notes {_write(was, currency)}"
    if not is_credit:
        return f"{_write(now, currency)} as agreed now {MINUS} {billed} = {_write(net_minor, currency)}"
    if now == 0:
        return f"{billed}, all of it given back"
    stays = _tell_days_that_stay(now, starts_on, corrected, currency) or f"{_write(now, currency)} as agreed now"
    return f"{billed} {MINUS} {stays} = {_write(net_minor, currency)}"


def _tell_days_that_stay(now: int, starts_on: date | None, corrected: CorrectedLine, currency: str) -> str:
    """The days before those given back, with the share of the price that they are where they are exactly that."""
    start_on, end_on, line = corrected.period_start_on, corrected.period_end_on, corrected.line
    if starts_on is None or start_on is None or end_on is None or not start_on < starts_on < end_on:
        return ""
    kept, whole = (starts_on - start_on).days, (end_on - start_on).days
    told = f"for the {kept} of {whole} days that stay"
    share = Fraction(line.net_minor * kept, whole)
    if line.percent is None and divide_half_away(share.numerator, share.denominator) == now and not line.full_days:
        return f"{write_share(line, part=kept, of=whole, currency=currency)} = {_write(now, currency)} {told}"
    return f"{_write(now, currency)} {told}"


def _write(amount_minor: int, currency: str) -> str:
    return format_minor(amount_minor, currency).replace("-", MINUS)
