"""How documents go out, and what waits for the printer."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count

from tallystick.delivery.models import Delivery


class Waiting(NamedTuple):
    """Documents of a seller that wait for a print batch."""

    seller: str
    documents: int


def describe_channel(channel: str) -> str:
    """The word for a channel."""
    return {"email": "E-mail", "print": "Print"}.get(channel, channel)


def count_waiting(run_id: int | None = None) -> list[Waiting]:
    """By seller; of one bill run if asked."""
    rows = Delivery.objects.filter(channel="print", status="queued", batch__isnull=True)
    if run_id is not None:
        rows = rows.filter(document__run_id=run_id)
    counted = rows.order_by("document__seller__code").values_list("document__seller__code").annotate(Count("pk"))
    return [Waiting(*row) for row in counted]
