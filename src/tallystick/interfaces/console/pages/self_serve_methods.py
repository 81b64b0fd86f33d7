"""What staff do with a customer's payment methods when they are asked to: choose, remove, send a page to leave one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.catalog.queries import list_plans
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.pages.account import get_account
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.record_links import get_portal_address
from tallystick.journeys.subscribe import Subscribed
from tallystick.journeys.subscribe import subscribe as subscribe_account
from tallystick.payments.operations.choose_method import make_default, remove_method
from tallystick.payments.operations.open_setup import open_setup
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, PAYMENTS_COLLECT


class SubscribeForm(PlainForm):
    """To what."""

    plan = forms.ChoiceField(label="Plan")

    def __init__(self, *args: Any, seller_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = [(plan.code, plan.name) for plan in list_plans(seller_id)]
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]


@require_POST
@needs(PAYMENT_METHODS_WRITE)
def choose(request: HttpRequest, *, account_id: int, method_id: int) -> HttpResponse:
    """Charge this method from now on."""
    perform(
        request,
        act=lambda: make_default(account_id, method_id=method_id, at=now(), actor=get_actor(request)),
        done=lambda method: f"{method.label} is charged from now on.",
    )
    return redirect("admin:payment_method", method_id)


@require_POST
@needs(PAYMENT_METHODS_WRITE)
def remove(request: HttpRequest, *, account_id: int, method_id: int) -> HttpResponse:
    """End a method, here and at its gateway."""
    perform(
        request,
        act=lambda: remove_method(account_id, method_id=method_id, at=now(), actor=get_actor(request)),
        done=lambda method: f"{method.label} is never charged again.",
    )
    return redirect("admin:payment_method", method_id)


@require_POST
@needs(PAYMENT_METHODS_WRITE)
def open_page(request: HttpRequest, *, account_id: int) -> HttpResponse:
    """A page at the gateway on which the customer leaves a method; its address is for them alone."""
    setup = perform(
        request,
        act=lambda: open_setup(
            account_id, return_url=get_portal_address(request), replaces_id=None, at=now(), actor=get_actor(request)
        ),
        done=lambda _: "The page is open. What is left there counts once the gateway says so.",
    )
    if setup:
        messages.info(request, f"Send the customer to {setup.action_url}")
    return redirect("admin:account", account_id)


@needs(PAYMENTS_COLLECT)
def subscribe(request: HttpRequest, *, account_id: int) -> HttpResponseBase:
    """Subscribe a self-serve account and charge its method for the first period; it begins with that money."""
    account = get_account(account_id)
    address = reverse("admin:account", args=[account_id])

    def tell(made: Subscribed) -> str:
        amount = write_money(made.first.amount_minor, currency=made.first.currency)
        if made.status == "succeeded":
            return f"{amount} is paid; the subscription has begun."
        failed = f": {made.failure_code.replace('_', ' ')}" if made.failure_code else ""
        return f"{amount} is {made.status.replace('_', ' ')}{failed}. It begins once the money is confirmed."

    filling = Filling[SubscribeForm, Subscribed](
        title=f"Subscribe {account.name} and charge it",
        intro="Its method is charged for the first period. The subscription begins once that money is confirmed.",
        button="Charge and subscribe",
        crumbs=[crumb("Accounts", name="accounts"), Crumb(account.name, address)],
        act=lambda form: subscribe_account(
            account_id, plan=form.cleaned_data["plan"], quantities=None, at=now(), actor=get_actor(request)
        ),
        done=tell,
        go=lambda _: address,
        ask=lambda form: f"Charge {account.name} for the first period of {form.cleaned_data['plan']}?",
    )
    return fill(request, form=SubscribeForm(request.POST or None, seller_id=account.seller_id), filling=filling)
