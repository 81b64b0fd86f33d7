"""What failed its funds test goes into the deactivation queue, what was renewed leaves it (CRM-21, CRM-37)."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.invoicing.core.draft import DraftBill
from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.core.candidacy import REASONS_IN_WORDS
from tallystick.subscriptions.operations.queue_candidates import NewCandidate, clear_candidates, queue_candidates
from tallystick.subscriptions.queries.deactivation import list_queued_services


def queue_outcomes(bills: Sequence[DraftBill], *, queued_by: str, at: datetime, actor: Actor) -> None:
    """Queue and clear the services of drafted bills, in the caller's transaction, under the accounts' locks."""
    queued = list_queued_services([bill.account_id for bill in bills])
    if queued:
        renewed = [move.subscription_service_id for bill in bills for move in bill.moves]
        clear_candidates(
            [service_id for service_id in renewed if service_id in queued],
            reason=f"renewed by {queued_by}",
            at=at,
            actor=actor,
            cleared_by=queued_by,
        )
    queue_candidates(
        [
            NewCandidate(each.subscription_service_id, each.reason)
            for bill in bills
            for each in bill.not_renewed
            if each.is_queued
        ],
        queued_by=queued_by,
        at=at,
        actor=actor,
    )


def tell_not_renewed(bill: DraftBill) -> str:
    """Which services of a bill were not renewed and why, in a line for people; empty when all were."""
    if not bill.not_renewed:
        return ""
    count = len(bill.not_renewed)
    words = dict.fromkeys(REASONS_IN_WORDS[each.reason] for each in bill.not_renewed)
    return f"{count} service{'s' if count > 1 else ''} not renewed: {'; '.join(words)}"
