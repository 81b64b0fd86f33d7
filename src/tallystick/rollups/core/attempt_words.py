"""A charge in four buckets, and why it stands there, in plain words (DEM-52, DEM-54)."""

from tallystick.collection.core.reasons import QUARANTINED, Reason, explain
from tallystick.payments.core.attempt_lifecycle import FINAL

ARRIVED, OPEN, FAILED, UNKNOWN = "arrived", "open", "failed", "unknown"
BUCKETS: tuple[str, ...] = (ARRIVED, OPEN, FAILED, UNKNOWN)

BUCKET_OF_STATUS: dict[str, str] = {
    "created": OPEN,
    "submitting": OPEN,
    "action_required": OPEN,
    "processing": OPEN,
    "unknown": UNKNOWN,
    "succeeded": ARRIVED,
    "failed": FAILED,
    "canceled": FAILED,
    "expired": FAILED,
    "not_executed": FAILED,
}

_WAIT = "Nothing to do: it is looked up until its outcome is known."

_ON_ITS_WAY: dict[str, Reason] = {
    "created": Reason("The charge is written down and has not gone out yet.", "Nothing to do: it goes out by itself."),
    "submitting": Reason("The charge is on its way to the gateway.", _WAIT),
    "action_required": Reason(
        "The bank wants the customer to confirm the charge.", "Ask the customer to pay and confirm it themselves."
    ),
    "processing": Reason("The bank is working on it; a direct debit takes days.", _WAIT),
    "unknown": Reason(
        "The gateway gave no clear answer: the charge may have gone through or not.",
        "Nothing to do: it is looked up until it is known, and never charged a second time meanwhile.",
    ),
}


def find_bucket(status: str, *, is_quarantined: bool = False) -> str:
    """The bucket of an attempt. While the gateway reports something else than we asked for, the outcome is unknown."""
    return UNKNOWN if is_quarantined and status not in FINAL else BUCKET_OF_STATUS[status]


def explain_attempt(status: str, *, failure_code: str = "", quarantine_reason: str = "") -> Reason:
    """Why an attempt has not succeeded, and what to do next, in the words of the follow-up list; "" for a success."""
    if quarantine_reason and status not in FINAL:
        return explain(QUARANTINED)
    if status in _ON_ITS_WAY:
        return _ON_ITS_WAY[status]
    if status == "succeeded":
        return Reason("", "")
    return explain((failure_code or "unknown") if status == "failed" else status)
