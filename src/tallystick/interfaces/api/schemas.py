"""Shapes that several resources share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from tallystick.errors import Problem
from tallystick.interfaces.api.paging import LARGEST_ID

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)


def _read_day(given: object) -> date:
    # Numbers would pass for seconds since 1970.
    if isinstance(given, date):
        return given
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        raise ValueError("must be a date such as 2026-03-31")
    return date.fromisoformat(given)


def _read_instant(given: object) -> datetime:
    if isinstance(given, datetime):
        return given
    if not isinstance(given, str) or not _INSTANT.match(given):
        raise ValueError("must be an instant such as 2026-03-31T09:00:00Z")
    return datetime.fromisoformat(given)


def _read_number(given: object) -> Decimal:
    if isinstance(given, Decimal):
        return given
    if not isinstance(given, str) or not _NUMBER.fullmatch(given):
        raise ValueError('must be a decimal number as text, such as "12.5"')
    return Decimal(given)


def _require_printable(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain the character NUL")
    return text


def _require_day_in_range(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"must lie between {FIRST_DAY} and {LAST_DAY}")
    return day


def _require_instant_in_range(at: datetime) -> datetime:
    _require_day_in_range(at.date())
    return at


def _decimal_as_text(number: Decimal) -> str:
    """Exact and plain: no exponent, no zeros at the end."""
    return f"{number.normalize():f}"


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""Our own number of a thing."""

Day = Annotated[date, BeforeValidator(_read_day), AfterValidator(_require_day_in_range)]
"""A date, ISO 8601."""

Instant = Annotated[AwareDatetime, BeforeValidator(_read_instant), AfterValidator(_require_instant_in_range)]
"""A point in time, ISO 8601 with its offset."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"], description="ISO 4217")]

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["NL"], description="ISO 3166-1 alpha-2")]

Minor = Annotated[int, Field(description="in minor units of the currency beside it", examples=[121_00])]

Text40 = Annotated[str, Field(max_length=40), AfterValidator(_require_printable)]
Text80 = Annotated[str, Field(max_length=80), AfterValidator(_require_printable)]
Text140 = Annotated[str, Field(max_length=140), AfterValidator(_require_printable)]
Text200 = Annotated[str, Field(max_length=200), AfterValidator(_require_printable)]
Text300 = Annotated[str, Field(max_length=300), AfterValidator(_require_printable)]
Text400 = Annotated[str, Field(max_length=400), AfterValidator(_require_printable)]

Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_require_printable)]

Reason = Annotated[
    str,
    Field(min_length=1, max_length=300, description="why; kept in the history", examples=["agreed with customer"]),
    AfterValidator(_require_printable),
]

_AS_TEXT = WithJsonSchema({"type": "string", "pattern": f"^{_NUMBER.pattern}$", "examples": ["12.5"]})

GivenNumber = Annotated[Decimal, BeforeValidator(_read_number), _AS_TEXT]
"""An exact decimal number that is sent to us, as text, since JSON numbers are often floats."""

Number = Annotated[Decimal, PlainSerializer(_decimal_as_text, return_type=str), _AS_TEXT]
"""An exact decimal number that we tell, as text."""


class Body(Schema):
    """What is sent to us, taken as meant or not at all: no number for a date, no 0 for false, no unknown field."""

    model_config = ConfigDict(strict=True, extra="forbid")

    def find_problems(self) -> Sequence[Problem]:
        """What the room that it goes to has against it, seen alone: told together with what is out of shape."""
        return ()


class Row(Schema):
    """A shape that is read from rows of a room. A field whose value stands elsewhere there says where by its
    `validation_alias`, such as "account.external_id"; it may also be given by its own name."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class Event(Schema):
    """Something that happened: when, by whom, and why."""

    event: str
    from_status: str
    to_status: str
    at: datetime
    actor_kind: str
    actor_label: str
    reason: str
