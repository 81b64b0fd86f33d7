"""Pages of a list by cursor: keyset, never offset, so that what comes in meanwhile shifts nothing."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from ninja import Schema
from pydantic import Field

from tallystick.interfaces.api.errors import CursorNotValid

LARGEST_PAGE: Final = 100
LARGEST_ID: Final = 2**63 - 1

Item = TypeVar("Item")
Row = TypeVar("Row")


class Paging(Schema):
    """Which page."""

    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before; none for the first")
    limit: int = Field(50, ge=1, le=LARGEST_PAGE, description="how many at most")


class Page(Schema, Generic[Item]):
    """A part of a list, in the order of creation unless the list says otherwise."""

    data: list[Item]
    next_cursor: str | None = Field(description="send it as `cursor` for what follows; null on the last page")


def read_cursor(paging: Paging, *, of: str) -> int:
    """The id after which the page begins, 0 for the first page. Refuses the cursor of a list other than `of`."""
    if paging.cursor is None:
        return 0
    try:
        name, after_id = json.loads(urlsafe_b64decode(paging.cursor.encode("ascii")))
    except (ValueError, TypeError, binascii.Error) as unreadable:
        raise CursorNotValid from unreadable
    if name != of or type(after_id) is not int or not 0 < after_id <= LARGEST_ID:
        raise CursorNotValid
    return after_id


def write_cursor(after_id: int, *, of: str) -> str:
    """A cursor behind the row `after_id` of the list `of`. What it says inside is ours to change."""
    return urlsafe_b64encode(json.dumps([of, after_id]).encode()).decode("ascii")


def make_page(rows: Sequence[Row], *, paging: Paging, of: str, get_id: Callable[[Row], int]) -> dict[str, Any]:
    """A page of rows that were asked for with a limit of `paging.limit + 1`: the one too many says that more follow."""
    shown = rows[: paging.limit]
    has_more = len(rows) > paging.limit
    return {"data": shown, "next_cursor": write_cursor(get_id(shown[-1]), of=of) if has_more else None}
