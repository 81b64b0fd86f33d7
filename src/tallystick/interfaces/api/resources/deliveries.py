"""Deliveries: posted documents on their way by e-mail or print."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries as queue
from tallystick.delivery.operations.record_bounce import record_bounce
from tallystick.delivery.operations.retry_delivery import retry_delivery as retry
from tallystick.delivery.queries import deliveries, lists
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Reason, Row, Text200
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import DELIVERIES_SEND, RECORDS_READ

router = Router(tags=["Deliveries"])
LIST = "deliveries"
MOST_AT_ONCE = 10_000

Channel = Literal["email", "print"]
DeliveryStatus = Literal["queued", "sent", "bounced", "failed", "skipped"]


class DeliveryQuery(Schema):
    """Which deliveries."""

    account_id: Id | None = None
    invoice_id: Id | None = None
    run_id: Id | None = Field(None, description="of the documents of this bill run")
    channel: Channel | None = None
    status: DeliveryStatus | None = None


class NewDeliveries(Body):
    """What shall go out: the documents of a posted bill run, some documents, or some of a run."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"run_id": 1}]})

    run_id: Id | None = None
    invoice_ids: list[Id] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    channels: list[Channel] = Field(default_factory=list, max_length=2, description="empty: as each account prefers")
    recipient: Text200 = Field("", description="instead of the account's address; for documents of one account")
    is_repeat: bool = Field(False, description="send again what was sent before")
    only_changed: bool = Field(False, description="send those again of which something is new since they were sent")


class QueuedDeliveries(Schema):
    """What came of asking."""

    emails: int
    prints: int
    skipped: int = Field(description="left out by a rule, such as documents of zero")
    failed: int = Field(description="could not be asked for, such as e-mails without an address")
    already: int = Field(description="were asked for before and are left as they are")


class NewAddress(Body):
    """Where to send it this time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"recipient": "ap@bakery.example"}]})

    recipient: Text200 = Field("", description="empty: the address that the account has now")


class Bounce(Body):
    """What came back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "550 mailbox unavailable"}]})

    reason: Reason


class Delivery(Row):
    """A document on its way by one channel."""

    id: int
    account_id: int
    invoice_id: int = Field(validation_alias="document_id")
    number: str | None = Field(validation_alias="document.number", description="of the document")
    channel: Channel
    recipient: str
    status: DeliveryStatus
    reason: str = Field(description="why it was skipped, failed or bounced")
    is_repeat: bool
    batch_id: int | None = Field(description="the print batch that it is in")
    requested_by: str
    requested_at: datetime
    sent_at: datetime | None


@router.get("/deliveries", response=Page[Delivery], auth=Needs(RECORDS_READ))
def list_deliveries(request: HttpRequest, which: Query[DeliveryQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Deliveries; with `status=failed` or `status=bounced` those that need someone to look."""
    filters = lists.DeliveryFilters(
        account_id=which.account_id,
        document_id=which.invoice_id,
        document__run_id=which.run_id,
        channel=which.channel,
        status=which.status,
    )
    rows = lists.list_deliveries(filters=filters, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda delivery: delivery.pk)


@router.post("/deliveries", response={202: QueuedDeliveries}, auth=Needs(DELIVERIES_SEND))
def queue_deliveries(request: HttpRequest, body: NewDeliveries) -> dict[str, Any]:
    """Send posted documents out: e-mails by workers, the rest waits for a print batch. Each goes out once a channel."""
    queued = queue(
        Selection(body.run_id, tuple(body.invoice_ids)),
        channels=body.channels,
        recipient=body.recipient,
        is_repeat=body.is_repeat,
        only_changed=body.only_changed,
        at=clock.now(),
        actor=get_actor(request),
    )
    return queued._asdict()


@router.get("/deliveries/{delivery_id}", response=Delivery, auth=Needs(RECORDS_READ))
def get_delivery(request: HttpRequest, delivery_id: Path[Id]) -> object:
    """One delivery."""
    return deliveries.get_delivery(delivery_id)


@router.post("/deliveries/{delivery_id}/retry", response={202: Delivery}, auth=Needs(DELIVERIES_SEND))
def retry_delivery(request: HttpRequest, delivery_id: Path[Id], body: NewAddress) -> object:
    """Send an e-mail that failed or bounced again."""
    return retry(delivery_id, recipient=body.recipient, at=clock.now(), actor=get_actor(request))


@router.post("/deliveries/{delivery_id}/bounce", response=Delivery, auth=Needs(DELIVERIES_SEND))
def record_delivery_bounce(request: HttpRequest, delivery_id: Path[Id], body: Bounce) -> object:
    """Tell that an e-mail came back."""
    return record_bounce(delivery_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
