"""Sellers, for choosing among them."""

from __future__ import annotations

from tallystick.sellers.models import Seller


def list_seller_options() -> list[tuple[str, str]]:
    """(id, code) of all sellers."""
    return [(str(pk), code) for pk, code in Seller.objects.order_by("code").values_list("pk", "code")]
