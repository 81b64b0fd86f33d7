"""Answers that are files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse


def answer_file(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """A file to be saved under `name`."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def describe_file(*media_types: str) -> dict[str, Any]:
    """What the OpenAPI document says of an endpoint that answers with a file, as its `openapi_extra`."""
    schema = {"type": "string", "format": "binary"}
    return {"responses": {200: {"content": {each: {"schema": schema} for each in media_types}}}}
