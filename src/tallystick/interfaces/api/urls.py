"""Addresses of the API; to be included under `api/v1/`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tallystick.interfaces.api.application import api
from tallystick.interfaces.api.errors import AddressUnknown
from tallystick.interfaces.api.problems import answer_refusal


def tell_unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """A wrong address is answered like every other mistake."""
    return answer_refusal(request, refusal=AddressUnknown(path=request.path))


tell_unknown_address.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [path("", api.urls), path("<path:rest>", tell_unknown_address)]
