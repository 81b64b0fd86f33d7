"""Errors as problem+json (RFC 9457), all in one shape, whoever refused."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.errors import HttpError, ValidationError
from ninja.responses import Response
from pydantic import Field

from tallystick.errors import Refusal
from tallystick.interfaces.api.errors import BodyNotReadable, RequestInvalid
from tallystick.interfaces.api.second_look import list_further_problems
from tallystick.interfaces.refusals import get_answer

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "/api/v1/problems/"
BROKEN: Final = "internal_error"
INVALID_VALUE: Final = "invalid_value"

log = logging.getLogger(__name__)


class FieldProblem(Schema):
    """What is wrong with one input."""

    pointer: str | None = Field(default=None, description="JSON pointer into the body", examples=["#/services/0/plan"])
    parameter: str | None = Field(default=None, description="or the name of the parameter in the path, query or header")
    code: str = Field(examples=["missing"])
    detail: str = Field(examples=["Field required"])


class Problem(Schema):
    """What went wrong, in words for people and a code for programs."""

    type: str = Field(description="address of a page about this code", examples=["/api/v1/problems/forbidden"])
    title: str = Field(examples=["Forbidden"])
    status: int = Field(examples=[403])
    detail: str = Field(examples=["nightly export may not post invoices"])
    code: str = Field(description="stable; programs may depend on it", examples=["forbidden"])
    errors: list[FieldProblem] = Field(default_factory=list, description="the single inputs at fault, if any")
    can_retry: bool = Field(description="whether the same call may succeed later without a change")
    request_id: str = Field(description="as in the header X-Request-Id; name it when you ask for help")


def answer_refusal(request: HttpRequest, *, refusal: Refusal) -> HttpResponse:
    """The problem of a business "no"."""
    return _answer(
        request,
        status=get_answer(refusal).http_status,
        code=refusal.code,
        detail=refusal.message,
        errors=_list_field_problems(request, refusal),
        can_retry=refusal.can_retry,
        retry_after=refusal.facts.get("seconds"),
    )


def _say(message: str) -> str:
    """What a check of ours says, without the words that the framework puts before it."""
    return message.removeprefix("Value error, ")


def answer_invalid_request(request: HttpRequest, *, invalid: ValidationError) -> HttpResponse:
    """The problem of a request whose shape is wrong: every wrong field is named, not the first only, and so are those
    that are in shape and break a rule of their room."""
    refusal = RequestInvalid()
    errors = [
        _field_problem_of(error["loc"], code=error["type"], detail=_say(error["msg"])) for error in invalid.errors
    ]
    model = getattr(invalid, "body_model", None)
    if model is not None:
        faulty = {(each.pointer or "").removeprefix("#/").partition("/")[0] for each in errors}
        further = list_further_problems(request, model=model, faulty=faulty)
        errors += [_locate(request, each.field, code=INVALID_VALUE, detail=each.reason) for each in further]
    return _answer(request, status=422, code=refusal.code, detail=refusal.message, errors=errors)


def answer_http_error(request: HttpRequest, *, error: HttpError) -> HttpResponse:
    """The problem of a body that the framework could not read, which is all that it refuses by itself."""
    return answer_refusal(request, refusal=BodyNotReadable(reason=error.message.rstrip(".")))


def answer_broken(request: HttpRequest, *, broken: Exception) -> HttpResponse:
    """The problem of a mistake of ours. Its details stay in the log, under the request's id."""
    log.error("request %s broke", getattr(request, "request_id", ""), exc_info=broken)
    detail = "Something broke on our side. Nothing was changed."
    return _answer(request, status=500, code=BROKEN, detail=detail, can_retry=True)


def compute_title(code: str) -> str:
    """A code as a heading: `wrong_run_state` reads "Wrong run state"."""
    return code.replace("_", " ").capitalize()


def _answer(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    detail: str,
    errors: Iterable[FieldProblem] = (),
    can_retry: bool = False,
    retry_after: object = None,
) -> HttpResponse:
    problem = Problem(
        type=TYPE_PREFIX + code,
        title=compute_title(code),
        status=status,
        detail=detail,
        code=code,
        errors=list(errors),
        can_retry=can_retry,
        request_id=getattr(request, "request_id", ""),
    )
    response = Response(problem.model_dump(exclude_none=True), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="tallystick"'
    if status == 429:
        response["Retry-After"] = str(retry_after)
    response.can_retry = can_retry  # type: ignore[attr-defined]
    return response


def _list_field_problems(request: HttpRequest, refusal: Refusal) -> list[FieldProblem]:
    problems = getattr(refusal, "problems", ())
    if problems:
        return [_locate(request, problem.field, code=refusal.code, detail=problem.reason) for problem in problems]
    if refusal.field is None:
        return []
    return [_locate(request, refusal.field, code=refusal.code, detail=refusal.message)]


def _locate(request: HttpRequest, field: str, *, code: str, detail: str) -> FieldProblem:
    """Operations name a field as they were given it; here it is found again in the address, the query or the body."""
    in_path = request.resolver_match.kwargs if request.resolver_match else {}
    if request.method == "GET" or field in in_path or field in request.GET:
        return FieldProblem(parameter=field, code=code, detail=detail)
    return FieldProblem(pointer="#/" + field.replace(".", "/"), code=code, detail=detail)


def _field_problem_of(location: tuple[Any, ...], *, code: str, detail: str) -> FieldProblem:
    """From the framework's location: where from, for bodies the name of the argument, then the way to the field."""
    source, *way = (str(step) for step in location)
    if source in {"body", "form", "file"}:
        inside = way[1:] if way[:1] == ["body"] else way
        return FieldProblem(pointer="#/" + "/".join(inside), code=code, detail=detail)
    return FieldProblem(parameter=".".join(way), code=code, detail=detail)
