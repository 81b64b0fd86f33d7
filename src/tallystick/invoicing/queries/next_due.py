"""When an account falls due next."""

from datetime import date, timedelta

from tallystick.periods.anchor import Cycle, next_boundary
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.queries import list_due_services

_HORIZON = timedelta(days=370)


def find_next_due(account_id: int, *, today: date) -> date | None:
    """The first day from today on on which a run would bill it something; None if nothing falls due within a year."""
    ahead = list_due_services([account_id], target_on=today + _HORIZON)
    return max(min(find_due_day(service) for service in ahead), today) if ahead else None


def find_due_day(service: DueService) -> date:
    """The day on which a run would bill its next period: the first of it in advance, the one after it in arrears."""
    if service.billing_model != "postbill_pay_after":
        return service.billed_through
    cycle = Cycle(service.cycle_origin_on, service.anchor_day, service.interval_months, service.interval_days)
    return next_boundary(cycle, service.billed_through)
