"""Agreeing a subscription with an account, and letting one end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, PlanService
from tallystick.catalog.queries import list_plan_services
from tallystick.errors import InvalidInput
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_day
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.subscription_page import write_interval
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tallystick.subscriptions.operations.set_auto_renewal import set_auto_renewal

_COLLECTION = (("", "As the account's billing mode says"), ("automatic", "Automatic"), ("remittance", "Remittance"))


class AgreementForm(PlainForm):
    """A subscription to a plan: its own particulars, and quantity and price of each service that is taken."""

    external_id = forms.CharField(label="Id", help_text="As it is called where it comes from; stays for ever.")
    starts_on = forms.DateField(label="Starts on")
    ends_on = forms.DateField(label="First day without it", required=False, help_text="Empty: until it is canceled.")
    commitment_months = forms.IntegerField(label="Minimum term in months", initial=0)
    is_auto_renewed = forms.BooleanField(
        label="Bill runs renew it", required=False, help_text="For as many months again, when its term ends."
    )
    collection_method = forms.ChoiceField(label="Collection", choices=_COLLECTION, required=False)
    is_invoiced_separately = forms.BooleanField(label="It gets an invoice of its own", required=False)

    def __init__(self, *args: Any, places: Sequence[PlanService], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        drawn = [("Agreement", list(self.fields))]
        for place in places:
            code, name = place.service.code, place.service.name
            taken = forms.BooleanField(label=f"{name} is taken", required=False, initial=place.is_mandatory)
            self.fields[f"{code}-taken"] = taken
            unit = place.service.unit_name or "unit"
            flat = place.service.price_model == "flat"
            self.fields[f"{code}-quantity"] = forms.DecimalField(
                label="Quantity" if flat else f"How many ({unit})", initial=1, required=False
            )
            self.fields[f"{code}-price"] = forms.DecimalField(
                label="Agreed unit price", required=False, help_text="Empty: the list price."
            )
            kind = "mandatory" if place.is_mandatory else "optional"
            drawn.append((f"{name}, {kind}", [f"{code}-taken", f"{code}-quantity", f"{code}-price"]))
        self.sections = drawn

    def list_services(self) -> tuple[NewService, ...]:
        """The services that are taken, from the start on."""
        given = self.cleaned_data
        return tuple(
            NewService(
                place.service.code,
                given["starts_on"],
                quantity=given[f"{place.service.code}-quantity"] or Decimal(1),
                unit_price_override=given[f"{place.service.code}-price"],
            )
            for place in self.places
            if given[f"{place.service.code}-taken"]
        )


@needs(SUBSCRIPTIONS_WRITE)
def agree_subscription(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """First the plan, then what of it is taken."""
    account = get_account(account_id)
    crumbs = [crumb("Accounts", name="accounts"), Crumb(account.name, reverse("admin:account", args=[account.pk]))]
    plan = Plan.objects.filter(seller=account.seller, code=request.GET.get("plan", "")).first()
    if plan is None:
        plans = Plan.objects.filter(seller=account.seller).order_by("name")
        offered = [(each, write_interval(each.interval_months, each.interval_days)) for each in plans]
        context = {"plans": offered, "account": account}
        return draw_page(
            request, template="console/plan_choice.html", title="Choose a plan", crumbs=crumbs, context=context
        )
    places = list_plan_services(plan.pk)
    form = AgreementForm(request.POST or None, places=places, initial={"starts_on": today()})
    return fill(request, form=form, filling=_fill_agreement(request, account, plan, crumbs))


@require_POST
@needs(RECORDS_READ)
def end_subscription(request: HttpRequest, *, subscription_id: int) -> HttpResponse:
    """Let a subscription end, for a reason."""
    given = request.POST
    perform(
        request,
        act=lambda: cancel_subscription(
            subscription_id,
            canceled_on=_read_day(given.get("canceled_on", "")),
            reason=given.get("reason", ""),
            at=now(),
            actor=get_actor(request),
        ),
        done=lambda ended: (
            f"{ended.external_id} ends; {write_day(ended.ends_on)} is the first day without it."
            if ended.ends_on
            else f"{ended.external_id} ends."
        ),
    )
    return redirect("admin:subscription", subscription_id)


@require_POST
@needs(RECORDS_READ)
def set_renewal(request: HttpRequest, *, subscription_id: int) -> HttpResponse:
    """Let bill runs renew its term, or let it run out, for a reason."""
    perform(
        request,
        act=lambda: set_auto_renewal(
            subscription_id,
            is_auto_renewed=request.POST.get("renew") == "yes",
            reason=request.POST.get("reason", ""),
            at=now(),
            actor=get_actor(request),
        ),
        done=lambda kept: (
            f"{kept.external_id} is renewed when its term ends."
            if kept.is_auto_renewed
            else f"{kept.external_id} runs out when its term ends."
        ),
    )
    return redirect("admin:subscription", subscription_id)


def _fill_agreement(
    request: HttpRequest, account: Account, plan: Plan, crumbs: Sequence[Crumb]
) -> Filling[AgreementForm, Subscription]:
    def act(form: AgreementForm) -> Subscription:
        given = form.cleaned_data
        new = NewSubscription(
            external_id=given["external_id"],
            account=account.external_id,
            plan=plan.code,
            services=form.list_services(),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            commitment_months=given["commitment_months"],
            is_auto_renewed=given["is_auto_renewed"],
            collection_method=given["collection_method"],
            is_invoiced_separately=given["is_invoiced_separately"],
        )
        return create_subscription(account.seller, subscription=new, at=now(), actor=get_actor(request))

    return Filling(
        title=f"{plan.name} for {account.name}",
        intro="The next bill run bills it from its start on.",
        button="Agree the subscription",
        crumbs=crumbs,
        act=act,
        done=lambda made: f"{made.external_id} is agreed.",
        go=lambda made: reverse("admin:subscription", args=[made.pk]),
        aliases={"subscription": "external_id"},
    )


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise InvalidInput("Give the day of the cancellation.", field="canceled_on") from wrong
