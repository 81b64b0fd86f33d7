"""A charge in four buckets, and why it stands there, in plain words (DEM-52, DEM-54)."""

from typing import NamedTuple

from tallystick.payments.core.attempt_lifecycle import FINAL
from tallystick.payments.core.failures import advise_next_step, explain_failure

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

_NOTHING_TO_DO = "Nothing to do: it is looked up until its outcome is known."


class Words(NamedTuple):
    """Why it is as it is, and what to do next; both empty where there is nothing to say."""

    why: str
    next_step: str


_WORDS: dict[str, Words] = {
    "created": Words("The charge is written down and has not gone out yet.", "Nothing to do: it goes out by itself."),
    "submitting": Words("The charge is on its way to the gateway.", _NOTHING_TO_DO),
    "action_required": Words(
        "The bank wants the customer to confirm the charge.", "Ask the customer to pay and confirm it themselves."
    ),
    "processing": Words("The bank is working on it; a direct debit takes days.", _NOTHING_TO_DO),
    "unknown": Words(
        "The gateway gave no clear answer: the charge may have gone through or not.",
        "Nothing to do: it is looked up until it is known, and never charged a second time meanwhile.",
    ),
    "canceled": Words("The charge was canceled; nothing was taken.", "Try again."),
    "expired": Words("The charge was not completed in time; nothing was taken.", "Try again."),
    "not_executed": Words("The charge never reached the bank; nothing was taken.", "Try again."),
}


def find_bucket(status: str, *, is_quarantined: bool = False) -> str:
    """The bucket of an attempt. While the gateway reports something else than we asked for, the outcome is unknown."""
    return UNKNOWN if is_quarantined and status not in FINAL else BUCKET_OF_STATUS[status]


def explain_attempt(status: str, *, failure_code: str = "", quarantine_reason: str = "") -> Words:
    """Why an attempt has not succeeded, and what to do next."""
    if quarantine_reason and status not in FINAL:
        return Words(
            f"It needs a person: {quarantine_reason}.", "Compare both sides before anything is booked or charged again."
        )
    if status == "failed":
        code = failure_code or "unknown"
        return Words(explain_failure(code), advise_next_step(code))
    return _WORDS.get(status, Words("", ""))
