"""Additional fees: which rules there are, and setting or removing one. They count from the next run on."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.catalog.core.fees import NewFeeDefinition, NewFeeRule, parse_total
from tallystick.catalog.errors import FeeDefinitionUnknown
from tallystick.catalog.models import FeeDefinition, Plan, Service
from tallystick.catalog.operations.set_fee_definition import remove_fee_definition, set_fee_definition
from tallystick.catalog.queries import get_fee_definition, list_fee_definitions
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, Sections, fill
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.models import Seller
from tallystick.sellers.queries import list_sellers


class FeeForm(PlainForm):
    """One rule of a definition."""

    seller = forms.ModelChoiceField(label="Seller", queryset=Seller.objects.order_by("code"), empty_label=None)
    code = forms.CharField(label="Definition", help_text="Its code; one that is there keeps its other rules.")
    name = forms.CharField(label="The invoice says", help_text="A rule of that name is replaced.")
    service = forms.ModelChoiceField(
        label="It costs what this service does",
        queryset=Service.objects.filter(kind=Service.ONE_OFF).order_by("name"),
        empty_label=None,
    )
    presentment = forms.ChoiceField(
        label="Bills sent", required=False, choices=(("", "In any way"), ("email", "By e-mail"), ("post", "By post"))
    )
    segment = forms.CharField(label="Segment", required=False, help_text="Empty: every segment.")
    plan = forms.ModelChoiceField(
        label="Plan on the bill", queryset=Plan.objects.order_by("name"), required=False, empty_label="Any"
    )
    currency = forms.CharField(label="Currency", required=False, max_length=3, help_text="Needed for totals.")
    total_at_least = forms.CharField(label="Total from", required=False, help_text="Gross, before fees.")
    total_below = forms.CharField(label="Total below", required=False, help_text="Gross, before fees.")
    valid_from = forms.DateField(label="From", required=False, help_text="First invoice date that it counts for.")
    valid_until = forms.DateField(label="Until (exclusive)", required=False)
    sections: Sections = (
        ("The fee", ("seller", "code", "name", "service")),
        ("Who pays it", ("presentment", "segment", "plan", "currency", "total_at_least", "total_below")),
        ("When the definition counts", ("valid_from", "valid_until")),
    )

    def make_definition(self) -> NewFeeDefinition:
        """The definition with this rule in it."""
        given = self.cleaned_data
        currency = given["currency"].upper()
        rule = NewFeeRule(
            given["name"],
            given["service"].code,
            given["presentment"],
            given["segment"],
            given["plan"].code if given["plan"] else "",
            currency,
            *(parse_total(given[name], currency=currency, field=name) for name in ("total_at_least", "total_below")),
        )
        try:
            present = get_fee_definition(given["seller"].pk, code=given["code"])
        except FeeDefinitionUnknown:
            present = NewFeeDefinition(given["code"], given["name"], ())
        changed = present.with_rule(rule)
        dates = {name: given[name] or getattr(present, name) for name in ("valid_from", "valid_until")}
        return replace(changed, **dates)


@needs(RECORDS_READ)
def list_fees(request: HttpRequest) -> HttpResponseBase:
    """All definitions of all sellers."""
    definitions = [(seller, each) for seller in list_sellers() for each in list_fee_definitions(seller.pk)]
    return draw_page(request, template="console/fees.html", title="Fees", context={"definitions": definitions})


@needs(CATALOG_WRITE)
def set_fee(request: HttpRequest) -> HttpResponseBase:
    """Set a rule, in a definition that is there or a new one."""

    def act(form: FeeForm) -> FeeDefinition:
        return set_fee_definition(
            form.cleaned_data["seller"], definition=form.make_definition(), actor=get_actor(request)
        )

    filling = Filling(
        title="Set a fee",
        intro="Each fee that a bill meets is an invoice of its own. It counts from the next run on; past bills keep"
        " theirs, and bills of actions bear none.",
        button="Set the fee",
        crumbs=[crumb("Fees", name="fees")],
        act=act,
        done=lambda definition: f"{definition.code} counts from the next run on.",
        go=lambda _: reverse("admin:fees"),
    )
    return fill(request, form=FeeForm(request.POST or None), filling=filling)


@require_POST
@needs(CATALOG_WRITE)
def remove_fee(request: HttpRequest) -> HttpResponse:
    """Do away with a rule, and with its definition when that was the last."""
    code, name = request.POST.get("code", ""), request.POST.get("name", "")

    def act() -> str:
        seller = next((each for each in list_sellers() if each.code == request.POST.get("seller", "")), None)
        if seller is None:
            raise FeeDefinitionUnknown(code=code)
        left = get_fee_definition(seller.pk, code=code).without_rule(name)
        if left.rules:
            set_fee_definition(seller, definition=left, actor=get_actor(request))
        else:
            remove_fee_definition(seller, code=code, actor=get_actor(request))
        return name

    perform(request, act=act, done=lambda removed: f"{removed} is charged no more; past bills keep it.")
    return redirect("admin:fees")
