"""Funding policies: how much an account may owe on its account balance, and that two postpaid modes never meet (BIL-1).

`invoiced` has no account balance to draw on, and an optional receivable limit for the funds tests of billing models.
`prepaid` spends what it has. `credit_limit` spends down to minus its limit. `postpaid` spends without a bound.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tallystick.accounts.core.new_account import LARGEST_LIMIT_MINOR, LONGEST_TERMS_DAYS
from tallystick.errors import Problem

INVOICED, PREPAID, CREDIT_LIMIT, POSTPAID = "invoiced", "prepaid", "credit_limit", "postpaid"
FUNDING_POLICIES = (INVOICED, PREPAID, CREDIT_LIMIT, POSTPAID)
#: In these modes charges are drawn on the account; only one of them can be on (BIL-1).
POSTPAID_MODES = frozenset({CREDIT_LIMIT, POSTPAID})

_IN_WORDS = {INVOICED: "invoiced", PREPAID: "prepaid", CREDIT_LIMIT: "with a credit limit", POSTPAID: "postpaid"}


class FundingTerms(NamedTuple):
    """A policy with what belongs to it. Amounts in minor units; term and grace in days, of a credit limit only."""

    policy: str = INVOICED
    receivable_limit_minor: int | None = None
    credit_limit_minor: int | None = None
    credit_term_days: int | None = None
    credit_grace_days: int | None = None


def find_funding_problems(terms: FundingTerms) -> Iterator[Problem]:
    """Everything that is wrong with a policy seen alone."""
    if terms.policy not in FUNDING_POLICIES:
        yield Problem("funding_policy", f"must be one of {', '.join(FUNDING_POLICIES)}")
        return
    if terms.policy == CREDIT_LIMIT:
        yield from _find_limit_problems(terms)
    else:
        for name in ("credit_limit_minor", "credit_term_days", "credit_grace_days"):
            if getattr(terms, name) is not None:
                yield Problem(name, f"belongs to a credit limit; the account would be {terms.policy}")
    if terms.receivable_limit_minor is not None:
        if terms.policy != INVOICED:
            yield Problem("receivable_limit_minor", "belongs to invoiced accounts")
        yield from _find_amount_problems("receivable_limit_minor", terms.receivable_limit_minor)


def find_clash(before: FundingTerms, *, after: FundingTerms) -> str | None:
    """Why `after` can't be turned on while `before` is set, or None (BIL-2): nothing is swapped in silence."""
    if before.policy == after.policy:
        return None
    if before.policy in POSTPAID_MODES and after.policy in POSTPAID_MODES:
        return f"it is {_IN_WORDS[before.policy]}; switch that off first"
    if before.receivable_limit_minor is not None and after.policy != INVOICED:
        return "it has a receivable limit, which belongs to invoiced accounts; remove that first"
    return None


def _find_limit_problems(terms: FundingTerms) -> Iterator[Problem]:
    if terms.credit_limit_minor is None:
        yield Problem("credit_limit_minor", "must be given")
    else:
        yield from _find_amount_problems("credit_limit_minor", terms.credit_limit_minor)
    for name in ("credit_term_days", "credit_grace_days"):
        days = getattr(terms, name)
        if days is None:
            yield Problem(name, "must be given")
        elif not 0 <= days <= LONGEST_TERMS_DAYS:
            yield Problem(name, f"must be from 0 to {LONGEST_TERMS_DAYS}, but is {days}")


def _find_amount_problems(name: str, amount_minor: int) -> Iterator[Problem]:
    if not 0 <= amount_minor <= LARGEST_LIMIT_MINOR:
        yield Problem(name, "must be at least 0, and less than ten trillion")
