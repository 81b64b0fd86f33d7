"""What the reports' drop-downs offer, and the month that they open on."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan
from tallystick.invoicing.models import BillRun
from tallystick.payments.models import GatewayAccount
from tallystick.sellers.models import Seller

MODES = (("self_serve", "Self-serve"), ("managed", "Managed"))


def find_last_billed_month(seller: Seller, *, today: date) -> date:
    """The first day of the month that was posted last, until today; the present month where none was."""
    posted = BillRun.objects.filter(seller=seller, status="posted", invoice_on__lte=today).order_by("-invoice_on")
    return (posted.values_list("invoice_on", flat=True).first() or today).replace(day=1)


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


def list_gateways(seller: Seller) -> list[tuple[str, str]]:
    """The kinds of gateways that it has an account with."""
    kinds = GatewayAccount.objects.filter(seller=seller).order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, kind.capitalize()) for kind in kinds]
