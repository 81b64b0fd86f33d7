"""The file of a seller: one JSON object with its parts."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from tallystick.errors import Problem
from tallystick.sellers.core.new_seller import (
    BankDetails,
    BillingTerms,
    NewSeller,
    ProfileText,
    Registration,
    Series,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_LISTS: Mapping[str, type["DataclassInstance"]] = {
    "vat_registrations": Registration,
    "bank_accounts": BankDetails,
    "series": Series,
}
_OBJECTS: Mapping[str, type["DataclassInstance"]] = {"profile": ProfileText, "billing_terms": BillingTerms}
_NEEDED = dict.fromkeys(("code", "currency", "profile"))
_TEXTS = ("code", "currency", "time_zone", "email_domain")


def make_seller(content: Mapping[str, Any]) -> tuple[NewSeller | None, list[Problem]]:
    """The seller that the object of a file describes, and everything that is wrong with its form.

    What can't be read is left out or stands for nothing, so that the rest can be judged; without code, currency or
    profile there is no seller.
    """
    problems: list[Problem] = []
    _note_unknown("", content, {*_TEXTS, *_LISTS, *_OBJECTS}, problems)
    values: dict[str, Any] = {}
    for name in _TEXTS:
        if name in content:
            values[name] = _read_value(name, content[name], str, problems)
    for name, kind in _OBJECTS.items():
        if name in content:
            values[name] = _read_object(name, content[name], kind, problems)
    for name, kind in _LISTS.items():
        if name in content:
            values[name] = _read_list(name, content[name], kind, problems)
    problems += [Problem(name, "is missing") for name in _NEEDED if name not in content]
    sound = {name: value for name, value in values.items() if value is not None}
    return (NewSeller(**sound) if sound.keys() >= _NEEDED.keys() else None), problems


def _read_list(name: str, items: Any, kind: type["DataclassInstance"], problems: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(items, list):
        problems.append(Problem(name, "must be a list, in brackets"))
        return ()
    read = [_read_object(f"{name}.{at}", item, kind, problems) for at, item in enumerate(items)]
    return tuple(each for each in read if each is not None)


def _read_object(name: str, content: Any, kind: type["DataclassInstance"], problems: list[Problem]) -> Any:
    if not isinstance(content, dict):
        problems.append(Problem(name, "must be an object, in braces"))
        return None
    types, known = get_type_hints(kind), {each.name: each for each in fields(kind)}
    _note_unknown(f"{name}.", content, known, problems)
    values = {}
    for key, each in known.items():
        if key in content:
            value = _read_value(f"{name}.{key}", content[key], types[key], problems)
            if value is not None or each.default is MISSING:
                values[key] = value
        elif each.default is MISSING:
            problems.append(Problem(f"{name}.{key}", "is missing"))
    is_whole = all(values.get(key) is not None for key, each in known.items() if each.default is MISSING)
    return kind(**values) if is_whole else None


def _note_unknown(prefix: str, content: Mapping[str, Any], known: Collection[str], problems: list[Problem]) -> None:
    told = f"is not known; known are {', '.join(sorted(known))}"
    problems += [Problem(prefix + key[:40], told) for key in content if key not in known]


def _read_value(name: str, value: Any, kind: Any, problems: list[Problem]) -> Any:
    """A value of the type that is wanted: text, whole number, yes or no, date, or nothing where that is allowed."""
    allowed = get_args(kind) or (kind,)
    if value is None and type(None) in allowed:
        return None
    if date in allowed:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            problems.append(Problem(name, "must be a date like 2026-03-31"))
            return None
    if type(value) not in allowed:
        words = {str: "a text", int: "a whole number", bool: "true or false"}
        problems.append(Problem(name, f"must be {words[allowed[0]]}"))
        return None
    return value
