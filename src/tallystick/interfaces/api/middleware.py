"""What every call to the API has in common: id, size, caller, rate, a repeatable answer, and errors in one shape."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tallystick.errors import Refusal
from tallystick.interfaces.api.allowance import take_call, take_wrong_key, tell_standing
from tallystick.interfaces.api.authentication import FORM, authenticate, find_actor, has_wrong_key
from tallystick.interfaces.api.errors import BodyTooLarge, MethodNotAllowed
from tallystick.interfaces.api.problems import answer_broken, answer_refusal
from tallystick.interfaces.api.repetition import WRITES, answer_repeatable, read_key

PREFIX: Final = "/api/v1/"
REQUEST_ID: Final = "X-Request-Id"
LARGEST_BODY: Final = 1024 * 1024
"""Bytes of a JSON body. A form with a file may have as many as an import takes."""

_FIT_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ApiMiddleware:
    """Wraps the calls under PREFIX and leaves all others alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.request_id = _choose_request_id(request)  # type: ignore[attr-defined]
        try:
            response = self._answer(request)
        except Refusal as refusal:
            response = answer_refusal(request, refusal=refusal)
        except Exception as broken:  # noqa: BLE001 the last place where a program can still be told in its own language
            response = answer_broken(request, broken=broken)
        response[REQUEST_ID] = request.request_id  # type: ignore[attr-defined]
        tell_standing(request, response)
        response.setdefault("Cache-Control", "no-store")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        _require_acceptable_size(request)
        authenticate(request)
        actor = find_actor(request)
        if actor is not None:
            take_call(request, actor=actor)
        elif has_wrong_key(request):
            take_wrong_key(request)
        key = read_key(request) if request.method in WRITES else None
        if key is None or actor is None:
            return self._answer_in_shape(request)
        return answer_repeatable(request, key=key, actor=actor, answer=self._answer_in_shape)

    def _answer_in_shape(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        refused = MethodNotAllowed(method=request.method, allowed=response["Allow"])
        problem = answer_refusal(request, refusal=refused)
        problem["Allow"] = response["Allow"]
        return problem


def _choose_request_id(request: HttpRequest) -> str:
    """The caller's own id, so that both logs name the same thing, else a new one."""
    sent = request.headers.get(REQUEST_ID, "")
    return sent if _FIT_ID.fullmatch(sent) else uuid.uuid4().hex


def _require_acceptable_size(request: HttpRequest) -> None:
    limit = settings.IMPORT_MAX_BYTES if request.content_type == FORM else LARGEST_BODY
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise BodyTooLarge(limit=limit)
