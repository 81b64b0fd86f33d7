"""Stripe's own parameter types as a judge of what is sent: nothing misspelt, missing or mistyped gets through."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import stripe._request_options
import typing_extensions
from pydantic import ConfigDict, TypeAdapter, ValidationError

TYPES = {
    "/v1/customers": ("stripe.params._customer_create_params", "CustomerCreateParams"),
    "/v1/payment_intents": ("stripe.params._payment_intent_create_params", "PaymentIntentCreateParams"),
    "/v1/refunds": ("stripe.params._refund_create_params", "RefundCreateParams"),
    "/v1/checkout/sessions": ("stripe.params.checkout._session_create_params", "SessionCreateParams"),
}


def read_form(text: str) -> dict[str, Any]:
    """Stripe's form encoding: `a[b]=1` is an object, `a[0]=1` a list."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        path = name.replace("]", "").split("[")
        place = root
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return {name: _as_list(value) for name, value in root.items()}


def find_mistake(path: str, params: Mapping[str, Any]) -> str:
    """What is wrong with the parameters of a create call, "" for nothing."""
    if path not in TYPES:
        return ""
    try:
        _get_judge(*TYPES[path]).validate_python(params)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
    return ""


@cache
def _get_judge(module: str, name: str) -> TypeAdapter[Any]:
    # the types are written for checkers: their names have to be put where pydantic looks for them
    known = vars(importlib.import_module(module))
    known |= {
        "Dict": dict, "List": list, "Literal": typing_extensions.Literal, "Mapping": typing.Mapping,
        "NotRequired": typing_extensions.NotRequired, "StripeContext": str,
    }  # fmt: skip
    vars(stripe._request_options)["StripeContext"] = str
    for kind in list(known.values()):
        if typing_extensions.is_typeddict(kind):
            kind.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    judge: TypeAdapter[Any] = TypeAdapter(known[name])
    judge.rebuild(raise_errors=True, _types_namespace=known)
    return judge


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _as_list(each) for name, each in value.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner
