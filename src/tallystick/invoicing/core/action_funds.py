"""Whether an action's bill passes the tests of billing model and funding policy (CRM-13, CRM-25, UNI-7). Pure."""

from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID_MODES
from tallystick.credit.core.model_tests import PAY_BEFORE, POSTBILL, passes_pay_after, passes_postbill
from tallystick.credit.core.spendable import may_spend
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.money.amount import format_minor


class FundsBefore(NamedTuple):
    """What an account had before an action, in minor units.

    `debt_minor` is what was owed, below 0 while money of theirs was left; `limit_minor` the most that may be owed, and
    `purchasable_minor` the most that its funding policy lets it spend on something new: None is without a bound.
    """

    policy: str
    debt_minor: int
    limit_minor: int | None
    purchasable_minor: int | None
    currency: str


def require_action_funds(
    billing_model: str,
    *,
    cost_minor: int,
    open_minor: int,
    funds: FundsBefore,
    is_tested_in_full: bool = False,
) -> None:
    """Refuse with ActionNotFunded what is not funded. Amounts are gross, in minor units.

    `cost_minor` is what the action comes to: at 0 or below it is always accepted. Paid before the bill: all of it must
    be settled, `open_minor` be 0; what is drawn must be covered by own money. Paid after: what was owed before and the
    cost stay within the limit. Billed afterwards: what was owed before has not reached the limit; `is_tested_in_full`
    asks that even where nothing is to pay yet, as for what begins or comes back (CRM-38, CRM-40). And in each model,
    the funding policy lets it be spent (UNI-7, BIL-5).
    """
    if cost_minor <= 0 and not (is_tested_in_full and billing_model == POSTBILL):
        return
    reason = _judge_model(billing_model, cost_minor, open_minor, funds)
    if not reason and cost_minor > 0 and not may_spend(cost_minor, spendable_minor=funds.purchasable_minor):
        reason = f"{format_minor(funds.purchasable_minor or 0, funds.currency)} may be spent on this account"
    if reason:
        raise ActionNotFunded(amount=format_minor(cost_minor, funds.currency), currency=funds.currency, reason=reason)


def _judge_model(billing_model: str, cost_minor: int, open_minor: int, funds: FundsBefore) -> str:
    """Why the billing model refuses it, or an empty text."""
    if billing_model == PAY_BEFORE:
        uncovered_minor = open_minor
        if (
            funds.policy in POSTPAID_MODES
        ):  # drawn, so that nothing is open: own money covers it, never a limit (CRM-14)
            uncovered_minor = cost_minor - min(max(-funds.debt_minor, 0), cost_minor)
        return (
            f"{format_minor(uncovered_minor, funds.currency)} of it is not covered by credit" if uncovered_minor else ""
        )
    if billing_model == POSTBILL:
        is_passed = passes_postbill(debt_minor=funds.debt_minor, limit_minor=funds.limit_minor)
        if is_passed:
            return ""
    elif passes_pay_after(cost_minor, debt_minor=funds.debt_minor, limit_minor=funds.limit_minor):
        return ""
    used, limit = (format_minor(minor, funds.currency) for minor in (funds.debt_minor, funds.limit_minor or 0))
    return f"{used} of a limit of {limit} is used"
