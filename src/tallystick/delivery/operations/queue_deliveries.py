"""Ask for documents to be delivered: one row a document and channel, and a job for each hundred e-mails."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tallystick.delivery.core.batching import cut
from tallystick.delivery.core.lifecycle import CHANNELS, EMAIL, FAILED, PRINT, QUEUED, SKIPPED
from tallystick.delivery.core.selection import Queued, Selection
from tallystick.delivery.errors import ChannelUnknown, RecipientForSeveral, RecipientNotValid
from tallystick.delivery.operations.insert_deliveries import Ask, Row, count_wanted, insert_deliveries
from tallystick.delivery.operations.record_delivery_events import record_delivery_events
from tallystick.delivery.queries.changed import list_changed_documents
from tallystick.delivery.queries.documents import list_selected_documents, require_deliverable
from tallystick.invoicing.models import Document
from tallystick.plumbing.actor import Actor, actor_as_json
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import DELIVERIES_SEND
from tallystick.sellers.core.email_addresses import is_email

EMAILS_A_JOB = 100
EVENT_OF = {QUEUED: "queue", SKIPPED: "skip", FAILED: "fail"}


def queue_deliveries(
    selection: Selection,
    *,
    at: datetime,
    actor: Actor,
    channels: Sequence[str] = (),
    recipient: str = "",
    is_repeat: bool = False,
    is_by_preference: bool = False,
    mails_zero: bool | None = None,
    only_changed: bool = False,
) -> Queued:
    """Write down who gets what, and enqueue the e-mails (ZUO-19 to 22, ZUO-48).

    Without `channels` each account's preference decides; with them everyone selected is served by these, or, with
    `is_by_preference`, everyone of them who prefers it. `mails_zero` goes before the billing rule. A typed
    `recipient` replaces the account's address, for documents of one account. Documents that were asked for before are
    left alone unless `is_repeat`; `only_changed` repeats those alone of which something is new since they were last
    sent. Refuses a run that is not posted, and documents that are not.
    """
    actor.require(DELIVERIES_SEND)
    for channel in channels:
        if channel not in CHANNELS:
            raise ChannelUnknown(channel=channel, field="channels")
    with transaction.atomic():
        require_deliverable(selection)
        document_ids = list_selected_documents(selection)
        if only_changed:
            document_ids = list_changed_documents(document_ids)
        if recipient:
            _require_one_account(document_ids, recipient)
        ask = Ask(
            document_ids,
            is_by_preference or not channels,
            recipient,
            is_repeat or only_changed,
            actor.label,
            at,
            mails_zero,
        )
        chosen = [channel for channel in CHANNELS if not channels or channel in channels]
        rows = [row for channel in chosen for row in insert_deliveries(ask, channel=channel)]
        _record_events(rows, at=at, actor=actor)
        enqueue_emails([row.delivery_id for row in rows if (row.channel, row.status) == (EMAIL, QUEUED)], actor=actor)
        wanted = sum(count_wanted(ask, channel=channel) for channel in chosen)
    return _sum_up(rows, already=wanted - len(rows))


def enqueue_emails(delivery_ids: Sequence[int], *, actor: Actor) -> None:
    """Ask for jobs that send these queued e-mails, a hundred each. Runs in the caller's transaction."""
    for piece in cut(delivery_ids, size=EMAILS_A_JOB):
        enqueue("delivery.send_chunk", queue="delivery", delivery_ids=piece, actor=actor_as_json(actor))


def _require_one_account(document_ids: Sequence[int], recipient: str) -> None:
    if not is_email(recipient):
        raise RecipientNotValid(recipient=recipient, field="recipient")
    accounts = Document.objects.filter(pk__in=list(document_ids)).values("account_id").distinct().count()
    if accounts > 1:
        raise RecipientForSeveral(accounts=accounts, field="recipient")


def _record_events(rows: Sequence[Row], *, at: datetime, actor: Actor) -> None:
    by_outcome: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        by_outcome[row.status, row.reason].append(row.delivery_id)
    for (status, reason), ids in sorted(by_outcome.items()):
        record_delivery_events(ids, event=EVENT_OF[status], from_status="", at=at, actor=actor, reason=reason)


def _sum_up(rows: Sequence[Row], *, already: int) -> Queued:
    def count(status: str, *channels: str) -> int:
        return sum(1 for row in rows if row.status == status and row.channel in (channels or CHANNELS))

    return Queued(
        emails=count(QUEUED, EMAIL),
        prints=count(QUEUED, PRINT),
        skipped=count(SKIPPED),
        failed=count(FAILED),
        already=already,
        delivery_ids=tuple(row.delivery_id for row in rows),
    )
