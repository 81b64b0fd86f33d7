"""Saved methods: their states, and what the outcome of an attempt does to them. Pure."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from tallystick.payments.core.failures import FAILURES, Advice

#: valid: may be charged · pending: not yet · stopped: not before a person has looked · invalid, revoked: never again
METHOD_STATES: tuple[str, ...] = ("pending", "valid", "stopped", "invalid", "revoked")
#: States that staff can end by saying that all is well again.
RESUMABLE: frozenset[str] = frozenset({"valid", "stopped"})

#: States in which a gateway may still change its mind, and in which a method's end is worth telling.
ALIVE: frozenset[str] = frozenset({"pending", "valid"})
#: So many days before its last day a method is told to expire: time for a letter, and for the bank's new card.
EXPIRES_SOON = timedelta(days=30)
#: How long after its last day it is still told: afterwards a failed charge tells.
EXPIRED_TOLD = timedelta(days=30)

_STATE_AFTER: dict[Advice, str] = {Advice.NEW_METHOD: "invalid", Advice.STOP: "stopped"}


class MethodStanding(NamedTuple):
    """How a method stands: failures count in a row, of this method alone (ZUO-42)."""

    state: str
    consecutive_failures: int
    last_failed_at: datetime | None


def count_success(standing: MethodStanding) -> MethodStanding:
    """A success ends the row of failures; a method that was given up stays so."""
    return standing._replace(consecutive_failures=0)


def count_failure(standing: MethodStanding, *, code: str, at: datetime) -> MethodStanding:
    """A failure counts, and may end the method or stop it; where our own set-up is at fault it does neither."""
    advice = FAILURES[code].advice
    if advice is Advice.FIX_SETUP:
        return standing
    state = _STATE_AFTER.get(advice, standing.state)
    if standing.state in ("invalid", "revoked"):
        state = standing.state
    return MethodStanding(state, standing.consecutive_failures + 1, at)


def tell_expiry(expires_on: date | None, *, on: date) -> str:
    """ "" while a method has long to live or no end at all; "soon" within 30 days of its last day, that day included;
    "over" from the day after. It is charged all the same: banks let many a renewed card through under its old number.
    """
    if expires_on is None or on < expires_on - EXPIRES_SOON:
        return ""
    return "soon" if on <= expires_on else "over"


class Shown(NamedTuple):
    """What is shown of a method, as it was and as its gateway shows it now."""

    label: str
    expires_on: date | None


def describe_update(before: Shown, *, after: Shown) -> str:
    """What the gateway changed of a method, in words for its history; "" for nothing."""
    told = []
    if after.label != before.label:
        told.append(f"{before.label} is {after.label} now")
    if after.expires_on != before.expires_on and after.expires_on is not None:
        told.append(f"it expires on {after.expires_on.isoformat()}")
    return ", ".join(told)
