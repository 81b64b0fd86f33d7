"""A line's share of a full period, as days that a reader can count."""

from datetime import date


def compute_share_days(
    numerator: int, *, denominator: int, start_on: date | None, end_on: date | None
) -> tuple[int, int] | None:
    """The share as (days billed, days of the full period): 1/2 over 15 days is (15, 30). None for a whole period.

    Shares are kept in lowest terms. The days of the half-open period give the counted ones back; where they don't
    fit, as under 30/360 in February, the fraction itself is what was billed.
    """
    if numerator == denominator:
        return None
    if start_on is None or end_on is None or numerator <= 0:
        return numerator, denominator
    days = (end_on - start_on).days
    basis, rest = divmod(days * denominator, numerator)
    return (numerator, denominator) if rest else (days, basis)
