"""Staff users, for choosing among them."""

from __future__ import annotations

from django.contrib.auth.models import User

from tallystick.sellers.models import Seller


def list_staff_addresses(seller: Seller) -> list[tuple[str, str]]:
    """(address, name) of active staff users who may manage this seller's accounts: those of its own e-mail domain."""
    users = User.objects.filter(is_staff=True, is_active=True).exclude(email="").order_by("last_name", "email")
    if seller.email_domain:
        users = users.filter(email__iendswith=f"@{seller.email_domain}")
    return [(user.email, user.get_full_name() or user.username) for user in users]
