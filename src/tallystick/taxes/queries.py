"""Reads about tax rates."""

from collections.abc import Sequence

from django.db.models import Q

from tallystick.taxes.core.rates import DatedRate
from tallystick.taxes.models import TaxRate, TaxRateEvent


def list_rates(seller_id: int) -> list[DatedRate]:
    """Every rate that may count for a seller: the general ones and its own, for `taxes.core` to choose from."""
    rows = TaxRate.objects.filter(Q(seller__isnull=True) | Q(seller_id=seller_id))
    columns = ("country", "category", "rate", "valid_from", "valid_until", "seller_id")
    ordered = rows.order_by("country", "category", "valid_from").values_list(*columns)
    return [
        DatedRate(country, category, rate, valid_from, valid_until, owner is not None)
        for country, category, rate, valid_from, valid_until, owner in ordered
    ]


def list_rate_rows(
    seller_id: int, *, country: str = "", only_own: bool = False, after_id: int = 0, limit: int = 100
) -> Sequence[TaxRate]:
    """Rates that may count for a seller as rows, in the order in which they were recorded, from after `after_id`.

    `seller_id` of a row is empty for the general rates.
    """
    rows = TaxRate.objects.filter(
        Q(seller_id=seller_id) if only_own else Q(seller__isnull=True) | Q(seller_id=seller_id)
    )
    rows = rows.filter(country=country) if country else rows
    return list(rows.filter(pk__gt=after_id).order_by("pk")[:limit])


def list_rate_events(*, seller_id: int | None = None, limit: int = 100) -> list[TaxRateEvent]:
    """What was changed about the own rates of a seller, or of all of them, the latest first, with rate and seller."""
    events = TaxRateEvent.objects.select_related("rate__seller").order_by("-at", "-pk")
    events = events if seller_id is None else events.filter(rate__seller_id=seller_id)
    return list(events[:limit])
