"""How much an account may owe: its funding policy, with what each policy means beside it (BIL-34)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.accounts.core.funding import FundingTerms
from tallystick.accounts.models import Account
from tallystick.accounts.operations.set_funding_policy import set_funding_policy
from tallystick.accounts.queries import get_funding_terms
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.money.amount import format_minor, parse_minor
from tallystick.plumbing.permissions import CREDIT_WRITE

_POLICIES = (
    ("invoiced", "Invoiced: no account balance; an optional receivable limit"),
    ("prepaid", "Prepaid: spends what it has paid in"),
    ("credit_limit", "Credit limit: spends down to its limit"),
    ("postpaid", "Postpaid: spends without a bound"),
)


class FundingForm(PlainForm):
    """A funding policy; the operation decides what goes together."""

    funding_policy = forms.ChoiceField(label="Funding policy", choices=_POLICIES)
    receivable_limit = forms.CharField(label="Receivable limit", required=False, help_text="Invoiced; empty: none.")
    credit_limit = forms.CharField(label="Credit limit", required=False)
    credit_term_days = forms.IntegerField(label="Days until due", required=False, help_text="Of a credit limit.")
    credit_grace_days = forms.IntegerField(
        label="Days from due to blocked", required=False, help_text="Of a credit limit."
    )
    reason = forms.CharField(label="Why", help_text="Stays in the account's history.")
    sections = (
        ("", ("funding_policy", "receivable_limit")),
        ("Credit limit", ("credit_limit", "credit_term_days", "credit_grace_days")),
        ("Reason", ("reason",)),
    )

    def make_terms(self, currency: str) -> FundingTerms:
        """The terms, limits read as amounts of the currency."""
        given = self.cleaned_data
        limits = {
            f"{name}_minor": parse_minor(given[name].strip(), currency) if given[name].strip() else None
            for name in ("receivable_limit", "credit_limit")
        }
        days = {name: given[name] for name in ("credit_term_days", "credit_grace_days")}
        return FundingTerms(given["funding_policy"], **limits, **days)


@needs(CREDIT_WRITE)
def change_funding(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Change how much an account may owe."""
    account = get_account(account_id)
    form = FundingForm(request.POST or None, initial=_read_present(account))

    def act(filled: FundingForm) -> Account:
        terms = filled.make_terms(account.currency)
        reason = filled.cleaned_data["reason"]
        return set_funding_policy(account_id, terms=terms, reason=reason, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"How much {account.name} may owe",
        intro="It holds at once. One postpaid mode is switched off before the other is switched on.",
        button="Set the funding policy",
        crumbs=[crumb("Accounts", name="accounts"), Crumb(account.name, _address(account))],
        act=act,
        done=lambda changed: f"{changed.name} is {changed.funding_policy.replace('_', ' ')} from now on.",
        go=_address,
        aliases={"receivable_limit_minor": "receivable_limit", "credit_limit_minor": "credit_limit"},
        beside="console/parts/funding_policies.html",
    )
    return fill(request, form=form, filling=filling)


def _read_present(account: Account) -> dict[str, Any]:
    terms = get_funding_terms(account)
    limits = {"receivable_limit": terms.receivable_limit_minor, "credit_limit": terms.credit_limit_minor}
    return {
        "funding_policy": terms.policy,
        "credit_term_days": terms.credit_term_days,
        "credit_grace_days": terms.credit_grace_days,
        **{
            name: "" if minor is None else format_minor(minor, account.currency).replace(",", "")
            for name, minor in limits.items()
        },
    }


def _address(account: Account) -> str:
    return reverse("admin:account", args=[account.pk])
