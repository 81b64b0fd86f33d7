"""Keyset paging: a page starts after the last row of the one before, so the thousandth is as fast as the first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


class Order(NamedTuple):
    """By which field, which way, and the unique field that settles ties."""

    field: str
    is_descending: bool
    key: str = "id"


class Cursor(NamedTuple):
    """A place in a list: the row there (its value of the order's field, and its key), and which way to read from it."""

    value: Any
    key: int
    is_backward: bool


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the pages after and before it (empty where there are none)."""

    rows: Sequence[Row]
    after: str
    before: str


def read_page(queryset: QuerySet[Row], *, order: Order, token: str, size: int) -> Page[Row]:
    """The page at a cursor's token; the first one for an empty or unreadable token."""
    cursor = _read_token(token, queryset, order)
    is_backward = cursor is not None and cursor.is_backward
    is_descending = order.is_descending != is_backward
    narrowed = queryset if cursor is None else queryset.filter(_beyond(cursor, order, is_descending))
    sign = "-" if is_descending else ""
    rows = list(narrowed.order_by(f"{sign}{order.field}", f"{sign}{order.key}")[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if is_backward:
        rows.reverse()
    has_after = bool(rows) and (has_more if not is_backward else True)
    has_before = bool(rows) and (has_more if is_backward else cursor is not None)
    return Page(
        rows,
        after=_write_token(rows[-1], order, is_backward=False) if has_after else "",
        before=_write_token(rows[0], order, is_backward=True) if has_before else "",
    )


def _beyond(cursor: Cursor, order: Order, is_descending: bool) -> Q:
    # Written as a range and an exception, so that an index on the field is entered at the right place.
    field, key = order.field, order.key
    if field == key:
        return Q(**{f"{key}__{'lt' if is_descending else 'gt'}": cursor.key})
    reach, tie = ("lte", "gte") if is_descending else ("gte", "lte")
    return Q(**{f"{field}__{reach}": cursor.value}) & ~Q(**{field: cursor.value, f"{key}__{tie}": cursor.key})


def _write_token(row: Model, order: Order, *, is_backward: bool) -> str:
    value: Any = row
    for part in order.field.split("__"):
        value = getattr(value, part)
    fields = [1 if is_backward else 0, str(value), getattr(row, order.key)]
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


def _read_token(token: str, queryset: QuerySet[Row], order: Order) -> Cursor | None:
    if not token:
        return None
    try:
        way, text, key = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return Cursor(_find_field(queryset, order.field).to_python(text), int(key), way == 1)
    except (ValueError, TypeError, binascii.Error, ValidationError):
        return None


def _find_field(queryset: QuerySet[Row], path: str) -> Field[Any, Any]:
    annotation = queryset.query.annotations.get(path)
    found: Any = annotation.output_field if annotation is not None else None
    model: Any = queryset.model
    for part in path.split("__") if found is None else ():
        found = model._meta.get_field(part)
        model = found.related_model
    return cast("Field[Any, Any]", found)
