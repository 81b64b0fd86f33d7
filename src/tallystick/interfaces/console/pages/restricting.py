"""Restrict a postpaid account by hand, and lift that again (BIL-35)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.credit.models import SpendingRestriction
from tallystick.credit.operations.restrict_spending import lift_restriction, restrict_spending
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.plumbing.permissions import CREDIT_WRITE


class RestrictionForm(PlainForm):
    """What is stopped, and why."""

    stops_purchases = forms.BooleanField(label="Stop new purchases", required=False)
    stops_renewals = forms.BooleanField(label="Stop renewals", required=False)
    reason = forms.CharField(label="Why", help_text="Stays in the account's history.")


class LiftForm(PlainForm):
    """Why it is lifted."""

    reason = forms.CharField(label="Why", help_text="Stays in the account's history.")


@needs(CREDIT_WRITE)
def restrict(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Restrict an unlimited postpaid account."""
    account = get_account(account_id)

    def act(filled: RestrictionForm) -> SpendingRestriction:
        return restrict_spending(account_id, **filled.cleaned_data, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Restrict {account.name}",
        intro="For an unlimited postpaid account. It holds at once; services run on to the end of their paid period.",
        button="Restrict the account",
        crumbs=_crumbs(account_id, account.name),
        act=act,
        done=lambda _: f"{account.name} is restricted from now on.",
        go=lambda _: reverse("admin:account", args=[account_id]),
    )
    return fill(request, form=RestrictionForm(request.POST or None), filling=filling)


@needs(CREDIT_WRITE)
def lift(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Let a restricted account spend again."""
    account = get_account(account_id)

    def act(filled: LiftForm) -> SpendingRestriction:
        reason = filled.cleaned_data["reason"]
        return lift_restriction(account_id, reason=reason, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Lift the restriction of {account.name}",
        intro="It may spend again at once; what was refused meanwhile is due with the next bill run.",
        button="Lift the restriction",
        crumbs=_crumbs(account_id, account.name),
        act=act,
        done=lambda _: f"{account.name} is not restricted any more.",
        go=lambda _: reverse("admin:account", args=[account_id]),
    )
    return fill(request, form=LiftForm(request.POST or None), filling=filling)


def _crumbs(account_id: int, name: str) -> list[Crumb]:
    return [crumb("Accounts", name="accounts"), Crumb(name, reverse("admin:account", args=[account_id]))]
