"""When a trial that a plan offers ends (DEM-47): after so many days, or so many billing periods."""

from datetime import date, timedelta

from tallystick.catalog.core.price_list import PlanFacts
from tallystick.periods.anchor import add_intervals


def compute_trial_end(plan: PlanFacts, *, starts_on: date) -> date | None:
    """The first day after the trial of a subscription that starts on a day; None where the plan offers none.

    30 days from 31 January 2026 end on 2 March. Periods count from the start itself, not from the anchor day: one
    month from 31 January ends on 28 February.
    """
    if plan.trial_days:
        return starts_on + timedelta(days=plan.trial_days)
    if plan.trial_periods:
        return add_intervals(starts_on, plan.interval_months, plan.interval_days, count=plan.trial_periods)
    return None
