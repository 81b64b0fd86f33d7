"""Bodies of the jobs, by noun. Each makes one call into an operation or a journey; all may run twice without harm."""

from tallystick.interfaces.jobs import (
    bill_runs,
    calls,
    clock,
    deactivation,
    deliveries,
    due,
    inbox,
    local_notices,
    method_requests,
    methods,
    payment_runs,
    reconciling,
    refunds,
    statements,
    upkeep,
    webhooks,
)

__all__ = [
    "bill_runs",
    "calls",
    "clock",
    "deactivation",
    "deliveries",
    "due",
    "inbox",
    "local_notices",
    "method_requests",
    "methods",
    "payment_runs",
    "reconciling",
    "refunds",
    "statements",
    "upkeep",
    "webhooks",
]
