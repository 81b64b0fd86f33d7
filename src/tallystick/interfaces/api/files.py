"""Answers that are files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse

CSV: Final = "text/csv"


def answer_file(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """A file to be saved under `name`."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def answer_lines(lines: Iterator[str], *, name: str) -> StreamingHttpResponse:
    """CSV to be saved under `name`, sent while it is read."""
    response = StreamingHttpResponse(lines, content_type=f"{CSV}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def describe_file(*media_types: str) -> dict[str, Any]:
    """What the OpenAPI document says of an endpoint that answers with a file, as its `openapi_extra`."""
    schema = {"type": "string", "format": "binary"}
    return {"responses": {200: {"content": {each: {"schema": schema} for each in media_types}}}}
