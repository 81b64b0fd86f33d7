"""Reads of payments: methods that can be charged, attempts, money that arrived."""

from tallystick.payments.queries.attempts import (
    PurposeOutcome,
    WaitingPurpose,
    count_unresolved,
    find_next_look,
    list_attempts,
    list_attempts_by_id,
    list_attempts_to_look_up,
    list_attempts_to_send,
    list_held_attempts,
    list_live_purposes,
    list_overdue_attempts,
    list_purpose_attempts,
    list_purpose_outcomes,
    list_waiting_purposes,
)
from tallystick.payments.queries.methods import (
    ChargeableMethod,
    list_default_methods,
    list_expiring_methods,
    list_methods,
)
from tallystick.payments.queries.payments import (
    PaymentFilters,
    get_payment,
    list_payments,
    list_payments_by_id,
    list_recorded_payments,
)

__all__ = [
    "ChargeableMethod",
    "PaymentFilters",
    "PurposeOutcome",
    "WaitingPurpose",
    "count_unresolved",
    "find_next_look",
    "get_payment",
    "list_attempts",
    "list_attempts_by_id",
    "list_attempts_to_look_up",
    "list_attempts_to_send",
    "list_default_methods",
    "list_expiring_methods",
    "list_held_attempts",
    "list_live_purposes",
    "list_methods",
    "list_overdue_attempts",
    "list_payments",
    "list_payments_by_id",
    "list_purpose_attempts",
    "list_purpose_outcomes",
    "list_recorded_payments",
    "list_waiting_purposes",
]
