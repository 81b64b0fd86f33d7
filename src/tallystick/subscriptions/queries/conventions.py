"""Which conventions of proration count for a subscription: its plan's own choices, else those of its seller (C-14)."""

from datetime import date, timedelta

from tallystick.periods.convention import OLD, Convention
from tallystick.sellers.queries import get_billing_rule
from tallystick.subscriptions.models import Subscription


def get_convention(subscription: Subscription) -> Convention:
    """What its plan chose, one by one, and in its place what the seller's billing rule says."""
    plan, rule = subscription.plan, get_billing_rule(subscription.account.seller_id)
    return Convention(
        plan.proration_method or rule.proration_method,
        plan.change_day or rule.change_day,
        plan.cancellation_day == "billed" if plan.cancellation_day else rule.bills_cancellation_day,
        plan.proration_unit or rule.proration_unit,
    )


def first_day_of_new(changed_on: date, *, subscription: Subscription) -> date:
    """The first day that is billed by what holds after a change: its own day, or, where that is the old terms', the
    next."""
    is_old = get_convention(subscription).change_day == OLD
    return changed_on + timedelta(days=1) if is_old else changed_on
