"""What an account may spend on its account balance (BIL-4, BIL-5). Pure."""

from tallystick.accounts.core.funding import CREDIT_LIMIT, INVOICED, POSTPAID


def compute_spendable(
    policy: str,
    *,
    balance_minor: int,
    held_minor: int = 0,
    limit_minor: int = 0,
    is_restricted: bool = False,
    is_blocked: bool = False,
    blocked_allows_own_funds: bool = True,
) -> int | None:
    """What is available under a funding policy, in minor units; None is without a bound.

    `balance_minor` is customer credit less receivable and unbilled (negative: they owe), `held_minor` what live holds
    will take of it. Invoiced accounts draw on nothing, so nothing bounds them here. A restriction by staff ends all
    spending of a postpaid account (BIL-35); a block ends that of a credit limit, save of the account's own money.
    """
    own_minor = max(balance_minor - held_minor, 0)
    if policy == INVOICED:
        return None
    if policy == POSTPAID:
        return 0 if is_restricted else None
    if policy == CREDIT_LIMIT:
        if is_blocked:
            return own_minor if blocked_allows_own_funds else 0
        return max(balance_minor - held_minor + limit_minor, 0)
    return own_minor


def may_spend(amount_minor: int, *, spendable_minor: int | None) -> bool:
    """Whether a charge is allowed: it is not more than what is available (BIL-5)."""
    return spendable_minor is None or amount_minor <= spendable_minor
