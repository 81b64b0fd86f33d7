"""Saved methods: which one an account is charged with, and all of them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from tallystick.payments.models import PaymentMethod


class ChargeableMethod(NamedTuple):
    """An account's default method with what decides whether it may be charged now (ZUO-35, ZUO-42)."""

    method_id: int
    account_id: int
    gateway_account_id: int
    gateway_is_active: bool
    state: str
    label: str
    consecutive_failures: int
    last_failed_at: datetime | None


def list_default_methods(account_ids: Collection[int]) -> dict[int, ChargeableMethod]:
    """The default method of each account that has one, by account id."""
    rows = PaymentMethod.objects.filter(account_id__in=list(account_ids), is_default=True).values_list(
        "pk",
        "account_id",
        "gateway_account_id",
        "gateway_account__is_active",
        "state",
        "label",
        "consecutive_failures",
        "last_failed_at",
    )
    return {row[1]: ChargeableMethod(*row) for row in rows}


def list_methods(account_id: int) -> QuerySet[PaymentMethod]:
    """An account's methods, the default one first."""
    return PaymentMethod.objects.filter(account_id=account_id).order_by("-is_default", "-created_at")
