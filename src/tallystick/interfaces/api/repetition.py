"""Calls that may be sent again: the header Idempotency-Key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import resolve
from django.utils import timezone

from tallystick.interfaces.api.errors import BodyNotReadable, IdempotencyKeyMalformed
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.idempotency import LONGEST_KEY, Answer, answer_once

WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"

CALLING_OUT: Final = frozenset(
    {
        "save_payment_method",
        "refresh_payment_methods",
        "import_file",
        "subscribe_account",
        "set_seats",
        "open_payment_method_setup",
        "remove_payment_method",
        "reconcile_gateways",
    }
)
"""Names of the addresses whose writes call a gateway. They may be done again, and run in no transaction but their own:
none may stay open while a gateway is waited for."""

_PRINTABLE: Final = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
_REFUSALS_KEPT: Final = frozenset({404, 409, 410})


def read_key(request: HttpRequest) -> str | None:
    """The caller's key, in quotation marks (as the draft standard wants) or without; None without the header."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    key = sent[1:-1] if len(sent) >= 2 and sent[0] == sent[-1] == '"' else sent
    if not _PRINTABLE.fullmatch(key):
        raise IdempotencyKeyMalformed(longest=LONGEST_KEY)
    return key


def answer_repeatable(
    request: HttpRequest, *, key: str, actor: Actor, answer: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """Let `answer` answer the request, unless the same actor sent the same call before: then say again what was said.

    Remembered is what was done, and refusals that will stay the same. Not remembered is what was refused before it
    started (401, 403, 422, 429), what may succeed later, and what broke: then nothing was done, and the key is free.
    """
    said: list[HttpResponse] = []

    def perform() -> Answer:
        said.append(answer(request))
        return _as_answer(said[0])

    remembered = answer_once(
        perform,
        credential=f"{actor.kind}:{actor.id}",
        key=key,
        fingerprint=compute_fingerprint(request),
        at=timezone.now(),
        is_calling_out=resolve(request.path_info).url_name in CALLING_OUT,
        after_undo=lambda: _leave_trace(request),
    )
    if not remembered.is_replayed:
        return said[0]
    response = HttpResponse(remembered.body, status=remembered.status, content_type=remembered.content_type)
    response[REPLAYED] = "true"
    return response


def keep_trace(request: HttpRequest, *, trace: Callable[[], None]) -> None:
    """Say what is to be written of a refused call all the same, where everything that it wrote is undone with it."""
    request.refusal_trace = trace  # type: ignore[attr-defined]


def _leave_trace(request: HttpRequest) -> None:
    trace: Callable[[], None] | None = getattr(request, "refusal_trace", None)
    if trace is not None:
        trace()


def compute_fingerprint(request: HttpRequest) -> str:
    """SHA-256 of method, address and body: what makes two calls the same."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    try:
        _add_form(request, digest)
    except MultiPartParserError as unreadable:
        raise BodyNotReadable(reason=str(unreadable).rstrip(".")) from unreadable
    return digest.hexdigest()


def _add_form(request: HttpRequest, digest: hashlib._Hash) -> None:
    """The boundary between parts differs from call to call, so the parts are taken one by one."""
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)


def _as_answer(response: HttpResponse) -> Answer:
    is_kept = response.status_code < 300 or (
        response.status_code in _REFUSALS_KEPT and not getattr(response, "can_retry", False)
    )
    is_secret = bool(getattr(response, "is_secret", False))
    return Answer(response.status_code, response["Content-Type"], response.content, is_final=is_kept and not is_secret)
