"""Who is signed in to the portal, kept in the session beside, and apart from, who is staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from tallystick.access.models import CustomerUser
from tallystick.access.queries import find_customer_user, list_customer_accounts
from tallystick.accounts.models import Account

_KEY = "customer_user"
Given = ParamSpec("Given")


def keep_signed_in(request: HttpRequest, *, person: CustomerUser) -> None:
    """From now on this browser is theirs; its session gets a new key, so that one planted before is worth nothing."""
    request.session.cycle_key()
    request.session[_KEY] = person.pk


def forget(request: HttpRequest) -> None:
    """Sign out of the portal; who is signed in as staff stays so."""
    request.session.pop(_KEY, None)
    request.session.cycle_key()


def find_person(request: HttpRequest) -> CustomerUser | None:
    """Who is signed in and still has an account to look at."""
    person_id = request.session.get(_KEY)
    return find_customer_user(person_id) if isinstance(person_id, int) else None


def signed_in(
    view: Callable[Concatenate[HttpRequest, Given], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, Given], HttpResponseBase]:
    """A page for who is signed in; everyone else is led to the sign-in. Nothing of it is kept by browser or proxy."""

    def answer(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if find_person(request) is None:
            return redirect("portal:sign-in")
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


def get_own_account(request: HttpRequest, account_id: int | None) -> tuple[Account, list[Account]]:
    """The account that the page is about, the first where none is named, and all of theirs.

    Another customer's is as unknown as one that there is not: Http404.
    """
    person = find_person(request)
    own = list(list_customer_accounts(person.pk)) if person else []
    for account in own:
        if account_id is None or account.pk == account_id:
            return account, own
    raise Http404
