"""What else is wrong with a body whose shape is wrong: everything is told at once, as an import does.

The shape is looked at field by field. The rules of a room look at whole values, so what is out of shape is stood in for
by the documented example of the body; what the rules say about that, or because of it, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import pydantic
from django.http import HttpRequest

from tallystick.errors import Problem
from tallystick.interfaces.api.schemas import Body


def find_body_model(parameters: type[pydantic.BaseModel]) -> type[Body] | None:
    """The shape of a call's body, from what the framework makes of its parameters; None where it has none of ours."""
    annotations = (field.annotation for field in parameters.model_fields.values())
    return next((each for each in annotations if isinstance(each, type) and issubclass(each, Body)), None)


def list_further_problems(request: HttpRequest, *, model: type[Body], faulty: Collection[str]) -> list[Problem]:
    """What the room says about the fields of the body that are in shape; `faulty` are those that are not."""
    sent = _read(request)
    fit = {name: value for name, value in sent.items() if name in model.model_fields and name not in faulty}
    stand_ins = {name: value for name, value in _get_example(model).items() if name in faulty}
    try:
        body = model.model_validate({**stand_ins, **fit})
    except pydantic.ValidationError:
        return []
    invented = [str(value) for value in stand_ins.values()]
    return [
        problem
        for problem in body.find_problems()
        if _is_told_anew(problem, model, faulty) and not any(value in problem.reason for value in invented)
    ]


def _is_told_anew(problem: Problem, model: type[Body], faulty: Collection[str]) -> bool:
    name = problem.field.partition(".")[0]
    return name in model.model_fields and name not in faulty


def _read(request: HttpRequest) -> Mapping[str, Any]:
    try:
        sent = json.loads(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def _get_example(model: type[Body]) -> Mapping[str, Any]:
    extra = model.model_config.get("json_schema_extra")
    examples = extra.get("examples") if isinstance(extra, dict) else None
    return examples[0] if isinstance(examples, list) and isinstance(examples[0], dict) else {}
