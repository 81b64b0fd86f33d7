"""Rows of collection."""

from tallystick.collection.models.retries import DocumentRetry, RetryRule
from tallystick.collection.models.runs import DeletedPaymentRun, PaymentRun, PaymentRunEvent, PaymentRunItem
from tallystick.collection.models.schedules import PaymentRunSchedule, PaymentRunScheduleEvent
from tallystick.collection.models.seats import SeatCharge

__all__ = [
    "DeletedPaymentRun",
    "DocumentRetry",
    "PaymentRun",
    "PaymentRunEvent",
    "PaymentRunItem",
    "PaymentRunSchedule",
    "PaymentRunScheduleEvent",
    "RetryRule",
    "SeatCharge",
]
