"""Payment methods of a customer: add and replace by the gateway's own page, choose, remove."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tallystick.errors import NotFound, Refusal
from tallystick.interfaces.portal.drawing import draw_portal_page
from tallystick.interfaces.portal.pages.paying import go_home
from tallystick.interfaces.portal.paying_reads import list_shown_methods
from tallystick.interfaces.portal.signing_in import get_actor, get_own_account, signed_in
from tallystick.interfaces.portal.words.languages import get_phrases
from tallystick.interfaces.portal.words.paying import PAYING
from tallystick.interfaces.record_links import get_site_address
from tallystick.payments.operations.choose_method import make_default, remove_method
from tallystick.payments.operations.look_at_setups import look_at_setups
from tallystick.payments.operations.open_setup import open_setup
from tallystick.payments.queries.setups import find_setup
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor

_TOLD = {"done": "saved", "failed": "not_saved", "canceled": "not_saved", "expired": "not_saved"}
_SETUP = "00000000-0000-0000-0000-000000000000"


@require_POST
@signed_in
def add(request: HttpRequest, account_id: int, method_id: int | None = None) -> HttpResponseBase:
    """Lead to the gateway's page, where a method is left, in the place of another where one is named."""
    account, _ = get_own_account(request, account_id)
    path = reverse("portal:method-setup", args=[account.id, _SETUP]).replace(_SETUP, "{setup}")
    try:
        setup = open_setup(
            account.id,
            return_url=f"{get_site_address(request)}{path}",
            replaces_id=method_id,
            at=clock.now(),
            actor=get_actor(request),
        )
    except NotFound:
        raise Http404 from None
    except Refusal:
        return go_home(account.id, "unavailable")
    response = HttpResponseRedirect(setup.action_url)
    response.status_code = 303
    return response


@require_GET
@signed_in
def come_back(request: HttpRequest, account_id: int, setup_id: UUID) -> HttpResponse:
    """Back from the gateway's page, which proves nothing: the gateway is asked."""
    account, _ = get_own_account(request, account_id)
    setup = find_setup(account.id, our_id=str(setup_id))
    if setup is None:
        raise Http404
    (settled,) = look_at_setups([setup.pk], at=clock.now(), actor=system_actor("a customer who came back"))
    return go_home(account.id, _TOLD.get(settled.state, "not_yet"))


@require_POST
@signed_in
def choose(request: HttpRequest, account_id: int, method_id: int) -> HttpResponseBase:
    """Let this method pay by itself from now on."""
    account, _ = get_own_account(request, account_id)
    try:
        make_default(account.id, method_id=method_id, at=clock.now(), actor=get_actor(request))
    except NotFound:
        raise Http404 from None
    except Refusal:
        return go_home(account.id, "unavailable")
    return go_home(account.id, "used")


@require_http_methods(["GET", "POST"])
@signed_in
def remove(request: HttpRequest, account_id: int, method_id: int) -> HttpResponseBase:
    """Ask whether, then remove."""
    account, _ = get_own_account(request, account_id)
    say = get_phrases(account.language)
    shown = {each.id: each for each in list_shown_methods(account, say=say)}
    if method_id not in shown:
        raise Http404
    if request.method == "GET":
        words = PAYING[say.language]
        question = words.remove_question.format(method=shown[method_id].label)
        context = {"words": words, "question": question, "method": shown[method_id]}
        return draw_portal_page(request, "remove_method", context, account=account)
    try:
        remove_method(account.id, method_id=method_id, at=clock.now(), actor=get_actor(request))
    except Refusal:
        return go_home(account.id, "unavailable")
    return go_home(account.id, "removed")
