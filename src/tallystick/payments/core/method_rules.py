"""Saved methods: their states, and what the outcome of an attempt does to them. Pure."""

from datetime import datetime
from typing import NamedTuple

from tallystick.payments.core.failures import FAILURES, Advice

#: valid: may be charged · pending: not yet · stopped: not before a person has looked · invalid, revoked: never again
METHOD_STATES: tuple[str, ...] = ("pending", "valid", "stopped", "invalid", "revoked")
#: States that staff can end by saying that all is well again.
RESUMABLE: frozenset[str] = frozenset({"valid", "stopped"})

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
