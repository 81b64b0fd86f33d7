"""A charge in four buckets, and why it stands there, in plain words (DEM-52, DEM-54)."""

from collections.abc import Mapping

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

_ON_ITS_WAY: Mapping[str, Reason] = {
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


_NO_PAGE = Reason("The customer had no page to pay on; nothing was taken.", "Send the customer a new link.")

#: Of a charge whose customer pays on a page: what differs, and how it ends without money.
_ON_A_PAGE: Mapping[str, Reason] = {
    "created": Reason("The payment page is not open yet.", "Nothing to do: it opens by itself."),
    "action_required": Reason(
        "The customer has a payment page and has not paid on it.", "Nothing to do: it ends by itself when it expires."
    ),
    "processing": Reason("The customer has paid; their bank is working on it, which may take days.", _WAIT),
    "canceled": Reason("The payment page was left or taken back; nothing was paid.", "Send the customer a new link."),
    "expired": Reason("The customer did not pay before the page expired.", "Send the customer a new link."),
    "not_executed": _NO_PAGE,
}


def find_bucket(status: str, *, is_quarantined: bool = False) -> str:
    """The bucket of an attempt. While the gateway reports something else than we asked for, the outcome is unknown."""
    return UNKNOWN if is_quarantined and status not in FINAL else BUCKET_OF_STATUS[status]


def explain_attempt(
    status: str, *, failure_code: str = "", quarantine_reason: str = "", is_page: bool = False
) -> Reason:
    """Why an attempt has not succeeded, and what to do next, in the words of the follow-up list; "" for a success.

    `is_page`: the customer pays on a page. A success that the payer's bank took back has the failure code of that.
    """
    if quarantine_reason and status not in FINAL:
        return explain(QUARANTINED)
    words = {**_ON_ITS_WAY, **_ON_A_PAGE} if is_page else _ON_ITS_WAY
    if status in words:
        return words[status]
    if status == "succeeded":
        return _explain_taken_back(failure_code) if failure_code else Reason("", "")
    return explain((failure_code or "unknown") if status == "failed" else status)


def _explain_taken_back(code: str) -> Reason:
    why = explain(code)
    return Reason(f"The payer's bank took it back. {why.words}", why.next_step)
