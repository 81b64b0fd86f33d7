"""Money that arrived."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from tallystick.errors import NotFound
from tallystick.payments.models import Payment


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


def list_payments_by_id(payment_ids: Collection[int]) -> Sequence[Payment]:
    """These payments, as far as they are there, with their accounts and sellers."""
    found = Payment.objects.select_related("account__seller").filter(pk__in=payment_ids)
    return list(found.order_by("pk"))
