"""What is owed to us now, and how much of it is late."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from tallystick.interfaces.console.reads.standing import IS_OPEN, OPEN_MINOR
from tallystick.invoicing.models import Document


class Receivable(NamedTuple):
    """Open amounts in one currency, in minor units."""

    currency: str
    open_minor: int
    documents: int
    overdue_minor: int
    overdue_documents: int

    @property
    def overdue_percent(self) -> int:
        """Whole percent of the open amount that is late."""
        return self.overdue_minor * 100 // self.open_minor if self.open_minor else 0


def list_receivables(*, today: date) -> list[Receivable]:
    """By currency, the largest first."""
    is_late = Q(due_on__lt=today)
    sums = (
        Document.objects.filter(IS_OPEN)
        .order_by()
        .values_list("currency")
        .annotate(owed=Sum(OPEN_MINOR), many=Count("pk"))
        .annotate(late=Sum(OPEN_MINOR, filter=is_late), late_many=Count("pk", filter=is_late))
    )
    rows = [Receivable(currency, owed, many, late or 0, late_many) for currency, owed, many, late, late_many in sums]
    return sorted(rows, key=lambda row: -row.open_minor)
