"""Bundles: setting which services a service may cover, and at which price inside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.catalog.core.bundles import NewBundleComponent, parse_components, write_components
from tallystick.catalog.errors import CatalogInvalid
from tallystick.catalog.models import Service
from tallystick.catalog.operations.set_bundle import set_bundle
from tallystick.catalog.queries import list_components
from tallystick.errors import NotFound, Problem, refuse_problems
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_count
from tallystick.plumbing.permissions import CATALOG_WRITE


class BundleForm(PlainForm):
    """The components of a bundle, one a line."""

    components = forms.CharField(
        label="Components",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One a line: code, price inside the bundle, currency, months. Such as movies 6.20 EUR 1. None: it is"
        " no bundle.",
    )


@needs(CATALOG_WRITE)
def set_components(request: HttpRequest, *, service_id: int) -> HttpResponseBase:
    """Set what a service may have as components."""
    service = Service.objects.select_related("seller").filter(pk=service_id).first()
    if service is None:
        raise NotFound(f"There is no service {service_id}.")

    def act(form: BundleForm) -> int:
        wanted = _read(form.cleaned_data["components"], currency=service.seller.currency)
        with _told_by_line():
            set_bundle(service.seller, bundle=service.code, components=wanted, actor=get_actor(request))
        return len(wanted)

    present = [
        NewBundleComponent(each.component.code, each.currency, each.unit_price, each.interval_months)
        for each in list_components(service.pk)
    ]
    address = reverse("admin:service", args=[service.pk])
    filling = Filling(
        title=f"{service.name} as a bundle",
        intro="Components are billed at their price inside the bundle, beside the bundle's own. What was agreed stays"
        " as it is; the prices count for components that are added from now on.",
        button="Set the components",
        crumbs=[crumb("Services", name="services"), Crumb(service.name, address)],
        act=act,
        done=lambda many: (
            f"{service.name} may have {write_count(many, noun='component')}."
            if many
            else f"{service.name} is no bundle."
        ),
        go=lambda _: address,
    )
    form = BundleForm(request.POST or None, initial={"components": write_components(present)})
    return fill(request, form=form, filling=filling)


@contextmanager
def _told_by_line() -> Iterator[None]:
    """What is wrong with one of many components is said of the field that holds them all."""
    try:
        yield
    except CatalogInvalid as refusal:
        refusal.problems = [Problem("components", _number(each)) for each in refusal.problems]
        raise


def _number(problem: Problem) -> str:
    place = problem.field.split(".")[1:2]
    return f"component {int(place[0]) + 1}: {problem.reason}" if place else problem.reason


def _read(text: str, *, currency: str) -> tuple[NewBundleComponent, ...]:
    try:
        return parse_components(text, currency=currency)
    except ValueError as wrong:
        refuse_problems(CatalogInvalid, [Problem("components", str(wrong))])
        raise
