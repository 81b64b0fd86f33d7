"""The funds tests of the three billing models (CRM-13, CRM-14), over gross amounts in minor units. Pure."""

from typing import NamedTuple

from tallystick.accounts.core.funding import CREDIT_LIMIT, INVOICED, POSTPAID, POSTPAID_MODES, PREPAID

PAY_BEFORE, PAY_AFTER, POSTBILL = "prebill_pay_before", "prebill_pay_after", "postbill_pay_after"


class AccountFunds(NamedTuple):
    """What an account has and may owe before the bill that is tested.

    `balance_minor` is negative where they owe; `held_minor` is what live holds will take of it, `free_credit_minor` the
    unallocated credit that no hold claims. `off` names services that are switched off, as (subscription, service of the
    catalog, is mandatory). What additional fees of the bill will take is set aside of what its services may spend:
    `fees_before_minor` of fees that are settled by credit as what is paid before, `fees_after_minor` of the others.
    """

    policy: str = INVOICED
    balance_minor: int = 0
    held_minor: int = 0
    free_credit_minor: int = 0
    receivable_limit_minor: int | None = None
    credit_limit_minor: int | None = None
    is_restricted: bool = False
    is_blocked: bool = False
    blocked_allows_own_funds: bool = True
    off: frozenset[tuple[int, int, bool]] = frozenset()
    fees_before_minor: int = 0
    fees_after_minor: int = 0

    @property
    def limit_minor(self) -> int | None:
        """The most that they may owe under the models that are paid after; None is no limit."""
        return self.credit_limit_minor if self.policy == CREDIT_LIMIT else self.receivable_limit_minor

    @property
    def fees_minor(self) -> int:
        """All that is set aside for fees (CRM-32)."""
        return self.fees_before_minor + self.fees_after_minor

    @property
    def debt_minor(self) -> int:
        """What they owe, with what drafts will add; below 0 while money of theirs is left."""
        return self.held_minor - self.balance_minor

    @property
    def own_minor(self) -> int:
        """What pays for services that are paid before: never a part of a limit (CRM-14). Below 0 on drawn accounts in
        debt: that comes first."""
        return -self.debt_minor if self.policy in POSTPAID_MODES else self.free_credit_minor

    @property
    def hold_kind(self) -> str:
        """What a draft that is paid after holds until it is posted: nothing where nothing bounds it."""
        if self.policy == PREPAID:
            return "credit"
        return "" if self.policy == POSTPAID or self.limit_minor is None else "room"


def passes_pay_before(cost_minor: int, *, available_minor: int) -> bool:
    """Whether there are funds for one more period (PBB)."""
    return cost_minor <= available_minor


def passes_pay_after(cost_minor: int, *, debt_minor: int, limit_minor: int | None) -> bool:
    """Whether what is owed and the new charge stay within the limit: `<=` on the projected debt (PAB, CRM-13)."""
    return limit_minor is None or debt_minor + cost_minor <= limit_minor


def passes_postbill(*, debt_minor: int, limit_minor: int | None) -> bool:
    """Whether what is owed already has not reached the limit: `<` on the present debt, whatever comes (POB, CRM-13)."""
    return limit_minor is None or debt_minor < limit_minor
