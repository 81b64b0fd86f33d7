"""What the reports' drop-downs offer."""

from __future__ import annotations

from django.contrib.auth.models import User

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan
from tallystick.sellers.models import Seller

MODES = (("self_serve", "Self-serve"), ("managed", "Managed"))


def list_segments(seller: Seller) -> list[tuple[str, str]]:
    """The segments of its accounts."""
    names = Account.objects.filter(seller=seller).exclude(segment="").order_by("segment")
    return [(name, name) for name in names.values_list("segment", flat=True).distinct()]


def list_plans(seller: Seller) -> list[tuple[str, str]]:
    """Its plans, by code."""
    return list(Plan.objects.filter(seller=seller).order_by("name").values_list("code", "name"))


def list_managers(seller: Seller) -> list[tuple[str, str]]:
    """Who manages accounts of it, by e-mail address."""
    users = User.objects.filter(managed_accounts__seller=seller).order_by("last_name", "email").distinct()
    return [(user.email, user.get_full_name() or user.email) for user in users]
