"""Take numbers from a series. Gapless: the row stays locked until the posting transaction ends."""

from datetime import date
from typing import NamedTuple

from django.db.models import F

from tallystick.errors import NotFound, Refusal
from tallystick.sellers.models import NumberSeries


class DateOrderBroken(Refusal):
    """The series {prefix} is in date order: the earliest date allowed is {earliest}."""

    code = "date_order_broken"


class NumberBlock(NamedTuple):
    """A run of consecutive numbers, ours while the transaction lasts."""

    series_id: int
    prefix: str
    digits: int
    first: int


def take_numbers(seller_id: int, *, kind: str, count: int, dated_on: date) -> NumberBlock:
    """Lock the seller's series of `kind` and take `count` numbers; call it last in the transaction.

    Raises NotFound when the seller has no such series, DateOrderBroken when it demands date order and `dated_on` is
    before its last document.
    """
    series = NumberSeries.objects.select_for_update().filter(seller_id=seller_id, kind=kind).first()
    if series is None:
        raise NotFound(f"The seller has no number series for {kind}; add one in its settings.", field="number_series")
    _check_date_order(series, dated_on)
    last_on = max(dated_on, series.last_document_on or dated_on)
    NumberSeries.objects.filter(pk=series.pk).update(next_number=F("next_number") + count, last_document_on=last_on)
    return NumberBlock(series.pk, series.prefix, series.digits, series.next_number)


def require_date_order(seller_id: int, *, kind: str, dated_on: date) -> None:
    """Refuse early, before any number is taken, a date that the seller's series would refuse."""
    for series in NumberSeries.objects.filter(seller_id=seller_id, kind=kind):
        _check_date_order(series, dated_on)


def _check_date_order(series: NumberSeries, dated_on: date) -> None:
    if series.is_in_date_order and series.last_document_on and dated_on < series.last_document_on:
        raise DateOrderBroken(prefix=series.prefix, earliest=series.last_document_on, field="invoice_on")
