"""Take drafts back: cancel them, release their claims and holds, move their services back. Lines are never touched."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from tallystick.credit.operations.release_holds import release_holds
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.errors import BilledFurther
from tallystick.invoicing.models import BillingClaim, Document
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.models import SubscriptionService
from tallystick.subscriptions.operations.move_billed_through import move_billed_through

DOCUMENTS = Document._meta.db_table
CLAIMS = BillingClaim._meta.db_table
SERVICES = SubscriptionService._meta.db_table


def release_drafts(document_ids: Sequence[int], *, at: datetime, actor: Actor, reason: str) -> None:
    """Cancel draft documents so that every charge of theirs can be billed again.

    Runs in the caller's transaction, under the accounts' locks. Documents that are not drafts are left alone. Refuses
    with BilledFurther when a later document bills the period after one of these: taking it back would leave a hole.
    """
    require_last_billed(document_ids=document_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DOCUMENTS} SET status = 'canceled' WHERE id = ANY(%s) AND status = 'draft' RETURNING id",
            [list(document_ids)],
        )
        canceled = sorted(row[0] for row in cursor.fetchall())
    move_billed_through(_release_claims(canceled, at))
    release_holds([document_subject(document_id) for document_id in canceled], at=at)
    record_document_events(
        canceled, event="cancel", from_status="draft", to_status="canceled", at=at, actor=actor, reason=reason
    )


def require_last_billed(*, document_ids: Sequence[int] | None = None, run_id: int | None = None) -> None:
    """Refuse with BilledFurther when documents other than these (or the run's) bill what comes after their claims."""
    ours = f"SELECT id FROM {DOCUMENTS} WHERE run_id = %s" if document_ids is None else "SELECT unnest(%s::bigint[])"
    which = [run_id if document_ids is None else list(document_ids)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH ours AS (SELECT * FROM ({ours}) AS o (id))"
            f" SELECT count(DISTINCT later.subscription_service_id) FROM {CLAIMS} c JOIN {CLAIMS} later"
            " ON later.subscription_service_id = c.subscription_service_id AND later.released_at IS NULL"
            " AND later.start_on >= c.end_on AND later.document_id NOT IN (SELECT id FROM ours)"
            " WHERE c.document_id IN (SELECT id FROM ours) AND c.released_at IS NULL",
            which,
        )
        (count,) = cursor.fetchone()
        # a service that paused since goes on from a later day than the one up to which these bill it
        cursor.execute(
            f"WITH ours AS (SELECT * FROM ({ours}) AS o (id))"
            " SELECT count(*) FROM (SELECT c.subscription_service_id AS id, max(c.end_on) AS end_on"
            f" FROM {CLAIMS} c WHERE c.document_id IN (SELECT id FROM ours) AND c.released_at IS NULL GROUP BY 1) c"
            f" JOIN {SERVICES} s ON s.id = c.id AND s.billed_through > c.end_on",
            which,
        )
        count = max(count, cursor.fetchone()[0])
    if count:
        raise BilledFurther(count=count)


def _release_claims(document_ids: list[int], at: datetime) -> list[tuple[int, date, date]]:
    """Release claims; return for each service from where (the last claimed day's end) to where it moves back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH released AS (UPDATE {CLAIMS} SET released_at = %s"
            " WHERE document_id = ANY(%s) AND released_at IS NULL"
            " RETURNING subscription_service_id, start_on, end_on)"
            " SELECT subscription_service_id, max(end_on), min(start_on) FROM released GROUP BY 1 ORDER BY 1",
            [at, document_ids],
        )
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]
