"""The codes that a problem may carry, with what they mean: the pages that `type` points to."""

from __future__ import annotations

import inspect
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from tallystick.interfaces.api.errors import AddressUnknown
from tallystick.interfaces.api.problems import TYPE_PREFIX, compute_title
from tallystick.interfaces.api.schemas import Text80
from tallystick.interfaces.refusals import get_answer, list_refusals

router = Router(tags=["Problems"])


class ProblemKind(Schema):
    """A code, and what it means."""

    code: str = Field(examples=["forbidden"])
    title: str = Field(examples=["Forbidden"])
    http_status: int = Field(examples=[403])
    meaning: str = Field(description="with the facts of a case in place of the names in braces")


@router.get("/problems", response=list[ProblemKind])
def list_problem_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    """Every code that an error may carry, by name."""
    return [_kinds_by_code()[code] for code in sorted(_kinds_by_code())]


@router.get("/problems/{code}", response=ProblemKind)
def get_problem_kind(request: HttpRequest, code: Path[Text80]) -> dict[str, Any]:
    """What one code means."""
    kind = _kinds_by_code().get(code)
    if kind is None:
        raise AddressUnknown(path=TYPE_PREFIX + code)
    return kind


def _kinds_by_code() -> dict[str, dict[str, Any]]:
    """By code; of classes that share one, the first by name speaks."""
    kinds: dict[str, dict[str, Any]] = {}
    for refusal in sorted(list_refusals(), key=lambda each: each.__name__):
        meaning = inspect.cleandoc(refusal.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        kinds.setdefault(
            refusal.code,
            {
                "code": refusal.code,
                "title": compute_title(refusal.code),
                "http_status": get_answer(refusal).http_status,
                "meaning": meaning,
            },
        )
    return kinds
