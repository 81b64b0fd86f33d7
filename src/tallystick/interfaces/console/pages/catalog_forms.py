"""Adding to the catalog: services, plans, what a plan contains, prices; and letting a price end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.catalog.core.items import TAX_CATEGORIES, NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.core.tiers import Tier, parse_tiers
from tallystick.catalog.errors import CatalogInvalid
from tallystick.catalog.models import Plan, PlanService, Price, Service
from tallystick.catalog.operations.add_plan_service import add_plan_service
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.create_service import create_service
from tallystick.catalog.operations.end_price import end_price
from tallystick.errors import NotFound, Problem, refuse_problems
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import Crumb, crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.formats import write_day
from tallystick.interfaces.console.pages.catalog import BILLING_MODELS, KINDS, PRICE_MODELS
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.importing.values import parse_codes
from tallystick.periods.frequency import parse_frequency
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.models import Seller

_CODE = "Letters, digits, hyphens and underscores; stays for ever."
_PRORATION = (
    ("", "As the seller's billing rule says"),
    ("actual", "By the days of the period"),
    ("actual_30", "By days, 30 a month"),
    ("strict_30_360", "By months of 30 days"),
    ("own_period", "By the days of a period of their own"),
)
_AS_SELLER = ("", "As the seller's billing rule says")
_CYCLES = (("anniversary", "On a day of its own"), ("period", "On the seller's day, all together"))
_CHANGE_DAYS = (_AS_SELLER, ("new", "What holds after it"), ("old", "What held before it"))
_CANCELLATION_DAYS = (_AS_SELLER, ("billed", "Billed"), ("free", "Not billed"))
_UNITS = (_AS_SELLER, ("day", "Days"), ("second", "Seconds"))
_ENDINGS = (("converts", "It converts to its price"), ("expires", "It expires"))


_ONCE = "once"


class SellerForm(PlainForm):
    """A form about something of one seller's."""

    seller = forms.ModelChoiceField(label="Seller", queryset=Seller.objects.order_by("code"), empty_label=None)


class ServiceForm(SellerForm):
    """A thing sold."""

    code = forms.CharField(label="Code", help_text=_CODE)
    name = forms.CharField(label="Name")
    kind = forms.ChoiceField(label="Kind", choices=list(KINDS.items()))
    price_model = forms.ChoiceField(label="Priced", choices=list(PRICE_MODELS.items()))
    unit_name = forms.CharField(label="One of them is called", required=False, help_text="Such as seat or line.")
    revenue_code = forms.CharField(label="Revenue code", initial="subscriptions")
    tax_category = forms.ChoiceField(label="Tax category", choices=[(name, name.title()) for name in TAX_CATEGORIES])
    supply_kind = forms.ChoiceField(
        label="Consumers are taxed",
        choices=[
            ("digital", "where they are: telecommunications, broadcasting, electronic"),
            ("general", "where the seller is: other services"),
        ],
    )


class PlanForm(SellerForm):
    """A bundle of services."""

    code = forms.CharField(label="Code", help_text=_CODE)
    name = forms.CharField(label="Name")
    billing_model = forms.ChoiceField(label="Billed", choices=list(BILLING_MODELS.items()), initial="prebill_pay_after")
    frequency = forms.CharField(
        label="How often", initial="monthly", help_text="Such as weekly, monthly, quarterly, yearly or 10 days."
    )
    cycle_method = forms.ChoiceField(label="On which day", choices=_CYCLES, required=False)
    ranking_level = forms.IntegerField(label="Rank", initial=1, help_text="Lower is billed earlier.")
    family = forms.CharField(label="Family", required=False, help_text="Plans of one can be swapped for each other.")
    tier_level = forms.IntegerField(label="Tier in its family", required=False, help_text="Higher is more.")
    proration_method = forms.ChoiceField(label="Part periods", choices=_PRORATION, required=False)
    change_day = forms.ChoiceField(label="Who bills the day of a change", choices=_CHANGE_DAYS, required=False)
    cancellation_day = forms.ChoiceField(label="The day of a cancellation", choices=_CANCELLATION_DAYS, required=False)
    proration_unit = forms.ChoiceField(label="Changes count", choices=_UNITS, required=False)
    trial_days = forms.IntegerField(label="Trial in days", initial=0, required=False)
    trial_periods = forms.IntegerField(label="Trial in periods instead", initial=0, required=False)
    trial_ending = forms.ChoiceField(label="After the trial", choices=_ENDINGS, required=False)
    is_self_serve = forms.BooleanField(label="Customers may subscribe in the portal", required=False)


class PriceForm(PlainForm):
    """A dated rate of a service."""

    currency = forms.CharField(label="Currency")
    unit_price = forms.DecimalField(
        label="Unit price", help_text="For one unit and one whole interval; or the percentage.", required=False
    )
    frequency = forms.CharField(label="For", help_text="Such as monthly, yearly, 10 days; or once.", required=False)
    tiers = forms.CharField(label="Tiers", required=False, help_text="Such as 10=9.00 100=8.00+5.00 more=7.00.")
    package_size = forms.DecimalField(label="Units in a package", required=False)
    percent_of = forms.CharField(
        label="Percentage of", required=False, help_text="Codes of services with blanks between. Empty: all others."
    )
    minimum_price = forms.DecimalField(label="At least", required=False, help_text="For one whole interval.")
    trial_unit_price = forms.DecimalField(label="Unit price in a trial", required=False, help_text="Empty: nothing.")
    plan = forms.ModelChoiceField(
        label="Only in this plan", queryset=Plan.objects.none(), required=False, empty_label="Every plan"
    )
    valid_from = forms.DateField(label="From")
    valid_until = forms.DateField(label="Until (exclusive)", required=False)


class PlaceForm(PlainForm):
    """A service in a plan."""

    service = forms.ModelChoiceField(label="Service", queryset=Service.objects.none(), empty_label=None)
    is_mandatory = forms.BooleanField(label="Every subscription has it", required=False, initial=True)
    requires = forms.ModelChoiceField(
        label="Only together with", queryset=Service.objects.none(), required=False, empty_label="Nothing"
    )


@needs(CATALOG_WRITE)
def add_service(request: HttpRequest) -> HttpResponseBase:
    """Add a service."""

    def act(form: ServiceForm) -> Service:
        given = dict(form.cleaned_data)
        return create_service(given.pop("seller"), service=NewService(**given), actor=get_actor(request))

    filling = Filling(
        title="Add a service",
        intro="A thing sold. What it costs is said by its prices.",
        button="Add the service",
        crumbs=[crumb("Services", name="services")],
        act=act,
        done=lambda service: f"{service.name} is in the catalog; give it a price next.",
        go=lambda service: reverse("admin:service", args=[service.pk]),
    )
    return fill(request, form=ServiceForm(request.POST or None), filling=filling)


@needs(CATALOG_WRITE)
def add_plan(request: HttpRequest) -> HttpResponseBase:
    """Add a plan."""

    def act(form: PlanForm) -> Plan:
        given = dict(form.cleaned_data)
        seller, interval = given.pop("seller"), parse_frequency(given.pop("frequency"))._asdict()
        values: dict[str, Any] = {name: value for name, value in given.items() if value not in ("", None)}
        return create_plan(seller, plan=NewPlan(**values, **interval), actor=get_actor(request))

    filling = Filling(
        title="Add a plan",
        intro="A bundle of services, billed under one billing model.",
        button="Add the plan",
        crumbs=[crumb("Plans", name="plans")],
        act=act,
        done=lambda plan: f"{plan.name} is in the catalog; put services into it next.",
        go=lambda plan: reverse("admin:plan", args=[plan.pk]),
    )
    return fill(request, form=PlanForm(request.POST or None), filling=filling)


@needs(CATALOG_WRITE)
def add_price(request: HttpRequest, *, service_id: int) -> HttpResponseBase:
    """Add a price of a service."""
    service = Service.objects.select_related("seller").filter(pk=service_id).first()
    if service is None:
        raise NotFound(f"There is no service {service_id}.")
    present: dict[str, Any] = {
        "currency": service.seller.currency,
        "valid_from": today(),
        "frequency": _ONCE if service.kind == Service.ONE_OFF else "monthly",
    }
    form = PriceForm(request.POST or None, initial=present)
    form.fields["plan"].queryset = Plan.objects.filter(seller=service.seller)  # type: ignore[attr-defined]

    def act(filled: PriceForm) -> Price:
        return create_price(service.seller, price=_read_price(service, filled), actor=get_actor(request))

    address = reverse("admin:service", args=[service.pk])
    filling = Filling(
        title=f"A price of {service.name}",
        intro="Prices are dated: what was billed keeps the price of its day.",
        button="Add the price",
        crumbs=[crumb("Services", name="services"), Crumb(service.name, address)],
        act=act,
        done=lambda price: f"The price counts from {write_day(price.valid_from)}.",
        go=lambda price: address,
    )
    return fill(request, form=form, filling=filling)


def _read_price(service: Service, form: PriceForm) -> NewPrice:
    given = dict(form.cleaned_data)
    plan = given.pop("plan")
    # A one-off service has no interval, whatever stands there when the page was left as it was.
    frequency = given.pop("frequency") or (_ONCE if service.kind == Service.ONE_OFF else "monthly")
    interval = {"interval_months": 0} if frequency == _ONCE else parse_frequency(frequency)._asdict()
    return NewPrice(
        service=service.code,
        plan=plan.code if plan else "",
        unit_price=given.pop("unit_price") or Decimal(0),
        tiers=_read_tiers(given.pop("tiers")),
        percent_of=parse_codes(given.pop("percent_of")),
        **given,
        **interval,
    )


def _read_tiers(text: str) -> tuple[Tier, ...]:
    try:
        return parse_tiers(text)
    except ValueError as wrong:
        refuse_problems(CatalogInvalid, [Problem("tiers", str(wrong))])
        raise


@needs(CATALOG_WRITE)
def add_place(request: HttpRequest, *, plan_id: int) -> HttpResponseBase:
    """Put a service into a plan."""
    plan = Plan.objects.select_related("seller").filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(f"There is no plan {plan_id}.")
    form = PlaceForm(request.POST or None)
    services = Service.objects.filter(seller=plan.seller).order_by("name")
    form.fields["service"].queryset = services.exclude(plan_services__plan=plan)  # type: ignore[attr-defined]
    form.fields["requires"].queryset = services.filter(plan_services__plan=plan)  # type: ignore[attr-defined]

    def act(filled: PlaceForm) -> PlanService:
        given = filled.cleaned_data
        requires = given["requires"].code if given["requires"] else ""
        place = NewPlanService(plan.code, given["service"].code, given["is_mandatory"], requires)
        return add_plan_service(plan.seller, place=place, actor=get_actor(request))

    address = reverse("admin:plan", args=[plan.pk])
    filling = Filling(
        title=f"A service for {plan.name}",
        intro="Subscriptions that run already stay as they were agreed.",
        button="Put it into the plan",
        crumbs=[crumb("Plans", name="plans"), Crumb(plan.name, address)],
        act=act,
        done=lambda place: f"{place.service.name} is in {plan.name}.",
        go=lambda place: address,
    )
    return fill(request, form=form, filling=filling)


@require_POST
@needs(RECORDS_READ)
def stop_price(request: HttpRequest, *, price_id: int) -> HttpResponse:
    """Let a price count no longer from a day on."""
    price = perform(
        request,
        act=lambda: end_price(
            price_id, valid_until=_read_day(request.POST.get("valid_until", "")), actor=get_actor(request)
        ),
        done=lambda ended: "The price ends on the day before.",
    )
    return redirect("admin:service", price.service_id) if price else redirect("admin:prices")


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
