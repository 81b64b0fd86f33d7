"""Write down a comparison with a gateway: what was found, what is explained by now, what a person said of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from tallystick.payments.core.reconciling import Finding
from tallystick.payments.errors import FindingMissing, FindingSettled
from tallystick.payments.models import Reconciliation, ReconciliationFinding
from tallystick.payments.operations.list_at_gateway import TheirSide
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, PAYMENTS_RECORD

Compared = Reconciliation
"""What is returned of a comparison: its row."""

EXPLAINED = "a later comparison found both sides to agree"


def record_findings(
    gateway_account_id: int,
    *,
    theirs: TheirSide,
    findings: Sequence[Finding],
    found_again: int,
    unanswered: Collection[str] = (),
    at: datetime,
    actor: Actor,
) -> Reconciliation:
    """Write the comparison and its findings, each difference once; close those that it explains.

    What a person settled stays settled. Where the gateway did not answer, nothing is explained: not to the whole
    comparison, nor about the payments that are `unanswered`.
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic():
        if not theirs.reason:
            _write(gateway_account_id, findings, at)
            _close_explained(gateway_account_id, unanswered, at)
        return Reconciliation.objects.create(
            gateway_account_id=gateway_account_id,
            since=theirs.since,
            at=at,
            is_complete=not theirs.reason,
            listed=len(theirs.payments),
            found_again=found_again,
            differences=len(findings),
            reason=theirs.reason,
        )


def _write(gateway_account_id: int, findings: Sequence[Finding], at: datetime) -> None:
    for finding in findings:
        told = finding._asdict()
        key = {"kind": told.pop("kind"), "gateway_ref": told.pop("gateway_ref"), "our_id": told.pop("our_id")}
        row, is_new = ReconciliationFinding.objects.get_or_create(
            gateway_account_id=gateway_account_id, **key, defaults={**told, "found_at": at, "seen_at": at}
        )
        if not is_new and not row.is_settled_by_person:
            again = {**told, "seen_at": at, "settled_at": None, "settled_as": ""}
            ReconciliationFinding.objects.filter(pk=row.pk).update(**again)


def _close_explained(gateway_account_id: int, unanswered: Collection[str], at: datetime) -> None:
    rows = ReconciliationFinding.objects.filter(
        gateway_account_id=gateway_account_id, settled_at__isnull=True, seen_at__lt=at
    )
    rows.exclude(gateway_ref__in=unanswered).update(settled_at=at, settled_as=EXPLAINED)


def settle_finding(finding_id: int, *, explanation: str, at: datetime, actor: Actor) -> ReconciliationFinding:
    """A person says what explains it; nothing is booked by this. Refuses FindingMissing, FindingSettled."""
    actor.require(PAYMENTS_RECORD)
    with transaction.atomic():
        row = ReconciliationFinding.objects.select_for_update().filter(pk=finding_id).first()
        if row is None:
            raise FindingMissing(finding=finding_id)
        if row.settled_at is not None:
            raise FindingSettled(finding=finding_id, explanation=row.settled_as)
        row.settled_at, row.settled_as, row.is_settled_by_person = at, explanation.strip()[:300], True
        row.actor_kind, row.actor_id, row.actor_label = actor.kind, actor.id, actor.label
        row.save()
    return row
