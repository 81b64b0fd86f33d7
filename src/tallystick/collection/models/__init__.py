"""Rows of collection."""

from tallystick.collection.models.runs import DeletedPaymentRun, PaymentRun, PaymentRunEvent, PaymentRunItem
from tallystick.collection.models.schedules import PaymentRunSchedule, PaymentRunScheduleEvent

__all__ = [
    "DeletedPaymentRun",
    "PaymentRun",
    "PaymentRunEvent",
    "PaymentRunItem",
    "PaymentRunSchedule",
    "PaymentRunScheduleEvent",
]
