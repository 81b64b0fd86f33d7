"""A page in place of the empty answer where an address that only buttons use is opened by itself."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve

_CONSOLE = "/console/"


class NotAllowedMiddleware:
    """Says what happened, and leads to the nearest page above the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, with a page where the answer would be empty."""
        response = self._get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or not request.path.startswith(_CONSOLE):
            return response
        page = render(request, "405.html", {"page": find_page_above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page


def find_page_above(path: str) -> str:
    """The nearest address above this one that there is: "/console/bill-runs/7/" above ".../7/post/"."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    while above != _CONSOLE and not _is_page(above):
        above = above.rstrip("/").rpartition("/")[0] + "/"
    return above


def _is_page(path: str) -> bool:
    """Whether it has a name of its own: what is left over goes to a nameless answer that says "not found"."""
    try:
        return bool(resolve(path).url_name)
    except Resolver404:
        return False
