"""Deliveries and print batches in pages by key."""

from collections.abc import Sequence
from typing import NamedTuple

from tallystick.delivery.errors import PrintBatchUnknown
from tallystick.delivery.models import Delivery, PrintBatch


class DeliveryFilters(NamedTuple):
    """What deliveries must be; None does not ask."""

    account_id: int | None = None
    document_id: int | None = None
    document__run_id: int | None = None
    channel: str | None = None
    status: str | None = None


def list_deliveries(*, filters: DeliveryFilters, after_id: int = 0, limit: int = 100) -> Sequence[Delivery]:
    """Deliveries with document, account and batch, in the order of their creation, from the one after `after_id`."""
    asked = {name: value for name, value in filters._asdict().items() if value is not None}
    deliveries = Delivery.objects.select_related("document", "account", "batch").filter(pk__gt=after_id, **asked)
    return list(deliveries.order_by("pk")[:limit])


def list_batches(*, seller_id: int | None = None, after_id: int = 0, limit: int = 100) -> Sequence[PrintBatch]:
    """Print batches in the order of their creation, from the one after `after_id`."""
    batches = PrintBatch.objects.select_related("seller").filter(pk__gt=after_id)
    if seller_id is not None:
        batches = batches.filter(seller_id=seller_id)
    return list(batches.order_by("pk")[:limit])


def get_batch(batch_id: int) -> PrintBatch:
    """A print batch by its id; raises PrintBatchUnknown."""
    batch = PrintBatch.objects.select_related("seller").filter(pk=batch_id).first()
    if batch is None:
        raise PrintBatchUnknown(number=batch_id, field="batch_id")
    return batch
