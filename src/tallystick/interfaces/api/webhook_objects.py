"""What webhooks tell of an object: what the API answers when asked for it, so that a program reads both alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from ninja import Schema
from pydantic import Field

from tallystick.collection.queries.lists import list_runs_by_id as list_payment_runs_by_id
from tallystick.delivery.operations.write_webhooks import Told
from tallystick.delivery.queries.method_requests import list_method_requests_by_id
from tallystick.interfaces.api.resources.invoices import InvoiceSummary
from tallystick.interfaces.api.resources.method_requests import MethodRequest
from tallystick.interfaces.api.resources.payment_attempts import PaymentAttempt
from tallystick.interfaces.api.resources.payment_run_shapes import PaymentRunSummary
from tallystick.interfaces.api.resources.payments import Payment
from tallystick.interfaces.api.resources.refunds import Refund
from tallystick.interfaces.api.resources.run_shapes import BillRunSummary
from tallystick.interfaces.api.resources.subscription_shapes import SubscriptionSummary
from tallystick.invoicing.queries.lists import list_documents_by_id
from tallystick.invoicing.queries.lists import list_runs_by_id as list_bill_runs_by_id
from tallystick.payments.queries import list_attempts_by_id, list_payments_by_id
from tallystick.payments.queries.refunds import list_refunds_by_id
from tallystick.subscriptions.queries import list_subscriptions_by_id


class FailedPayment(PaymentAttempt):
    """A charge that did not go through, and why."""

    failure_code: str = Field(description="our word for the reason", examples=["insufficient_funds"])
    final_at: datetime | None


def compose_objects(topic: str, object_ids: Collection[int], /) -> Mapping[int, Told]:
    """Objects of a topic as they stand now, by id; a topic that programs are not told of has none."""
    tell = _TELL.get(topic)
    return dict(tell(object_ids)) if tell else {}


def _tell_documents(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_documents_by_id(ids):
        yield each.pk, Told(each.kind, each.seller.code, _dump(InvoiceSummary, each))


def _tell_payments(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_payments_by_id(ids):
        yield each.pk, Told("payment", each.account.seller.code, _dump(Payment, each))


def _tell_attempts(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_attempts_by_id(ids):
        yield each.pk, Told("payment", each.account.seller.code, _dump(FailedPayment, each))


def _tell_refunds(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_refunds_by_id(ids):
        yield each.pk, Told("refund", each.payment.account.seller.code, _dump(Refund, each))


def _tell_bill_runs(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_bill_runs_by_id(ids):
        yield each.pk, Told("bill_run", each.seller.code, _dump(BillRunSummary, each))


def _tell_payment_runs(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_payment_runs_by_id(ids):
        yield each.pk, Told("payment_run", each.seller.code, _dump(PaymentRunSummary, each))


def _tell_subscriptions(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_subscriptions_by_id(ids):
        yield each.pk, Told("subscription", each.account.seller.code, _dump(SubscriptionSummary, each))


def _tell_method_requests(ids: Collection[int]) -> Iterable[tuple[int, Told]]:
    for each in list_method_requests_by_id(ids):
        yield each.pk, Told("payment_method", each.account.seller.code, _dump(MethodRequest, each))


def _dump(shape: type[Schema], row: object) -> dict[str, Any]:
    return shape.from_orm(row).model_dump(mode="json")


_TELL: Final[Mapping[str, Callable[[Collection[int]], Iterable[tuple[int, Told]]]]] = MappingProxyType(
    {
        "document": _tell_documents,
        "payment": _tell_payments,
        "payment_attempt": _tell_attempts,
        "refund": _tell_refunds,
        "bill_run": _tell_bill_runs,
        "payment_run": _tell_payment_runs,
        "subscription": _tell_subscriptions,
        "method_request": _tell_method_requests,
    }
)
