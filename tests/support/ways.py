"""How a capability is used through each interface, for the table of who may do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class ApiCall(NamedTuple):
    """A call of the API. The path is filled in with ids of the company."""

    method: str
    path: str
    body: object = None


class ConsolePage(NamedTuple):
    """A page of the console, or, with a form, a button on one. Both are filled in with ids of the company."""

    path: str
    form: Mapping[str, str] | None = None


class Ways(NamedTuple):
    """How a capability is used, by interface; an interface that does not offer it has no way."""

    api: ApiCall
    cli: Sequence[str] | None = None
    console: ConsolePage | None = None
