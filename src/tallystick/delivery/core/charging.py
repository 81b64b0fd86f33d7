"""How far the collection of a document has come, as far as its reader must know. Pure."""

from enum import StrEnum


class Charge(StrEnum):
    """Whether a document that is collected automatically was tried already, and what came of it."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    TO_CONFIRM = "to_confirm"
    FAILED = "failed"


_OF_ATTEMPT: dict[str, Charge] = {
    "created": Charge.UNDER_WAY,
    "submitting": Charge.UNDER_WAY,
    "unknown": Charge.UNDER_WAY,
    "processing": Charge.UNDER_WAY,
    "action_required": Charge.TO_CONFIRM,
    "failed": Charge.FAILED,
    "expired": Charge.FAILED,
    # never executed, or taken and given back: a payment run collects what is open once more
    "canceled": Charge.PLANNED,
    "not_executed": Charge.PLANNED,
    "succeeded": Charge.PLANNED,
}


def decide_charge(attempt_status: str) -> Charge:
    """What the status of a document's last payment attempt means, "" where there was none."""
    return _OF_ATTEMPT[attempt_status] if attempt_status else Charge.PLANNED
