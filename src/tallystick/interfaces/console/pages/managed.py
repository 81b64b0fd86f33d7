"""Set an account managed, and the two ways back (DEM-6, DEM-7, DEM-8)."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.accounts.models import Account
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.staff import list_staff_addresses
from tallystick.journeys.leave_managed import FREE_NOW, KEEP_UNTIL, set_self_serve
from tallystick.journeys.set_managed import ManagedTerms, find_card_subscription, set_managed
from tallystick.plumbing.permissions import ACCOUNTS_WRITE

_WAYS = (
    (KEEP_UNTIL, "They keep what they have until a day, and can subscribe before"),
    (FREE_NOW, "What they have ends today"),
)


class ManagedForm(PlainForm):
    """What is agreed with it; what is left empty stays as it is."""

    plan = forms.CharField(label="Plan", required=False, help_text="Its code. Empty: the plan stays.")
    seats = forms.IntegerField(label="Seats", required=False, help_text="Recorded, not charged. Empty: as they are.")
    manager_email = forms.ChoiceField(label="Account manager", required=False)
    reason = forms.CharField(label="Why", help_text="Stays in the account's history.")
    sections = (("", ("manager_email", "reason")), ("What was agreed", ("plan", "seats")))

    def make_terms(self) -> ManagedTerms:
        """The terms; what was left empty is None."""
        given = self.cleaned_data
        return ManagedTerms(given["plan"].strip() or None, given["seats"], given["manager_email"] or None)


class SelfServeForm(PlainForm):
    """Which of the two ways, and until when."""

    way = forms.ChoiceField(label="What becomes of what they have", choices=_WAYS)
    ends_on = forms.DateField(label="First day without", required=False, help_text="Needed where they keep it.")
    reason = forms.CharField(label="Why", help_text="Stays in the account's history.")


@needs(ACCOUNTS_WRITE)
def make_managed(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Set an account managed. Where a saved method pays for a running subscription, that is asked about first."""
    account = get_account(account_id)
    form = ManagedForm(request.POST or None)
    form.fields["manager_email"].choices = [("", "As it is"), *list_staff_addresses(account.seller)]  # type: ignore[attr-defined]

    def act(filled: ManagedForm) -> Account:
        set_managed(
            account_id,
            terms=filled.make_terms(),
            ends_card_subscription=bool(request.POST.get("asked")),
            reason=filled.cleaned_data["reason"],
            at=now(),
            actor=get_actor(request),
        )
        return account

    filling = Filling(
        title=f"Set {account.name} managed",
        intro="They are invoiced and pay by transfer or link from now on; nothing is charged. The plan stays.",
        button="Set it managed",
        crumbs=_crumbs(account),
        act=act,
        done=lambda _: f"{account.name} is managed from now on.",
        go=_address,
        ask=lambda _: _ask(account),
    )
    return fill(request, form=form, filling=filling)


def _ask(account: Account) -> str:
    live = find_card_subscription(account.pk, billing_mode=account.billing_mode)
    if live is None:
        return ""
    return f"{live.method} pays for subscription {live.subscription} by itself. End that, and set the account managed?"


@needs(ACCOUNTS_WRITE)
def leave_managed(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Let a managed account pay through the gateway again."""
    account = get_account(account_id)

    def act(filled: SelfServeForm) -> Account:
        set_self_serve(account_id, **filled.cleaned_data, at=now(), actor=get_actor(request))
        return account

    filling = Filling(
        title=f"Set {account.name} self-serve",
        intro="Nobody keeps a paid plan without an end or a way to pay for it.",
        button="Set it self-serve",
        crumbs=_crumbs(account),
        act=act,
        done=lambda _: f"{account.name} is self-serve from now on.",
        go=_address,
    )
    return fill(request, form=SelfServeForm(request.POST or None, initial={"way": KEEP_UNTIL}), filling=filling)


def _crumbs(account: Account) -> list[Crumb]:
    return [crumb("Accounts", name="accounts"), Crumb(account.name, _address(account))]


def _address(account: Account) -> str:
    return reverse("admin:account", args=[account.pk])
