"""Why an account of a run should be looked at before posting, most urgent first (ZUO-47). Pure tests on plain facts."""

from collections.abc import Iterator
from typing import NamedTuple

from tallystick.money.amount import format_minor

FAILED, NEGATIVE, NO_USAGE, TAX, NOT_READY, FAR, PRICE, FIRST, ZERO = (
    "failed",
    "negative",
    "usage_without_usage",
    "new_tax_treatment",
    "einvoice_not_ready",
    "amount_far",
    "changed_price",
    "first_invoice",
    "zero",
)
REDRAFTED = "drafted_again"
WEIGHTS: dict[str, int] = {
    FAILED: 100,
    NEGATIVE: 90,
    NO_USAGE: 80,
    REDRAFTED: 75,
    TAX: 70,
    NOT_READY: 65,
    FAR: 60,
    PRICE: 50,
    FIRST: 40,
    ZERO: 30,
}
"""What each reason weighs; an account weighs what its reasons weigh together."""
ENOUGH_HISTORY = 2
#: After a single bill, which may have been for part of a period, only an amount beyond this many times it is far.
FAR_FROM_ONE = 3


class PastBills(NamedTuple):
    """An account's earlier posted bills: how many, and the least and greatest gross of those of the last year."""

    bills: int = 0
    least_minor: int = 0
    greatest_minor: int = 0
    recent_bills: int = 0


class ChangedPrice(NamedTuple):
    """A service whose unit prices are not those of the period before."""

    service: str
    before: str
    now: str


class BillToFacts(NamedTuple):
    """What posting will freeze of an account that is to get e-invoices."""

    wants_einvoice: bool = False
    buyer_reference: str = ""
    endpoint: str = ""
    has_address: bool = True


class RiskFacts(NamedTuple):
    """What a run made of one account, and what it was before. Amounts are gross, in minor units."""

    currency: str
    gross_minor: int | None
    failure: str = ""
    redrafted: str = ""
    has_credit_note: bool = False
    past: PastBills = PastBills()
    changed_prices: tuple[ChangedPrice, ...] = ()
    new_treatments: tuple[str, ...] = ()
    silent_usage: tuple[str, ...] = ()
    bill_to: BillToFacts = BillToFacts()


class Risk(NamedTuple):
    """One reason to look, and in words why."""

    code: str
    words: str


def find_risks(facts: RiskFacts) -> tuple[Risk, ...]:
    """Every reason to look at an account, most urgent first; none for one that is as ever."""
    found = [*_find_of_account(facts), *_find_of_amount(facts), *_find_of_content(facts)]
    return tuple(sorted(found, key=lambda risk: -WEIGHTS[risk.code]))


def weigh(risks: tuple[Risk, ...]) -> int:
    """How urgent they are together."""
    return sum(WEIGHTS[risk.code] for risk in risks)


def find_einvoice_gaps(bill_to: BillToFacts) -> tuple[str, ...]:
    """What is missing before an e-invoice can be made out to an account; nothing where it wants none."""
    if not bill_to.wants_einvoice:
        return ()
    parts = (
        (bill_to.buyer_reference, "buyer reference"),
        (bill_to.endpoint, "endpoint"),
        (bill_to.has_address, "address"),
    )
    return tuple(name for value, name in parts if not value)


def _find_of_account(facts: RiskFacts) -> Iterator[Risk]:
    if facts.failure:
        yield Risk(FAILED, facts.failure)
    if facts.redrafted:
        yield Risk(REDRAFTED, f"drafted again after the run: {facts.redrafted}")
    if facts.silent_usage:
        yield Risk(NO_USAGE, f"no usage came in for {', '.join(facts.silent_usage)}")
    gaps = find_einvoice_gaps(facts.bill_to)
    if gaps:
        yield Risk(NOT_READY, f"an e-invoice needs the {' and the '.join(gaps)}")
    if facts.gross_minor is not None and not facts.past.bills:
        yield Risk(FIRST, "never invoiced before")


def _find_of_amount(facts: RiskFacts) -> Iterator[Risk]:
    gross, past = facts.gross_minor, facts.past
    if gross is None:
        return
    if gross < 0 or facts.has_credit_note:
        yield Risk(NEGATIVE, f"comes out below zero in part or as a whole: {_write(gross, facts)}")
    elif gross == 0:
        yield Risk(ZERO, "nothing is to be paid")
    if not past.recent_bills or (past.recent_bills < ENOUGH_HISTORY and past.least_minor <= 0):
        return
    if _is_beyond(gross, past):
        yield Risk(FAR, f"{_write(gross, facts)}, while the largest of a year was {_write(past.greatest_minor, facts)}")
    elif _is_short_of(gross, past):
        yield Risk(FAR, f"{_write(gross, facts)}, while the least of a year was {_write(past.least_minor, facts)}")


def _is_beyond(gross_minor: int, past: PastBills) -> bool:
    if past.recent_bills < ENOUGH_HISTORY:
        return gross_minor > FAR_FROM_ONE * past.greatest_minor
    return 2 * gross_minor > 3 * past.greatest_minor


def _is_short_of(gross_minor: int, past: PastBills) -> bool:
    return (FAR_FROM_ONE if past.recent_bills < ENOUGH_HISTORY else 2) * gross_minor < past.least_minor


def _find_of_content(facts: RiskFacts) -> Iterator[Risk]:
    if facts.changed_prices:
        told = "; ".join(f"{each.service} {each.before} → {each.now}" for each in facts.changed_prices)
        yield Risk(PRICE, told)
    if facts.new_treatments and facts.past.bills:
        yield Risk(TAX, f"not taxed so before: {', '.join(facts.new_treatments)}")


def _write(minor: int, facts: RiskFacts) -> str:
    return f"{format_minor(minor, facts.currency)} {facts.currency}"
