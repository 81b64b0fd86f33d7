"""Take drafts back: cancel them, release their claims and holds, move their services back. Lines are never touched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tallystick.credit.operations.release_holds import release_holds
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.errors import BilledFurther
from tallystick.invoicing.models import BillingClaim, Document, Draw, StatedDraw
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.models import SubscriptionService
from tallystick.subscriptions.operations.move_billed_through import move_billed_through

DOCUMENTS = Document._meta.db_table
CLAIMS = BillingClaim._meta.db_table
DRAWS = Draw._meta.db_table
STATED = StatedDraw._meta.db_table

CLAIMS_OF = (
    f"SELECT id FROM {CLAIMS} WHERE document_id = ANY(%s::bigint[])"
    f" UNION ALL SELECT k.id FROM {CLAIMS} k JOIN {STATED} s ON s.draw_id = k.draw_id"
    " WHERE s.document_id = ANY(%s::bigint[])"
    f" UNION ALL SELECT id FROM {CLAIMS} WHERE draw_id = ANY(%s::bigint[])"
)
CLAIMS_OF_RUN = (
    f"SELECT k.id FROM {CLAIMS} k JOIN {DOCUMENTS} d ON d.id = k.document_id WHERE d.run_id = %s"
    f" UNION ALL SELECT k.id FROM {CLAIMS} k JOIN {DRAWS} w ON w.id = k.draw_id WHERE w.run_id = %s"
)
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
    release_claims(canceled, at=at)
    release_holds([document_subject(document_id) for document_id in canceled], at=at)
    record_document_events(
        canceled, event="cancel", from_status="draft", to_status="canceled", at=at, actor=actor, reason=reason
    )


def require_last_billed(
    *, document_ids: Sequence[int] = (), run_id: int | None = None, draw_ids: Sequence[int] = ()
) -> None:
    """Refuse with BilledFurther when anything but these documents and draws, or a run, bills what comes after."""
    ours, params = _own_claims(document_ids, draw_ids) if run_id is None else (CLAIMS_OF_RUN, [run_id, run_id])
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH ours AS ({ours}), live AS (SELECT c.* FROM {CLAIMS} c JOIN ours ON ours.id = c.id"
            " WHERE c.released_at IS NULL)"
            f" SELECT count(DISTINCT later.subscription_service_id) FROM live c JOIN {CLAIMS} later"
            " ON later.subscription_service_id = c.subscription_service_id AND later.released_at IS NULL"
            " AND later.start_on >= c.end_on AND NOT EXISTS (SELECT 1 FROM ours WHERE ours.id = later.id)",
            params,
        )
        (count,) = cursor.fetchone()
        # a service that paused since goes on from a later day than the one up to which these bill it
        cursor.execute(
            f"WITH ours AS ({ours})"
            " SELECT count(*) FROM (SELECT c.subscription_service_id AS id, max(c.end_on) AS end_on"
            f" FROM {CLAIMS} c JOIN ours ON ours.id = c.id WHERE c.released_at IS NULL GROUP BY 1) c"
            f" JOIN {SERVICES} s ON s.id = c.id AND s.billed_through > c.end_on",
            params,
        )
        count = max(count, cursor.fetchone()[0])
    if count:
        raise BilledFurther(count=count)


def release_claims(document_ids: Sequence[int], *, at: datetime) -> None:
    """Release the claims of documents, and of draws on them; move each service back from their end to their start, to
    be billed again.

    Whoever calls it has asked `require_last_billed` under the same lock.
    """
    _release(_own_claims(document_ids, ()), at)


def release_draw_claims(draw_ids: Sequence[int], *, at: datetime) -> None:
    """The same for draws that no document asks for."""
    _release(_own_claims((), draw_ids), at)


def _own_claims(document_ids: Sequence[int], draw_ids: Sequence[int]) -> tuple[str, list[Any]]:
    """Claims of documents, of the draws on them (a statement), and of draws."""
    return CLAIMS_OF, [list(document_ids), list(document_ids), list(draw_ids)]


def _release(own_claims: tuple[str, list[Any]], at: datetime) -> None:
    ours, params = own_claims
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH released AS (UPDATE {CLAIMS} SET released_at = %s"
            f" WHERE id IN ({ours}) AND released_at IS NULL"
            " RETURNING subscription_service_id, start_on, end_on)"
            " SELECT subscription_service_id, max(end_on), min(start_on) FROM released GROUP BY 1 ORDER BY 1",
            [at, *params],
        )
        moves = [(row[0], row[1], row[2]) for row in cursor.fetchall()]
    move_billed_through(moves)
