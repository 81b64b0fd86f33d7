"""Reads of payments: methods that can be charged, attempts by purpose, what must be looked at again."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import QuerySet

from tallystick.errors import NotFound
from tallystick.payments.models import AttemptPurpose, Payment, PaymentAttempt, PaymentMethod


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


def list_live_purposes(purposes: Collection[str]) -> dict[str, int]:
    """Which purposes have a live attempt, and which attempt it is."""
    rows = AttemptPurpose.objects.filter(purpose__in=list(purposes), is_live=True)
    return dict(rows.values_list("purpose", "attempt_id"))


def list_attempts(attempt_ids: Collection[int]) -> dict[int, PaymentAttempt]:
    """Attempts by id."""
    return PaymentAttempt.objects.in_bulk(list(attempt_ids))


def list_attempts_to_send(at: datetime, *, limit: int = 500) -> list[int]:
    """Attempts that were written down but not sent, or not taken by the gateway, and whose time has come."""
    rows = PaymentAttempt.objects.filter(status="created", look_again_at__lte=at)
    return list(rows.order_by("look_again_at", "pk").values_list("pk", flat=True)[:limit])


def list_attempts_to_look_up(at: datetime, *, limit: int = 500) -> list[int]:
    """Attempts in flight, unknown or processing whose time to look again has come."""
    rows = PaymentAttempt.objects.filter(
        status__in=["submitting", "unknown", "processing", "action_required"], look_again_at__lte=at
    )
    return list(rows.order_by("look_again_at", "pk").values_list("pk", flat=True)[:limit])


def count_unresolved() -> int:
    """Attempts whose outcome is not final, leaving out those that a person must look at."""
    live = ["created", "submitting", "unknown", "processing", "action_required"]
    return PaymentAttempt.objects.filter(status__in=live, quarantine_reason="").count()


def find_next_look() -> datetime | None:
    """When the next attempt is to be looked at again; None when all are final."""
    rows = PaymentAttempt.objects.filter(look_again_at__isnull=False).order_by("look_again_at")
    return rows.values_list("look_again_at", flat=True).first()


def list_purpose_attempts(purpose: str) -> Sequence[PaymentAttempt]:
    """All attempts for a purpose, newest first."""
    return list(PaymentAttempt.objects.filter(purposes__purpose=purpose).order_by("-pk"))


def list_payments(account_id: int | None = None) -> QuerySet[Payment]:
    """Money that arrived, newest first."""
    rows = Payment.objects.select_related("account", "attempt").order_by("-recorded_at", "-pk")
    return rows if account_id is None else rows.filter(account_id=account_id)


class PaymentFilters(NamedTuple):
    """What payments must be; None does not ask."""

    account__seller_id: int | None = None
    account_id: int | None = None
    kind: str | None = None
    received_on: date | None = None


def list_recorded_payments(*, filters: PaymentFilters, after_id: int = 0, limit: int = 100) -> Sequence[Payment]:
    """Payments with account and attempt, in the order in which they were recorded, from the one after `after_id`."""
    asked = {name: value for name, value in filters._asdict().items() if value is not None}
    found = Payment.objects.select_related("account", "attempt").filter(pk__gt=after_id, **asked)
    return list(found.order_by("pk")[:limit])


def get_payment(payment_id: int) -> Payment:
    """A payment by its id; raises NotFound."""
    payment = Payment.objects.select_related("account", "attempt").filter(pk=payment_id).first()
    if payment is None:
        raise NotFound(f"There is no payment {payment_id}.", field="payment_id")
    return payment
