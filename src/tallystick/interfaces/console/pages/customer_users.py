"""Invite people of a customer to the portal, and take that back."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tallystick.access.operations.invite_customer import end_customer_access
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.record_links import get_portal_address
from tallystick.journeys.invite_to_portal import Invited, invite_to_portal
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


class InvitationForm(PlainForm):
    """Whom to invite."""

    email = forms.CharField(label="E-mail address", max_length=254, help_text="Codes to sign in with go there.")
    name = forms.CharField(label="Name", max_length=80, required=False)


@needs(ACCOUNTS_WRITE)
def invite(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Give someone access to an account in the portal, and mail them that they have it."""
    account = get_account(account_id)

    def act(filled: InvitationForm) -> Invited:
        return invite_to_portal(
            account_id,
            **filled.cleaned_data,
            at=timezone.now(),
            actor=get_actor(request),
            portal_address=get_portal_address(request),
        )

    filling = Filling(
        title=f"Invite someone to see {account.name}",
        intro="They see what is due, documents and payment methods of this account, and nothing of the console.",
        button="Invite by e-mail",
        crumbs=[crumb("Accounts", name="accounts"), Crumb(account.name, reverse("admin:account", args=[account_id]))],
        act=act,
        done=_tell,
        go=lambda _: reverse("admin:account", args=[account_id]),
    )
    return fill(request, form=InvitationForm(request.POST or None), filling=filling)


@require_POST
@needs(ACCOUNTS_WRITE)
def end_access(request: HttpRequest, *, account_id: int) -> HttpResponse:
    """Take someone's access back."""
    email = request.POST.get("email", "")
    perform(
        request,
        act=lambda: end_customer_access(account_id, email=email, at=timezone.now(), actor=get_actor(request)),
        done=lambda access: f"{access.customer_user.email} does not see this account any more.",
    )
    return redirect("admin:account", account_id)


def _tell(invited: Invited) -> str:
    email = invited.email
    if invited.is_mailed:
        return f"{email} is invited, and was mailed."
    return f"{email} may sign in now, but was not told: {invited.problem}. Invite again to mail it."
