"""One word and one tone for each state, the same on every page. Bad (red) is left to what failed or is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, Protocol

Tone = Literal["plain", "busy", "wait", "good", "bad"]


class Status(NamedTuple):
    """A word and its tone: plain (over, or nothing to do), busy (at work), wait (needs someone), good, bad."""

    word: str
    tone: Tone


PAID: Final = Status("Paid", "good")
PARTLY_PAID: Final = Status("Partly paid", "wait")
OPEN: Final = Status("Open", "busy")
REVERSED: Final = Status("Reversed", "plain")
OVERDUE: Final = Status("Overdue", "bad")
RECEIVED: Final = Status("Received", "good")
HELD: Final = Status("Held", "wait")
WAITING: Final = Status("Waits for its day", "plain")
TO_REVIEW: Final = Status("To review", "wait")

_BY_STATUS: Final[Mapping[str, Status]] = {
    # documents
    "draft": Status("Draft", "wait"),
    "posted": Status("Posted", "good"),
    "voided": Status("Voided", "plain"),
    "canceled": Status("Canceled", "plain"),
    # bill runs and payment runs
    "pending": Status("Pending", "busy"),
    "paused": Status("Paused", "wait"),
    "running": Status("Running", "busy"),
    "completed": Status("Completed", "good"),
    "failed": Status("Failed", "bad"),
    "posting": Status("Posting", "busy"),
    "canceling": Status("Canceling", "busy"),
    # accounts in a run
    "due": Status("Due", "busy"),
    "drafted": Status("Drafted", "wait"),
    "drawn": Status("Drawn", "good"),
    "nothing_due": Status("Nothing due", "plain"),
    "not_renewed": Status("Not renewed", "wait"),
    "dropped": Status("Dropped", "plain"),
    "caught_up": Status("Caught up", "good"),
    "awaiting_funds": Status("Awaiting funds", "wait"),
    # schedules
    "finished": Status("Finished", "plain"),
    # subscriptions and their services
    "awaiting_start": Status("Awaiting start", "busy"),
    "trialing": Status("Trialing", "busy"),
    "active": Status("Active", "good"),
    "past_due": Status("Past due", "bad"),
    "unpaid": Status("Unpaid", "bad"),
    "resting": Status("Resting", "plain"),
    "on_hold": Status("On hold", "wait"),
    "suspended": Status("Suspended", "wait"),
    "expired": Status("Expired", "plain"),
    "effective": Status("Effective", "good"),
    "not_effective": Status("Not effective", "plain"),
    "short_term_off": Status("Off for now", "plain"),
    "short_term_effective": Status("On for now", "good"),
    "ended": Status("Ended", "plain"),
    # scheduled actions
    "scheduled": WAITING,
    "done": Status("Done", "good"),
    "refused": Status("Refused", "bad"),
    # payment attempts
    "created": Status("Created", "busy"),
    "submitting": Status("Submitting", "busy"),
    "unknown": Status("Unknown", "wait"),
    "action_required": Status("Needs the customer", "wait"),
    "processing": Status("Processing", "busy"),
    "succeeded": Status("Succeeded", "good"),
    "not_executed": Status("Not executed", "plain"),
    # disputes
    "won": Status("Won", "good"),
    # invoices in a payment run
    "credited": Status("Paid by credit", "good"),
    "collecting": Status("Collecting", "busy"),
    "collected": Status("Collected", "good"),
    # deliveries
    "queued": Status("Queued", "busy"),
    "sent": Status("Sent", "good"),
    "bounced": Status("Bounced", "bad"),
    "skipped": Status("Skipped", "plain"),
    # print batches
    "made": Status("Made", "good"),
    # payment methods
    "valid": Status("Valid", "good"),
    "stopped": Status("Stopped", "wait"),
    "invalid": Status("Refused for good", "bad"),
    "revoked": Status("Withdrawn", "plain"),
    # accounts
    "self_serve": Status("Self-serve", "plain"),
    "managed": Status("Managed", "busy"),
}


def describe(status: str) -> Status:
    """The word and tone of a stored status; one that is not listed is shown as it is spelled."""
    known = _BY_STATUS.get(status)
    return known or Status(status.replace("_", " ").capitalize(), "plain")


def describe_run(status: str) -> Status:
    """What a bill run is to the reader: a completed one waits for someone to review it."""
    return TO_REVIEW if status == "completed" else describe(status)


class _BillRun(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def queued_at(self) -> datetime | None: ...


def describe_bill_run(run: _BillRun) -> Status:
    """The state of a run; one that waits for the day of its schedule is not at work."""
    is_waiting = run.status == "pending" and run.starts_at is not None and run.queued_at is None
    return WAITING if is_waiting else describe_run(run.status)


class _PaymentRun(_BillRun, Protocol):
    @property
    def bill_run(self) -> object: ...


def describe_payment_run(run: _PaymentRun) -> Status:
    """The state of a payment run; what waits says for what, and what is completed needs no review."""
    if run.status != "pending" or run.queued_at is not None:
        return describe(run.status)
    return WAITING if run.starts_at is not None else Status(f"Waits for {run.bill_run} to be posted", "plain")


def describe_document(
    status: str, *, kind: str, gross_minor: int, open_minor: int, due_on: date, today: date, is_reversed: bool = False
) -> Status:
    """What a document is to the reader: a posted one is open, partly paid, overdue or paid (UNI-3, derived)."""
    if is_reversed and status == "posted":
        return REVERSED
    if status != "posted" or kind == "credit_note":
        return describe(status)
    if open_minor == 0:
        return PAID
    if due_on < today:
        return OVERDUE
    return PARTLY_PAID if open_minor < gross_minor else OPEN
