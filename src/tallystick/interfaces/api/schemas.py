"""Shapes that several resources share."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, PlainSerializer, WithJsonSchema

from tallystick.interfaces.api.paging import LARGEST_ID

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)


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

Day = Annotated[date, AfterValidator(_require_day_in_range)]
"""A date, ISO 8601."""

Instant = Annotated[AwareDatetime, AfterValidator(_require_instant_in_range)]
"""A point in time, ISO 8601 with its offset."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"], description="ISO 4217")]

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["NL"], description="ISO 3166-1 alpha-2")]

Minor = Annotated[int, Field(description="in minor units of the currency beside it", examples=[121_00])]

Text40 = Annotated[str, Field(max_length=40), AfterValidator(_require_printable)]
Text80 = Annotated[str, Field(max_length=80), AfterValidator(_require_printable)]
Text200 = Annotated[str, Field(max_length=200), AfterValidator(_require_printable)]
Text300 = Annotated[str, Field(max_length=300), AfterValidator(_require_printable)]

Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_require_printable)]

Reason = Annotated[
    str,
    Field(min_length=1, max_length=300, description="why; kept in the history", examples=["agreed with customer"]),
    AfterValidator(_require_printable),
]

_AS_TEXT = WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,6})?$", "examples": ["12.5"]})

GivenNumber = Annotated[Decimal, Field(max_digits=18, decimal_places=6), _AS_TEXT]
"""An exact decimal number that is sent to us, as text, since JSON numbers are often floats."""

Number = Annotated[Decimal, PlainSerializer(_decimal_as_text, return_type=str), _AS_TEXT]
"""An exact decimal number that we tell, as text."""


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
