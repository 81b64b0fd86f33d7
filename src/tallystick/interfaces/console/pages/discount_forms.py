"""Discounts that several services share: giving one to a subscription or an account, and letting one end."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.accounts.core.new_discount import NewAccountDiscount
from tallystick.accounts.models import AccountDiscount
from tallystick.accounts.operations.add_account_discount import add_account_discount
from tallystick.accounts.operations.end_account_discount import end_account_discount
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, RECORDS_READ, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewDiscount
from tallystick.subscriptions.models import SubscriptionDiscount
from tallystick.subscriptions.operations.add_subscription_discount import add_subscription_discount
from tallystick.subscriptions.operations.end_subscription_discount import end_subscription_discount
from tallystick.subscriptions.queries import get_subscription


class DatedForm(PlainForm):
    """When a discount counts, what it is called, and why it was given."""

    label = forms.CharField(label="Text on invoices", initial="Discount")
    from_on = forms.DateField(label="From", required=False, help_text="Empty: from the start.")
    until_on = forms.DateField(label="Until (exclusive)", required=False, help_text="Empty: until further notice.")
    reason = forms.CharField(label="Why", max_length=300)


class SubscriptionDiscountForm(DatedForm):
    """A discount of a subscription."""

    kind = forms.ChoiceField(label="Kind", choices=(("percent", "Percent"), ("amount", "Amount a full period")))
    value = forms.DecimalField(label="How much", help_text="Of all its services together.")
    field_order = ("kind", "value", "label", "from_on", "until_on", "reason")


class AccountDiscountForm(DatedForm):
    """A discount of an account."""

    percent = forms.DecimalField(label="Percent", help_text="Off everything that the account is billed.")
    field_order = ("percent", "label", "from_on", "until_on", "reason")


@needs(SUBSCRIPTIONS_WRITE)
def give_to_subscription(request: HttpRequest, *, subscription_id: int) -> HttpResponseBase:
    """Give a subscription a discount that its services share."""
    subscription = get_subscription(subscription_id)
    address = reverse("admin:subscription", args=[subscription.pk])

    def act(form: SubscriptionDiscountForm) -> SubscriptionDiscount:
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        return add_subscription_discount(
            subscription.pk, discount=NewDiscount(**given), at=now(), actor=get_actor(request), reason=reason
        )

    filling = Filling(
        title=f"A discount for {subscription.external_id}",
        intro="It counts for periods that begin while it is in force. What is billed stays as it is.",
        button="Give the discount",
        crumbs=[crumb("Subscriptions", name="subscriptions"), Crumb(subscription.external_id, address)],
        act=act,
        done=lambda discount: f"{discount.label} is given.",
        go=lambda discount: address,
    )
    return fill(request, form=SubscriptionDiscountForm(request.POST or None), filling=filling)


@needs(ACCOUNTS_WRITE)
def give_to_account(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Give an account a discount on everything that it is billed."""
    account = get_account(account_id)
    address = reverse("admin:account", args=[account.pk])

    def act(form: AccountDiscountForm) -> AccountDiscount:
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        return add_account_discount(
            account.pk, discount=NewAccountDiscount(**given), at=now(), actor=get_actor(request), reason=reason
        )

    filling = Filling(
        title=f"A discount for {account.name}",
        intro="It counts for periods that begin while it is in force. What is billed stays as it is.",
        button="Give the discount",
        crumbs=[crumb("Accounts", name="accounts"), Crumb(account.name, address)],
        act=act,
        done=lambda discount: f"{discount.label} is given.",
        go=lambda discount: address,
    )
    return fill(request, form=AccountDiscountForm(request.POST or None), filling=filling)


@require_POST
@needs(RECORDS_READ)
def end_of_subscription(request: HttpRequest, *, discount_id: int) -> HttpResponse:
    """Let a discount of a subscription count no longer from a day on."""
    ended = perform(
        request,
        act=lambda: end_subscription_discount(
            discount_id, until_on=_read_day(request), at=now(), actor=get_actor(request)
        ),
        done=lambda discount: f"{discount.label} ends on the day before.",
    )
    return redirect("admin:subscription", ended.subscription_id) if ended else redirect("admin:subscriptions")


@require_POST
@needs(RECORDS_READ)
def end_of_account(request: HttpRequest, *, discount_id: int) -> HttpResponse:
    """Let a discount of an account count no longer from a day on."""
    ended = perform(
        request,
        act=lambda: end_account_discount(discount_id, until_on=_read_day(request), actor=get_actor(request)),
        done=lambda discount: f"{discount.label} ends on the day before.",
    )
    return redirect("admin:account", ended.account_id) if ended else redirect("admin:accounts")


def _read_day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("until_on", ""))
    except ValueError:
        return today()
