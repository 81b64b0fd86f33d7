"""Close an account for anything new, and open it again (CRM-27)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.accounts.models import Account
from tallystick.accounts.operations.close_account import close_account, reopen_account
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.plumbing.permissions import ACCOUNTS_WRITE


class ClosingForm(PlainForm):
    """Why it is closed, or opened again."""

    reason = forms.CharField(label="Why", help_text="Stays in the account's history.")


@needs(ACCOUNTS_WRITE)
def close(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Let an account take nothing new."""
    account = get_account(account_id)

    def act(filled: ClosingForm) -> Account:
        reason = filled.cleaned_data["reason"]
        return close_account(account_id, reason=reason, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Close {account.name}",
        intro="No new subscription, and no action but one that ends something. What was agreed is billed and "
        "collected until it is ended. You can open the account again at any time.",
        button="Close the account",
        crumbs=_crumbs(account),
        act=act,
        done=lambda changed: f"{changed.name} takes nothing new from now on.",
        go=_address,
    )
    return fill(request, form=ClosingForm(request.POST or None), filling=filling)


@needs(ACCOUNTS_WRITE)
def reopen(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Let a closed account take something new again."""
    account = get_account(account_id)

    def act(filled: ClosingForm) -> Account:
        reason = filled.cleaned_data["reason"]
        return reopen_account(account_id, reason=reason, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Open {account.name} again",
        intro="New subscriptions and all actions are possible again, at once.",
        button="Open the account again",
        crumbs=_crumbs(account),
        act=act,
        done=lambda changed: f"{changed.name} may take something new again.",
        go=_address,
    )
    return fill(request, form=ClosingForm(request.POST or None), filling=filling)


def _address(account: Account) -> str:
    return reverse("admin:account", args=[account.pk])


def _crumbs(account: Account) -> list[Crumb]:
    return [crumb("Accounts", name="accounts"), Crumb(account.name, _address(account))]
