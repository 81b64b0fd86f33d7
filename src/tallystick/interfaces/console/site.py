"""The console's admin site: staff sign in by allauth, every page is behind it, refusals become pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.sites import UnfoldAdminSite

from tallystick.errors import Refusal
from tallystick.interfaces.console.formats import use_locale
from tallystick.interfaces.console.reads.calendar import reading_clock_once
from tallystick.interfaces.console.reads.zones import find_shared_zone
from tallystick.interfaces.refusals import get_answer

View = Callable[..., HttpResponseBase]


class ConsoleSite(UnfoldAdminSite):
    """Unfold's chrome around pages of our own. No table is edited here, so no model is registered."""

    index_title = "Today"

    pages: Sequence[tuple[str, str, View]] = ()
    palette: View | None = None

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """What the command palette finds. Unfold's own looks through registered models, of which there are none."""
        return self.palette(request) if self.palette else HttpResponse()

    def extra_urls(self) -> list[URLPattern]:
        """The pages as (address, name, view), each behind the sign-in."""
        return [path(address, self.admin_view(view), name=name) for address, name, view in self.pages]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Let staff in, show dates as they read them, and turn a refusal into a page that says why."""
        return super().admin_view(_with_refusals_shown(self, view), cacheable)  # type: ignore[no-any-return]


def _with_refusals_shown(site: ConsoleSite, view: View) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        use_locale(request.headers.get("Accept-Language", ""))
        with timezone.override(find_shared_zone()), reading_clock_once():
            try:
                response = view(request, *args, **kwargs)
                # Drawn here, so that zone and refusals of a template's reads are still ours.
                return response.render() if isinstance(response, TemplateResponse) else response
            except Refusal as refusal:
                return _draw_refusal(site, request, refusal)

    return inner


def _draw_refusal(site: ConsoleSite, request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = get_answer(refusal).http_status
    if request.headers.get("HX-Request"):
        return HttpResponse(refusal.message, status=status, content_type="text/plain")
    context = {**site.each_context(request), "title": "Not possible", "refusal": refusal}
    context["messages"] = messages.get_messages(request)
    return TemplateResponse(request, "console/refused.html", context, status=status).render()


site = ConsoleSite(name="admin")
site.login = secure_admin_login(site.login)
