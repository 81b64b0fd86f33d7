"""List prices for a month: the rule by which they are made of yearly ones, and making one."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.catalog.core.list_price import ListPriceRule as RuleValues
from tallystick.catalog.models import ListPriceRule
from tallystick.catalog.operations.create_monthly_price import create_monthly_price
from tallystick.catalog.operations.set_list_price_rule import set_list_price_rule
from tallystick.catalog.queries import get_list_price_rule
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import crumb, needs
from tallystick.interfaces.console.filling import Filling, fill
from tallystick.interfaces.console.formats import write_rate
from tallystick.interfaces.console.pages.catalog_forms import SellerForm
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.models import Seller


class RuleForm(SellerForm):
    """How a month is priced where the year is sold."""

    markup_percent = forms.DecimalField(label="Percent more than a twelfth of the year")
    step = forms.DecimalField(label="Rounded to multiples of", help_text="A half goes to the even one.")


@needs(CATALOG_WRITE)
def set_rule(request: HttpRequest) -> HttpResponseBase:
    """Set the list price rule of a seller."""

    def act(form: RuleForm) -> ListPriceRule:
        given = dict(form.cleaned_data)
        return set_list_price_rule(given.pop("seller"), rule=RuleValues(**given), actor=get_actor(request))

    seller = Seller.objects.order_by("code").first()
    present = get_list_price_rule(seller.pk)._asdict() if seller else {}
    filling = Filling(
        title="List prices for a month",
        intro="Prices that were made by the rule are kept as they are; it counts for those made from now on.",
        button="Set the rule",
        crumbs=[crumb("Prices", name="prices")],
        act=act,
        done=lambda rule: f"A month costs {rule.markup_percent.normalize():f} % more than a twelfth of the year.",
        go=lambda rule: reverse("admin:prices"),
    )
    return fill(request, form=RuleForm(request.POST or None, initial=present), filling=filling)


@require_POST
@needs(RECORDS_READ)
def make_monthly(request: HttpRequest, *, price_id: int) -> HttpResponse:
    """Make the monthly list price of a yearly one."""
    price = perform(
        request,
        act=lambda: create_monthly_price(price_id, actor=get_actor(request)),
        done=lambda made: f"A month costs {write_rate(made.unit_price, currency=made.currency)} {made.currency}.",
    )
    return redirect("admin:service", price.service_id) if price else redirect("admin:prices")
