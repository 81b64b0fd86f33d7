"""Reads about tax rates."""

from django.db.models import Q

from tallystick.taxes.core.rates import DatedRate
from tallystick.taxes.models import TaxRate


def list_rates(seller_id: int) -> list[DatedRate]:
    """Every rate that may count for a seller: the general ones and its own, for `taxes.core` to choose from."""
    rows = TaxRate.objects.filter(Q(seller__isnull=True) | Q(seller_id=seller_id))
    columns = ("country", "category", "rate", "valid_from", "valid_until", "seller_id")
    ordered = rows.order_by("country", "category", "valid_from").values_list(*columns)
    return [
        DatedRate(country, category, rate, valid_from, valid_until, owner is not None)
        for country, category, rate, valid_from, valid_until, owner in ordered
    ]
