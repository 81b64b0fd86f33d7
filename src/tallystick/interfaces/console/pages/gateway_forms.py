"""Connecting a seller to gateways, and switching them off and on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.pages.seller_forms import get_seller_by_id
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.unused_keys import list_unused_keys
from tallystick.payments.models import GatewayAccount
from tallystick.payments.operations.connect_gateway import connect_gateway, switch_gateway
from tallystick.payments.queries.gateways import get_connected_gateway, list_connected_gateways
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.models import Seller

NAMES = {"mollie": "Mollie", "stripe": "Stripe", "sandbox": "Sandbox"}
_ACCOUNTS = (("mollie", "live"), ("mollie", "test"), ("stripe", "live"), ("stripe", "test"), ("sandbox", "test"))


class ConnectForm(PlainForm):
    """At which gateway."""

    account = forms.ChoiceField(
        label="Gateway",
        help_text="Its key stands in the settings (TALLYSTICK_GATEWAY_KEYS), never here. Test and live never mix.",
    )

    def __init__(self, *args: Any, waiting: set[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{kind}/{mode}", _label(kind, mode, waiting)) for kind, mode in _ACCOUNTS]
        self.fields["account"].choices = choices  # type: ignore[attr-defined]


class SwitchForm(PlainForm):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="It stays in the history.")


@needs(SELLERS_WRITE)
def connect(request: HttpRequest, *, seller_id: int) -> HttpResponseBase:
    """Connect the seller to a gateway."""
    seller = get_seller_by_id(seller_id)
    unused = list_unused_keys({seller.code: list_connected_gateways(seller_id)})
    waiting = {(key.kind, key.mode) for key in unused if key.seller == seller.code}
    first = next((f"{kind}/{mode}" for kind, mode in _ACCOUNTS if (kind, mode) in waiting), None)
    form = ConnectForm(request.POST or None, waiting=waiting, initial={"account": first})

    def act(filled: ConnectForm) -> GatewayAccount:
        kind, _, mode = filled.cleaned_data["account"].partition("/")
        return connect_gateway(seller, kind=kind, mode=mode, at=now(), actor=get_actor(request))

    filling = Filling(
        title=f"Connect {seller.code} to a gateway",
        intro="From then on its customers can pay there, and saved methods there are charged.",
        button="Connect",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda made: f"{seller.code} is connected to {NAMES[made.kind]} ({made.mode}).",
        go=lambda _: f"{_address(seller)}#gateways",
        aliases={"kind": "account", "mode": "account"},
    )
    return fill(request, form=form, filling=filling)


@needs(SELLERS_WRITE)
def switch(request: HttpRequest, *, seller_id: int, gateway_account_id: int) -> HttpResponseBase:
    """Switch it off if it is on, and on if it is off."""
    seller = get_seller_by_id(seller_id)
    account = get_connected_gateway(seller_id, gateway_account_id=gateway_account_id)
    name = f"{NAMES.get(account.kind, account.kind)} ({account.mode})"

    def act(filled: SwitchForm) -> None:
        switch_gateway(
            account.pk,
            is_active=not account.is_active,
            reason=filled.cleaned_data["reason"],
            at=now(),
            actor=get_actor(request),
        )

    filling = Filling(
        title=f"Switch {name} {'off' if account.is_active else 'on'}",
        intro=(
            "No charge and no page is sent there any more; payment runs leave those customers out and say so. What is "
            "under way there is still looked up and booked."
            if account.is_active
            else "Saved methods there are charged again, and customers can pay there."
        ),
        button="Switch it off" if account.is_active else "Switch it on",
        crumbs=_crumbs(seller),
        act=act,
        done=lambda _: f"{name} is {'off' if account.is_active else 'on'}.",
        go=lambda _: f"{_address(seller)}#gateways",
    )
    return fill(request, form=SwitchForm(request.POST or None), filling=filling)


def _label(kind: str, mode: str, waiting: set[tuple[str, str]]) -> str:
    return f"{NAMES[kind]}, {mode}{' (there is a key)' if (kind, mode) in waiting else ''}"


def _crumbs(seller: Seller) -> list[Crumb]:
    return [crumb("Sellers", name="sellers"), Crumb(seller.code, _address(seller))]


def _address(seller: Seller) -> str:
    return reverse("admin:seller", args=[seller.pk])
