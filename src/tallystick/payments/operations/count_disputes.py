"""A dispute counts against the method that was charged, as a failure of its bank's reason does (ZUO-42)."""

from collections.abc import Mapping
from datetime import datetime

from tallystick.payments.core.answers import DisputeStatus, Snapshot
from tallystick.payments.models import Dispute, PaymentAttempt
from tallystick.payments.operations.count_outcomes import MethodOutcome, count_outcomes


def count_disputes(snapshots: Mapping[int, Snapshot], *, at: datetime) -> None:
    """Count the disputes that are news, by attempt; a debit that its payer took back stops the method for a person.

    In the transaction that records the disputes, before any account is locked: methods come first everywhere.
    """
    told = {attempt_id: snapshot.disputes for attempt_id, snapshot in snapshots.items() if snapshot.disputes}
    if not told:
        return
    known = set(Dispute.objects.filter(payment__attempt_id__in=told).values_list("payment__attempt_id", "gateway_ref"))
    attempts = PaymentAttempt.objects.filter(pk__in=told, method_id__isnull=False)
    methods = dict(attempts.values_list("pk", "method_id"))
    count_outcomes(
        [
            MethodOutcome(methods[attempt_id], dispute.code)
            for attempt_id, disputes in sorted(told.items())
            for dispute in disputes
            if attempt_id in methods
            and (attempt_id, dispute.ref) not in known
            and dispute.status is not DisputeStatus.WON
        ],
        at=at,
    )
