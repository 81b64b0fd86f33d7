"""Which documents nobody was sent yet, by any channel (ZUO-50)."""

from collections.abc import Sequence

from tallystick.delivery.models import Delivery
from tallystick.invoicing.models import Document


def list_undelivered(document_ids: Sequence[int]) -> list[int]:
    """Those of the posted documents that are neither on their way, nor out, nor left out by a rule; ascending."""
    asked = Delivery.objects.filter(document_id__in=list(document_ids), status__in=["queued", "sent", "skipped"])
    documents = Document.objects.filter(pk__in=list(document_ids), status="posted")
    left = documents.exclude(pk__in=asked.values("document_id"))
    return list(left.order_by("pk").values_list("pk", flat=True))


def count_undelivered(document_ids: Sequence[int]) -> int:
    """How many there are."""
    return len(list_undelivered(document_ids))
