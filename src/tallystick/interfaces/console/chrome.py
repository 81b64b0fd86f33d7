"""What surrounds a page: its title, the way back, the permission that it asks for, and the clock when it was set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.formats import write_instant
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.site import View, site
from tallystick.plumbing.models import BusinessClock


class Crumb(NamedTuple):
    """One step of the way back, shown before the title."""

    title: str
    address: str


def crumb(title: str, *, name: str) -> Crumb:
    """The way back to a page by its name."""
    return Crumb(title, reverse(f"admin:{name}"))


def needs(permission: str) -> Callable[[View], View]:
    """Show a page only to those who may; others read which permission is missing and who grants it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            get_actor(request).require(permission)
            return view(request, *args, **kwargs)

        return inner

    return decorate


def draw_page(
    request: HttpRequest,
    *,
    template: str,
    title: str,
    crumbs: Sequence[Crumb] = (),
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> TemplateResponse:
    """A page in the console's chrome. `actor` and `now` are there for every template."""
    everything = {
        **site.each_context(request),
        "title": title,
        "crumbs": crumbs,
        "actor": get_actor(request),
        "now": now(),
        **(context or {}),
    }
    return TemplateResponse(request, template, everything, status=status)


def draw_fragment(request: HttpRequest, *, template: str, context: dict[str, Any]) -> TemplateResponse:
    """A part of a page, fetched after it."""
    return TemplateResponse(request, template, {"actor": get_actor(request), "now": now(), **context})


def describe_clock(request: HttpRequest) -> list[str] | None:
    """A label in the header when the business clock does not run with the wall's."""
    at = BusinessClock.objects.filter(mode=BusinessClock.Mode.SET).values_list("at", flat=True).first()
    return [f"Clock set to {write_instant(at)}", "info"] if at else None
