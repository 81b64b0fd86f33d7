"""Who is acting on a page, and what became of it: operations take the staff user as actor, a "no" is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import HttpRequest

from tallystick.access.queries import make_staff_actor
from tallystick.errors import Refusal
from tallystick.interfaces.refusals import get_answer
from tallystick.plumbing.actor import Actor

Result = TypeVar("Result")

_KEPT_AS = "_tallystick_actor"


def get_actor(request: HttpRequest) -> Actor:
    """The signed-in staff user as an actor; asked once a request."""
    actor = getattr(request, _KEPT_AS, None)
    if actor is None:
        actor = make_staff_actor(cast(User, request.user))
        setattr(request, _KEPT_AS, actor)
    return cast(Actor, actor)


def may(request: HttpRequest, *, permission: str) -> bool:
    """Whether the staff user has the permission: for hiding what the operation would refuse anyway."""
    return get_actor(request).may(permission)


def perform(request: HttpRequest, *, act: Callable[[], Result], done: Callable[[Result], str]) -> Result | None:
    """Call an operation; leave a message that says what was done, or why it was refused and nothing was changed."""
    try:
        result = act()
    except Refusal as refusal:
        messages.error(request, f"{refusal.message} Nothing was changed.")
        return None
    messages.success(request, done(result))
    return result


def show_refusal(form: Form, *, refusal: Refusal, aliases: Mapping[str, str] | None = None) -> None:
    """Put a refusal beside the field that it is about, else above the form; each problem of several beside its own.

    `aliases` leads from the field that a refusal names to the form's.
    """
    names = aliases or {}
    if refusal.problems:
        for problem in refusal.problems:
            field = names.get(problem.field, problem.field)
            if field in form.fields:
                form.add_error(field, _begin_sentence(problem.reason))
            else:
                form.add_error(None, f"{problem.field}: {problem.reason}")
        return
    named = names.get(refusal.field or "", refusal.field)
    is_beside = named in form.fields and get_answer(refusal).is_form_error
    form.add_error(named if is_beside else None, f"{refusal.message} Nothing was changed.")


def _begin_sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
