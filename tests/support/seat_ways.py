"""How it is told who has a seat, through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

SEAT_WAYS: Final[Mapping[str, Ways]] = {
    "look at seats": Ways(
        ApiCall("GET", "/accounts/{account_id}/seat-holders"),
        console=ConsolePage("accounts/{account_id}/seats/"),
    ),
    "tell who has a seat": Ways(
        ApiCall("PUT", "/accounts/{account_id}/seats", {"holders": [{"workspace": "north", "user": "ann"}]}),
        cli=("seats", "set", "A-1", "--file", "{file}", "--yes"),
        console=ConsolePage("accounts/{account_id}/seats/set/", {"holders": "north, ann"}),
    ),
}
