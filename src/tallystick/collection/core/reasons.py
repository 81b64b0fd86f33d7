"""Why an invoice was not collected, in plain words, and what to do next. Pure."""

from typing import NamedTuple

from tallystick.collection.core.eligibility import (
    ALREADY_SETTLED,
    BEING_PAID,
    CARD_RESTS,
    CARD_USED_UP,
    CREDITS_ONLY,
    FAILURE_LIMIT,
    GATEWAY_INACTIVE,
    METHOD_UNUSABLE,
    NO_METHOD,
    NO_MORE_TRIES,
    REFUSED_FOR_GOOD,
    TOO_SOON,
    TRIES_USED,
)
from tallystick.payments.core.failures import FAILURES, NEXT_STEPS

QUARANTINED = "quarantined"


class Reason(NamedTuple):
    """What happened, and what to do about it."""

    words: str
    next_step: str


SKIPS: dict[str, Reason] = {
    NO_METHOD: Reason("No payment method is saved.", "Ask the customer to save one, or to pay by transfer."),
    METHOD_UNUSABLE: Reason(
        "The saved payment method can't be charged any more.", "Ask the customer for another payment method."
    ),
    GATEWAY_INACTIVE: Reason("The gateway is switched off for this seller.", "Switch it on, then run again."),
    BEING_PAID: Reason("A payment of this invoice is under way.", "Wait for its outcome."),
    TOO_SOON: Reason(
        "The last try failed, and the time of the next one has not come.",
        "A run after that time takes it again; or retry it now.",
    ),
    FAILURE_LIMIT: Reason(
        "The payment method failed too many times in a row.", "Ask the customer for another payment method."
    ),
    REFUSED_FOR_GOOD: Reason(
        "The last charge of this method was refused for good.",
        "Ask the customer to pay themselves or for another payment method.",
    ),
    NO_MORE_TRIES: Reason(
        "It was tried as often as the seller's rule says.",
        "Retry it now, or ask the customer to pay or for another payment method.",
    ),
    TRIES_USED: Reason(
        "It was charged as often as the card networks allow.",
        "Ask the customer to pay themselves or for another payment method.",
    ),
    CARD_RESTS: Reason("The card failed too often within a day.", "A run on another day takes it again."),
    CARD_USED_UP: Reason(
        "The card was charged this amount as often as the networks allow in 30 days.",
        "Ask the customer to pay themselves or for another payment method.",
    ),
    CREDITS_ONLY: Reason("The run applied credits only; this is still owed.", "A run that charges takes it."),
    ALREADY_SETTLED: Reason("Nothing is open any more.", "Nothing to do."),
    QUARANTINED: Reason(
        "The gateway reports something other than we asked for.", "Compare both sides before anything is booked."
    ),
}

NOT_EXECUTED = Reason("The charge never reached the bank; nothing was taken.", "Try again.")


def explain(reason_code: str) -> Reason:
    """The words for a skip or for the failure of a payment; both empty where there is no reason."""
    if not reason_code:
        return Reason("", "")
    if reason_code in SKIPS:
        return SKIPS[reason_code]
    if reason_code in ("not_executed", "canceled", "expired"):
        return NOT_EXECUTED
    words = FAILURES[reason_code]
    return Reason(words.reason, NEXT_STEPS[words.advice])
