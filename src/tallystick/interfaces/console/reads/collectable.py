"""What a payment run would take: for the question before it is started."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Sum

from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.interfaces.console.formats import write_count, write_money
from tallystick.interfaces.console.reads.standing import IS_OPEN, OPEN_MINOR
from tallystick.invoicing.models import BillRun, Document
from tallystick.payments.models import PaymentMethod
from tallystick.sellers.models import Seller


class Collectable(NamedTuple):
    """Open invoices that are paid automatically and due, in one currency."""

    currency: str
    invoices: int
    open_minor: int


def list_collectable(
    seller: Seller, *, target_on: date, filters: CollectionFilters, bill_run: BillRun | None
) -> list[Collectable]:
    """Posted, open, automatic invoices due on or before a day, per currency (ZUO-34, ZUO-35, ZUO-36)."""
    rows = Document.objects.filter(IS_OPEN, seller=seller, collection_method="automatic", due_on__lte=target_on)
    for field, values in (
        ("account__external_id", filters.account_external_ids),
        ("account__segment", filters.segments),
        ("account__anchor_day", filters.anchor_days),
        ("currency", filters.currencies),
        ("account__in", _list_at_gateways(seller, filters.gateways)),
        ("run", (bill_run,) if bill_run else ()),
    ):
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    sums = rows.order_by("currency").values_list("currency").annotate(many=Count("pk"), owed=Sum(OPEN_MINOR))
    return [Collectable(*row) for row in sums]


def _list_at_gateways(seller: Seller, gateways: Sequence[str]) -> list[int]:
    """Accounts whose default method is at one of the gateways; nobody is account 0."""
    if not gateways:
        return []
    methods = PaymentMethod.objects.filter(account__seller=seller, is_default=True, gateway_account__kind__in=gateways)
    return list(methods.values_list("account_id", flat=True)) or [0]


def write_collect_question(found: list[Collectable]) -> str:
    """ "Collect 2,576 invoices, 158,000.00 USD?" """
    amounts = " and ".join(write_money(each.open_minor, currency=each.currency) for each in found)
    return f"Collect {write_count(sum(each.invoices for each in found), noun='invoice')}, {amounts}?"
