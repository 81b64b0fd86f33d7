"""Who is signed in to the portal, kept in the session beside, and apart from, who is staff."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from tallystick.access.queries import OwnAccount, get_customer_actor, list_customer_accounts
from tallystick.plumbing.actor import Actor

_KEY = "customer_user"
Given = ParamSpec("Given")


def keep_signed_in(request: HttpRequest, *, customer_user_id: int) -> None:
    """From now on this browser is theirs; its session gets a new key, so that one planted before is worth nothing."""
    request.session.cycle_key()
    request.session[_KEY] = customer_user_id


def forget(request: HttpRequest) -> None:
    """Sign out of the portal; who is signed in as staff stays so."""
    request.session.pop(_KEY, None)
    request.session.cycle_key()


def list_own_accounts(request: HttpRequest) -> Sequence[OwnAccount]:
    """The accounts of who is signed in; none where nobody is, or whose access has ended."""
    customer_user_id = request.session.get(_KEY)
    return list_customer_accounts(customer_user_id) if isinstance(customer_user_id, int) else []


def signed_in(
    view: Callable[Concatenate[HttpRequest, Given], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Given], HttpResponseBase]:
    """A page for who is signed in; everyone else is led to the sign-in. Nothing of it is kept by browser or proxy."""

    def answer(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if not list_own_accounts(request):
            return redirect("portal:sign-in")
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


def get_actor(request: HttpRequest) -> Actor:
    """Who is signed in, as an actor; Http404 for nobody."""
    customer_user_id = request.session.get(_KEY)
    if not isinstance(customer_user_id, int):
        raise Http404
    return get_customer_actor(customer_user_id)


def get_own_account(request: HttpRequest, account_id: int | None) -> tuple[OwnAccount, Sequence[OwnAccount]]:
    """The account that the page is about, the first where none is named, and all of theirs.

    Another customer's is as unknown as one that there is not: Http404.
    """
    own = list_own_accounts(request)
    for account in own:
        if account_id is None or account.id == account_id:
            return account, own
    raise Http404
