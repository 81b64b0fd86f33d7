"""Whether an action's bill passes the funds test of its plan's billing model (CRM-13, CRM-14, CRM-25). Pure."""

from tallystick.credit.core.model_tests import PAY_BEFORE, POSTBILL, passes_pay_after, passes_postbill
from tallystick.invoicing.errors import ActionNotFunded
from tallystick.money.amount import format_minor


def require_action_funds(
    billing_model: str,
    *,
    cost_minor: int,
    open_minor: int,
    debt_minor: int,
    limit_minor: int | None,
    currency: str,
    is_tested_in_full: bool = False,
) -> None:
    """Refuse with ActionNotFunded what is not funded. Amounts are gross, in minor units.

    `cost_minor` is what the action comes to: at 0 or below it is always accepted. Paid before the bill: all of it must
    be settled, `open_minor` be 0. Paid after: what was owed before (`debt_minor`) and the cost stay within the limit.
    Billed afterwards: what was owed before has not reached the limit; `is_tested_in_full` asks that even where nothing
    is to pay yet, as for what begins or comes back (CRM-38, CRM-40).
    """
    reason = ""
    if cost_minor <= 0 and not (is_tested_in_full and billing_model == POSTBILL):
        return
    if billing_model == PAY_BEFORE:
        reason = f"{format_minor(open_minor, currency)} of it is not covered by credit" if open_minor else ""
    elif billing_model == POSTBILL:
        reason = "" if passes_postbill(debt_minor=debt_minor, limit_minor=limit_minor) else "the limit is reached"
    elif not passes_pay_after(cost_minor, debt_minor=debt_minor, limit_minor=limit_minor):
        reason = (
            f"{format_minor(debt_minor, currency)} of a limit of {format_minor(limit_minor or 0, currency)} is used"
        )
    if reason:
        raise ActionNotFunded(amount=format_minor(cost_minor, currency), currency=currency, reason=reason)
