"""Refunds and disputes: of a payment, of everything, and those that somebody has to look at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from tallystick.payments.core.refundable import GivenBack, compute_refundable, is_undone
from tallystick.payments.errors import RefundUnknown
from tallystick.payments.models import Dispute, Payment, Refund, RefundEvent


class RefundFilters(NamedTuple):
    """What refunds must be; None does not ask."""

    payment__account__seller_id: int | None = None
    payment__account_id: int | None = None
    payment_id: int | None = None
    status: str | None = None


def get_refund(refund_id: int) -> Refund:
    """One refund with its payment and account. Raises RefundUnknown."""
    found = _select().filter(pk=refund_id).first()
    if found is None:
        raise RefundUnknown(refund_id=refund_id)
    return found


def list_refunds(*, filters: RefundFilters, after_id: int = 0, limit: int = 100) -> Sequence[Refund]:
    """Refunds in the order of their making, from the one after `after_id`."""
    asked = {name: value for name, value in filters._asdict().items() if value is not None}
    return list(_select().filter(pk__gt=after_id, **asked).order_by("pk")[:limit])


def list_refunds_by_id(refund_ids: Collection[int]) -> Sequence[Refund]:
    """These refunds, as far as they are there."""
    return list(_select().filter(pk__in=refund_ids).order_by("pk"))


def list_disputes(payment_id: int | None = None, *, account_id: int | None = None) -> Sequence[Dispute]:
    """Disputes of a payment, or of an account's payments, newest first: dunning reads them too."""
    found = Dispute.objects.select_related("payment__account").order_by("-pk")
    if payment_id is not None:
        found = found.filter(payment_id=payment_id)
    if account_id is not None:
        found = found.filter(payment__account_id=account_id)
    return list(found[:1000])


def list_refund_events(payment_id: int) -> Sequence[RefundEvent]:
    """What happened to the refunds of a payment, oldest first."""
    return list(RefundEvent.objects.filter(refund__payment_id=payment_id).select_related("refund").order_by("pk"))


def list_refunds_to_look_at(at: datetime, *, limit: int = 200) -> list[int]:
    """Refunds whose time to be asked about has come."""
    due = Refund.objects.filter(look_again_at__lte=at).order_by("look_again_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def list_paid_attempts(attempt_ids: Collection[int]) -> Sequence[Payment]:
    """The payments that came of these attempts, by account, so that locks are taken in their order."""
    return list(Payment.objects.filter(attempt_id__in=attempt_ids).order_by("account_id", "pk"))


def find_refundable(payment: Payment) -> int:
    """What could still be given back of a payment, in minor units; 0 while it is disputed."""
    if payment.disputes.exclude(status="won").exists():
        return 0
    given = [GivenBack(each.amount_minor, is_undone(each.status)) for each in payment.refunds.all()]
    return compute_refundable(payment.amount_minor, given_back=given)


def _select() -> QuerySet[Refund]:
    return Refund.objects.select_related("payment__account__seller", "payment__attempt")
