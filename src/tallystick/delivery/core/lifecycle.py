"""The states of a delivery and of a print batch: one mapping and one function each."""

from tallystick.delivery.errors import WrongDeliveryState

EMAIL, PRINT = "email", "print"
CHANNELS: tuple[str, ...] = (EMAIL, PRINT)
QUEUED, SENT, BOUNCED, FAILED, SKIPPED = "queued", "sent", "bounced", "failed", "skipped"
DELIVERY_STATUSES: tuple[str, ...] = (QUEUED, SENT, BOUNCED, FAILED, SKIPPED)

TRANSITIONS: dict[tuple[str, str], str] = {
    ("", "queue"): QUEUED,
    ("", "skip"): SKIPPED,
    ("", "fail"): FAILED,
    (QUEUED, "send"): SENT,
    (QUEUED, "fail"): FAILED,
    (SENT, "bounce"): BOUNCED,
    (FAILED, "retry"): QUEUED,
    (BOUNCED, "retry"): QUEUED,
}

ADVICE: dict[tuple[str, str], str] = {
    (SENT, "retry"): "it went out; ask for the document again to send it once more",
    (SKIPPED, "retry"): "it was left out on purpose; ask for the document again to send it",
    (QUEUED, "retry"): "it is waiting to go out",
    (QUEUED, "bounce"): "it has not gone out",
}

PENDING, MADE = "pending", "made"
BATCH_STATUSES: tuple[str, ...] = (PENDING, MADE, FAILED)
PDF, ZIP = "pdf", "zip"
PRINT_FORMATS: tuple[str, ...] = (PDF, ZIP)


def apply_delivery_event(status: str, *, event: str, delivery_id: int = 0) -> str:
    """Return the status after `event`, or refuse with what to do instead (WrongDeliveryState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongDeliveryState(
            delivery_id=delivery_id,
            status=status,
            event=event,
            advice=ADVICE.get((status, event), "its state does not allow it"),
            field="status",
        )
    return following
