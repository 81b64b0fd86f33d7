"""The one table that says what a refusal becomes outside: HTTP status, exit status, error beside a form field.

A refusal is looked up by its code, and where its code has no line of its own, by the nearest kind of refusal it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tallystick.errors import Conflict, Forbidden, InvalidInput, NotFound, Refusal

REFUSED: Final = 1
"""Exit status of a command that was understood and refused."""

WRONG_USE: Final = 2
"""Exit status of a command that was not understood. Typer's own, named here so that the table tells the whole story."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a refusal becomes: an HTTP status, an exit status, and whether a form shows it beside the field or above."""

    http_status: int
    exit_status: int = REFUSED
    is_form_error: bool = False


BY_KIND: Final[Mapping[type[Refusal], Answer]] = MappingProxyType(
    {
        NotFound: Answer(404),
        Forbidden: Answer(403),
        InvalidInput: Answer(422, is_form_error=True),
        Conflict: Answer(409),
        # A refusal that is no closer kind says that the present state does not allow it.
        Refusal: Answer(409),
    }
)

BY_CODE: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        # Who is it?
        "not_authenticated": Answer(401),
        "key_not_accepted": Answer(401),
        "key_expired": Answer(401),
        "key_revoked": Answer(401),
        # The call itself, before anything is looked at.
        "body_not_readable": Answer(400),
        "idempotency_key_missing": Answer(400),
        "idempotency_key_malformed": Answer(400),
        "method_not_allowed": Answer(405),
        "body_too_large": Answer(413),
        "too_many_calls": Answer(429),
        "too_many_wrong_keys": Answer(429),
        "media_type_not_taken": Answer(415),
        # What exists already or is in use is a conflict for programs and a mistake in a field for people.
        "seller_exists": Answer(409, is_form_error=True),
        "staff_user_exists": Answer(409, is_form_error=True),
        "last_admin": Answer(409, is_form_error=True),
        "negative_document": Answer(422, is_form_error=True),
        "scope_beyond_issuer": Answer(403, is_form_error=True),
    }
)


def get_answer(refusal: Refusal | type[Refusal]) -> Answer:
    """The line of the table for a refusal or a class of them. There always is one."""
    by_code = BY_CODE.get(refusal.code)
    if by_code is not None:
        return by_code
    kind = refusal if isinstance(refusal, type) else type(refusal)
    return next(BY_KIND[ancestor] for ancestor in kind.__mro__ if ancestor in BY_KIND)


def list_refusals() -> Iterator[type[Refusal]]:
    """Every class of refusal that the loaded code knows, each once: for documentation, and for tests of this table."""
    seen: set[type[Refusal]] = set()
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        if kind not in seen:
            seen.add(kind)
            waiting.extend(kind.__subclasses__())
            yield kind
