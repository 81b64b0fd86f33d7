"""Collect what accounts of bill runs lack for their renewal, and follow them up once the money is final (CRM-16)."""

from datetime import datetime

from tallystick.invoicing.core.shortfall import shortfall_subject
from tallystick.invoicing.operations.follow_up_account import follow_up_account
from tallystick.invoicing.queries.awaiting import list_awaiting_accounts
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.payments.core.failures import explain_failure
from tallystick.payments.queries import PurposeOutcome, list_purpose_outcomes
from tallystick.plumbing.actor import Actor

GATEWAY_CALLS_AT_ONCE = 8


def collect_shortfalls(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Charge what accounts of a run wait for and follow up those whose answer is final.

    Not inside a transaction: the attempts were committed with the run's drafts, and no lock is held while a gateway is
    called. Killed in between, the janitor sends or looks up what was left, and the next look follows up.
    """
    purposes = [shortfall_subject(run_id, account_id=account_id) for _, account_id in list_awaiting_accounts(run_id)]
    unsent = [each.attempt_id for each in list_purpose_outcomes(purposes).values() if each.status == "created"]
    collect_attempts(unsent, at=at, actor=actor, concurrency=GATEWAY_CALLS_AT_ONCE)
    follow_up_awaiting(run_id, at=at, actor=actor)


def follow_up_awaiting(run_id: int | None = None, *, at: datetime, actor: Actor) -> int:
    """Follow up every account (of one run or of all) whose money is final; return how many that were. Repeatable."""
    waiting = {
        shortfall_subject(each_run, account_id=account_id): (each_run, account_id)
        for each_run, account_id in list_awaiting_accounts(run_id)
    }
    outcomes = list_purpose_outcomes(list(waiting))
    followed = 0
    for purpose, (each_run, account_id) in waiting.items():
        outcome = outcomes.get(purpose)
        if outcome is None or outcome.is_final:
            told = _tell_failure(outcome)
            followed += follow_up_account(each_run, account_id=account_id, charge=told, at=at, actor=actor)
    return followed


def _tell_failure(outcome: PurposeOutcome | None) -> str:
    """Why collecting brought nothing, in words; empty where it did or was never tried."""
    reason = explain_failure(outcome.failure_code) if outcome is not None else ""
    return f"the charge failed: {reason}" if reason else ""
