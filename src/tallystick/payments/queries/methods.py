"""Saved methods: which one an account is charged with, and all of them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tallystick.payments.core.method_rules import ALIVE, EXPIRED_TOLD, EXPIRES_SOON
from tallystick.payments.models import GatewayCustomer, PaymentMethod

ASKED_AGAIN_AFTER, ASKED_AT_LEAST_EVERY = timedelta(hours=20), timedelta(days=28)


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


def list_expiring_methods(on: date, *, seller_id: int | None = None) -> QuerySet[PaymentMethod]:
    """Default methods that may still be charged and have their last day within 30 days, or had it 30 days ago at most;
    the first to end first."""
    span = (on - EXPIRED_TOLD, on + EXPIRES_SOON)
    methods = PaymentMethod.objects.filter(is_default=True, state__in=ALIVE, expires_on__range=span)
    if seller_id is not None:
        methods = methods.filter(account__seller_id=seller_id)
    return methods.select_related("account", "gateway_account").order_by("expires_on", "pk")


def list_customers_to_ask(at: datetime, *, limit: int) -> QuerySet[GatewayCustomer]:
    """Customers at active gateways whose methods are to be asked about, who waited longest first."""
    ours = PaymentMethod.objects.filter(
        gateway_account=OuterRef("gateway_account"), customer_ref=OuterRef("gateway_ref"), state__in=ALIVE
    )
    ending = ours.filter(Q(state="pending") | Q(expires_on__lte=at.date() + EXPIRES_SOON))
    older = ours.filter(created_at__lte=at - ASKED_AT_LEAST_EVERY)
    is_long_ago = Q(asked_at__lte=at - ASKED_AT_LEAST_EVERY) | Q(asked_at__isnull=True)
    is_due = (is_long_ago & Exists(older)) | (
        (Q(asked_at__lte=at - ASKED_AGAIN_AFTER) | Q(asked_at__isnull=True)) & Exists(ending)
    )
    customers = GatewayCustomer.objects.filter(is_due, gateway_account__is_active=True)
    return customers.select_related("gateway_account__seller").order_by(F("asked_at").asc(nulls_first=True), "pk")[
        :limit
    ]
